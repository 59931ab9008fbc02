//! Against another author's signer: what AWS's own signer for Rust signs is accepted, and stays accepted only
//! unchanged; what ours signs is the same.
//!
//! Left out of the comparison, because that signer departs there from AWS's text: a raw `+` in a query (it reads a
//! space), tabs in header values (it trims spaces only) and repeated headers (it signs the last).

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that cannot go on must stop")]

use auth::{KnownKey, Presented, Scope, SecretKey, SignatureError, SignedRequest, Signer};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign,
};
use aws_sigv4::sign::v4::SigningParams;
use proptest::collection::vec;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::{Index, select};
use proptest::test_runner::TestCaseError;
use proptest::{prop_assert, prop_assert_eq, proptest};
use std::time::{Duration, UNIX_EPOCH};

const ACCESS_KEY_ID: &str = "AKIDEXAMPLE";
const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const HOST: &str = "chat.example:8443";
const SCOPE: Scope<'static> = Scope { region: "us-west-2", service: "ivschat" };
const NOW_SECONDS: i64 = 1_440_938_160;

/// A request before it is signed, and where its signature goes.
#[derive(Debug, Clone)]
struct Draft {
    method: &'static str,
    path: String,
    query: String,
    /// Lower-case names, none twice; `host` is added.
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    has_payload_hash: bool,
    session_token: Option<String>,
}

/// A request as it arrives.
#[derive(Debug, Clone)]
struct Arrived {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
    session_token: Option<String>,
}

impl Arrived {
    fn with_request<T>(&self, then: impl FnOnce(&SignedRequest<'_>) -> T) -> T {
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, value)| (&**name, &**value)).collect();
        let (method, path, query, body) = (&*self.method, &*self.path, &*self.query, &*self.body);
        then(&SignedRequest { method, path, query, headers: &headers, body })
    }

    fn verify(&self) -> Result<(), SignatureError> {
        let secret = SecretKey::parse(SECRET).unwrap();
        let key = KnownKey { secret: &secret, session_token: self.session_token.as_deref() };
        self.with_request(|request| {
            let presented = Presented::parse(request, now(), &SCOPE)?;
            presented.verify(request, (presented.access_key_id() == ACCESS_KEY_ID).then_some(key))
        })
    }

    fn header(&self, name: &str) -> Option<&[u8]> {
        self.headers.iter().find(|(header, _)| header == name).map(|(_, value)| &**value)
    }

    fn query_signature(&self) -> Option<&str> {
        self.query.split('&').find_map(|pair| pair.strip_prefix("X-Amz-Signature="))
    }
}

fn now() -> jiff::Timestamp {
    jiff::Timestamp::from_second(NOW_SECONDS).unwrap()
}

fn all_headers(draft: &Draft) -> Vec<(String, String)> {
    let mut headers = draft.headers.clone();
    headers.push(("host".into(), HOST.into()));
    headers
}

/// Signs with AWS's signer and takes the request apart as a server sees it.
fn signed_by_aws(draft: &Draft, location: SignatureLocation) -> Arrived {
    let mut settings = SigningSettings::default();
    settings.signature_location = location;
    settings.expires_in = (location == SignatureLocation::QueryParams).then_some(Duration::from_secs(300));
    if draft.has_payload_hash {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let token = draft.session_token.clone();
    let identity = Credentials::new(ACCESS_KEY_ID, SECRET, token, None, "test").into();
    let parameters = SigningParams::builder()
        .identity(&identity)
        .region(SCOPE.region)
        .name(SCOPE.service)
        .time(UNIX_EPOCH + Duration::from_secs(NOW_SECONDS.unsigned_abs()))
        .settings(settings)
        .build()
        .unwrap()
        .into();
    let question_mark = if draft.query.is_empty() { "" } else { "?" };
    let uri = format!("https://{HOST}{}{question_mark}{}", draft.path, draft.query);
    let headers = all_headers(draft);
    let plain = headers.iter().map(|(name, value)| (&**name, &**value));
    let signable =
        SignableRequest::new(draft.method, uri.as_str(), plain, SignableBody::Bytes(&draft.body)).unwrap();
    let (instructions, _) = sign(signable, &parameters).unwrap().into_parts();
    let mut request = http::Request::builder().method(draft.method).uri(&uri);
    for (name, value) in &headers {
        request = request.header(name, value);
    }
    let mut request = request.body(()).unwrap();
    instructions.apply_to_request_http1x(&mut request);
    let headers = request.headers().iter();
    Arrived {
        method: request.method().as_str().into(),
        path: request.uri().path().into(),
        query: request.uri().query().unwrap_or_default().into(),
        headers: headers.map(|(name, value)| (name.as_str().into(), value.as_bytes().into())).collect(),
        body: draft.body.clone(),
        session_token: draft.session_token.clone(),
    }
}

/// Signs with our own signer.
fn signed_by_us(draft: &Draft, location: SignatureLocation) -> Arrived {
    let headers = all_headers(draft).into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
    let mut arrived = Arrived {
        method: draft.method.into(),
        path: draft.path.clone(),
        query: draft.query.clone(),
        headers,
        body: draft.body.clone(),
        session_token: draft.session_token.clone(),
    };
    // AWS's signer announces no hash in the query form.
    if draft.has_payload_hash && location == SignatureLocation::Headers {
        let hash = Signer::payload_hash(&draft.body).into_bytes();
        arrived.headers.push(("x-amz-content-sha256".into(), hash));
    }
    let secret = SecretKey::parse(SECRET).unwrap();
    let session_token = draft.session_token.as_deref();
    let signer = Signer { access_key_id: ACCESS_KEY_ID, secret: &secret, session_token, scope: SCOPE };
    if location == SignatureLocation::QueryParams {
        let lifetime = Duration::from_secs(300);
        arrived.query = arrived.with_request(|request| signer.presign(request, lifetime, now()));
    } else {
        let added = arrived.with_request(|request| signer.sign(request, now()));
        arrived.headers.extend(added.into_iter().map(|(name, value)| (name.into(), value.into_bytes())));
    }
    arrived
}

/// Percent-encodes what a URI may not hold raw, and some of what it may.
fn encoded(text: &str) -> String {
    let raw = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$'()*,;:@".contains(&byte);
    let escape = |byte: u8| format!("%{byte:02X}");
    text.bytes().map(|byte| if raw(byte) { char::from(byte).into() } else { escape(byte) }).collect()
}

fn word() -> impl Strategy<Value = String> {
    prop_oneof!["[a-zA-Z0-9]{0,8}", "[ -~]{0,8}", "\\PC{0,4}"]
}

fn path(odd_segments: &'static [&'static str]) -> impl Strategy<Value = String> {
    let segment = prop_oneof![
        4 => word().prop_map(|word| encoded(&word)).prop_filter("not by chance", |word| word != ".."),
        1 => select(odd_segments).prop_map(str::to_owned),
    ];
    vec(segment, 0..5).prop_map(|segments| format!("/{}", segments.join("/")))
}

fn query() -> impl Strategy<Value = String> {
    let encoded_word = || word().prop_map(|word| encoded(&word));
    let pair = prop_oneof![
        (encoded_word(), encoded_word()).prop_map(|(key, value)| format!("{key}={value}")),
        encoded_word(),
        Just("tagKeys=a".to_owned()),
    ];
    vec(pair, 0..5).prop_map(|pairs| pairs.join("&"))
}

fn headers() -> impl Strategy<Value = Vec<(String, String)>> {
    let name = select(&["content-type", "x-amz-target", "x-a", "accept", "x-amz-meta-b"][..]);
    proptest::collection::btree_map(name, "[ -~]{0,20}", 0..4)
        .prop_map(|map| map.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn draft(odd_segments: &'static [&'static str]) -> impl Strategy<Value = Draft> {
    let method = select(&["GET", "POST", "DELETE", "PUT"][..]);
    let target = (method, path(odd_segments), query());
    let token = proptest::option::of("[a-zA-Z0-9/+=]{1,40}");
    let body = vec(any::<u8>(), 0..64);
    (target, headers(), body, any::<bool>(), token).prop_map(
        |((method, path, query), headers, body, has_payload_hash, session_token)| Draft {
            method,
            path,
            query,
            headers,
            body,
            has_payload_hash,
            session_token,
        },
    )
}

fn location() -> impl Strategy<Value = SignatureLocation> {
    select(&[SignatureLocation::Headers, SignatureLocation::QueryParams][..])
}

/// Dot segments and empty ones, which are normalised away.
const ODD: &[&str] = &[".", "..", ""];
/// The same without `..`: what stands before one is no part of the canonical path, and a change there is none.
const HARMLESS: &[&str] = &[".", ""];

/// Another byte that is neither white space nor the other case of the first. In a path or a query it changes what is
/// decoded, wherever it stands, also within an escape; in a header value it adds a word or changes one.
fn other(byte: u8) -> u8 {
    if byte == b'0' { b'1' } else { b'0' }
}

fn change_text(text: &mut String, at: Index) -> bool {
    let mut bytes = std::mem::take(text).into_bytes();
    let changed = change(&mut bytes, at);
    *text = String::from_utf8(bytes).unwrap();
    changed
}

/// Changes one byte, unless there is none.
fn change(bytes: &mut [u8], at: Index) -> bool {
    if bytes.is_empty() {
        return false;
    }
    let byte = &mut bytes[at.index(bytes.len())];
    *byte = other(*byte);
    true
}

/// One changed byte, in each part of the request in turn. All headers are signed, so any may be the one.
fn changed(arrived: &Arrived, at: Index) -> Vec<(&'static str, Arrived)> {
    let mut all = Vec::new();
    let mut add = |part, change: &dyn Fn(&mut Arrived) -> bool| {
        let mut copy = arrived.clone();
        if change(&mut copy) {
            all.push((part, copy));
        }
    };
    add("method", &|copy| change_text(&mut copy.method, at));
    add("path", &|copy| change_text(&mut copy.path, at));
    add("query", &|copy| change_text(&mut copy.query, at));
    add("body", &|copy| change(&mut copy.body, at));
    for index in 0..arrived.headers.len() {
        add("header", &|copy| change(&mut copy.headers[index].1, at));
        add("header removed", &|copy| !copy.headers.remove(index).1.trim_ascii().is_empty());
    }
    all
}

proptest! {
    #[test]
    fn what_aws_signs_is_accepted(draft in draft(ODD), location in location()) {
        prop_assert_eq!(signed_by_aws(&draft, location).verify(), Ok(()));
    }

    #[test]
    fn any_changed_byte_is_refused(draft in draft(HARMLESS), location in location(), at in any::<Index>()) {
        let arrived = signed_by_aws(&draft, location);
        prop_assert_eq!(arrived.verify(), Ok(()));
        for (part, changed) in changed(&arrived, at) {
            prop_assert!(changed.verify().is_err(), "{part}: {changed:?}");
        }
    }

    #[test]
    fn we_sign_as_aws_does(draft in draft(ODD), location in location()) {
        let (ours, theirs) = (signed_by_us(&draft, location), signed_by_aws(&draft, location));
        prop_assert_eq!(ours.verify(), Ok(()));
        prop_assert_eq!(ours.header("authorization"), theirs.header("authorization"));
        prop_assert_eq!(ours.query_signature(), theirs.query_signature());
    }

    #[test]
    fn anything_may_arrive(parts in vec("\\PC*", 4..5), values in vec(vec(any::<u8>(), 0..80), 4..5)) {
        let names = ["authorization", "x-amz-date", "date", "x-amz-security-token"];
        let headers = names.iter().zip(values).map(|(name, value)| ((*name).to_owned(), value)).collect();
        let [method, path, query, body]: [String; 4] = parts.try_into().unwrap();
        let arrived =
            Arrived { method, path, query, headers, body: body.into_bytes(), session_token: None };
        refused(&arrived)?;
    }
}

fn refused(arrived: &Arrived) -> Result<(), TestCaseError> {
    let error = arrived.verify().unwrap_err();
    prop_assert!(error.to_string().chars().count() < 700, "{error}");
    Ok(())
}

/// Every byte of `Authorization`, not only one by chance.
#[test]
fn each_byte_of_the_authorization_counts() {
    let draft = Draft {
        method: "POST",
        path: "/tags/arn%3Aaws%3Aivschat%3Aus-west-2%3A123456789012%3Aroom%2FAbCdEfGhIjKl".into(),
        query: "tagKeys=a&tagKeys=b".into(),
        headers: vec![("content-type".into(), "application/json".into())],
        body: b"{}".to_vec(),
        has_payload_hash: true,
        session_token: None,
    };
    let arrived = signed_by_aws(&draft, SignatureLocation::Headers);
    assert_eq!(arrived.verify(), Ok(()));
    let index = arrived.headers.iter().position(|(name, _)| name == "authorization").unwrap();
    for at in 0..arrived.headers[index].1.len() {
        let mut changed = arrived.clone();
        let byte = &mut changed.headers[index].1[at];
        *byte = other(*byte);
        assert!(changed.verify().is_err(), "{at}");
    }
}
