//! Each row of the table of refusals, its words, and which of two faults is named.

use crate::{KnownKey, Presented, Scope, SecretKey, SignatureError, SignedRequest, Signer};
use std::time::Duration;

const NOW: &str = "2015-08-30T12:36:00Z";
const SCOPE: Scope<'static> = Scope { region: "us-west-2", service: "ivschat" };

type Header<'a> = (&'a str, &'a [u8]);

/// A request that its owner may bend before it is sent.
#[derive(Clone)]
struct Draft {
    query: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Draft {
    fn header_form() -> Self {
        let mut draft = Self {
            query: String::new(),
            headers: vec![("host".into(), "chat.example".into())],
            body: "{}".into(),
        };
        let added = draft.with_request(|request| signer(&secret()).sign(request, NOW.parse().unwrap()));
        draft.headers.extend(added.into_iter().map(|(name, value)| (name.to_owned(), value)));
        draft
    }

    fn query_form(seconds: u64) -> Self {
        let mut draft = Self {
            query: String::new(),
            headers: vec![("host".into(), "chat.example".into())],
            body: String::new(),
        };
        let lifetime = Duration::from_secs(seconds);
        draft.query =
            draft.with_request(|request| signer(&secret()).presign(request, lifetime, NOW.parse().unwrap()));
        draft
    }

    fn with_request<T>(&self, then: impl FnOnce(&SignedRequest<'_>) -> T) -> T {
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, value)| (&**name, value.as_bytes())).collect();
        let (query, body) = (&*self.query, self.body.as_bytes());
        then(&SignedRequest { method: "POST", path: "/CreateRoom", query, headers: &headers, body })
    }

    /// With `new` for `old` in a header, in which it must stand.
    fn header(mut self, name: &str, old: &str, new: &str) -> Self {
        let (_, value) = self.headers.iter_mut().find(|(header, _)| header == name).unwrap();
        assert!(value.contains(old), "{value}");
        *value = value.replace(old, new);
        self
    }

    fn without_header(mut self, name: &str) -> Self {
        self.headers.retain(|(header, _)| header != name);
        self
    }

    fn plus_header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    fn query(mut self, old: &str, new: &str) -> Self {
        assert!(self.query.contains(old), "{}", self.query);
        self.query = self.query.replace(old, new);
        self
    }

    fn verify_at(&self, now: &str) -> Result<(), SignatureError> {
        self.with_request(|request| {
            let presented = Presented::parse(request, now.parse().unwrap(), &SCOPE)?;
            let secret = secret();
            let key = KnownKey { secret: &secret, session_token: None };
            presented.verify(request, (presented.access_key_id() == "AKIDEXAMPLE").then_some(key))
        })
    }

    #[track_caller]
    fn is_refused(&self, aws_type: &str, message: &str) {
        let error = self.verify_at(NOW).unwrap_err();
        assert_eq!((error.aws_type(), &*error.to_string()), (aws_type, message));
        assert_eq!(error.http_status(), 403);
    }
}

fn secret() -> SecretKey {
    SecretKey::parse("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY").unwrap()
}

fn signer(secret: &SecretKey) -> Signer<'_> {
    Signer { access_key_id: "AKIDEXAMPLE", secret, session_token: None, scope: SCOPE }
}

const INCOMPLETE: &str = "IncompleteSignatureException";
const INVALID: &str = "InvalidSignatureException";
const UNRECOGNIZED: &str = "UnrecognizedClientException";
const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your AWS \
    Secret Access Key and signing method. Consult the service documentation for details.";
const INVALID_TOKEN: &str = "The security token included in the request is invalid.";

#[test]
fn rows_1_and_2_none_and_both() {
    Draft::header_form()
        .without_header("authorization")
        .is_refused("MissingAuthenticationTokenException", "Missing Authentication Token");
    let both = "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.";
    Draft::query_form(60).plus_header("authorization", "Bearer x").is_refused(INVALID, both);
    Draft::header_form()
        .plus_header("authorization", "AWS4-HMAC-SHA256 Credential=x")
        .is_refused(INVALID, "Found more than one 'Authorization' HTTP header.");
}

#[test]
fn row_3_parameters_missing_in_the_header() {
    let check = |authorization: &str, message: &str| {
        let mut draft = Draft::header_form().without_header("authorization");
        draft = draft.plus_header("authorization", authorization);
        draft.is_refused(INCOMPLETE, message);
    };
    let lacks = |name: &str| format!("Authorization header requires '{name}' parameter. ");
    let end = "Authorization=AWS4-HMAC-SHA256";
    let all = ["Credential", "Signature", "SignedHeaders"].map(lacks).concat();
    check("AWS4-HMAC-SHA256", &format!("{all}{end}"));
    check("AWS4-HMAC-SHA256 Credential=a,Signature=b", &format!("{}{end}", lacks("SignedHeaders")));
    let no_date = "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ";
    let draft = Draft::header_form().without_header("x-amz-date");
    draft.clone().is_refused(INCOMPLETE, &format!("{no_date}{end}"));
    draft
        .header("authorization", "Signature=", "S=")
        .is_refused(INCOMPLETE, &format!("{}{no_date}{end}", lacks("Signature")));
}

#[test]
fn rows_4_and_5_other_schemes() {
    let check = |authorization: &str, message: &str| {
        let draft = Draft::header_form().without_header("authorization");
        draft.plus_header("authorization", authorization).is_refused(INCOMPLETE, message);
    };
    let hashed = |hash: &str| {
        format!(
            "Invalid key=value pair (missing equal-sign) in Authorization header \
             (hashed with SHA-256 and encoded with Base64): '{hash}'."
        )
    };
    check("Bearer x", &hashed("uTem/WB082UJMN2ajD6lH6UChGpTAddMJSx2iu923No="));
    check("x", &hashed("LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE="));
    check("AWS4-HMAC-SHA256 Credential", &hashed("KfSoC26UaBDGXxo5AUFS45c1cmAbyLKDOxOTKcZYWt4="));
    check("AWS4-HMAC-SHA512 Credential=a", "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA512'.");
    check("AWS AKIDEXAMPLE:x", "Unsupported AWS 'algorithm': 'AWS'.");
    check("Basic YWRtaW46aHVudGVyMg==", "Unsupported AWS 'algorithm': 'Basic'.");
    Draft::query_form(60)
        .query("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256")
        .is_refused(INCOMPLETE, "Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'.");
}

#[test]
fn row_6_parameters_missing_in_the_query() {
    let lacks = |name: &str| format!("AWS query-string parameters must include '{name}'. ");
    let end = "Re-examine the query-string parameters.";
    let names = ["X-Amz-Credential", "X-Amz-Signature", "X-Amz-SignedHeaders", "X-Amz-Date"];
    for name in names {
        let draft = Draft::query_form(60).query(&format!("{name}="), "other=");
        draft.is_refused(INCOMPLETE, &format!("{}{end}", lacks(name)));
    }
    let mut bare = Draft::query_form(60);
    bare.query = "X-Amz-Algorithm=AWS4-HMAC-SHA256".into();
    bare.is_refused(INCOMPLETE, &format!("{}{end}", names.map(lacks).concat()));
}

#[test]
fn row_7_malformed_dates() {
    let malformed = |text: &str| {
        format!(
            "Date must be in ISO-8601 'basic format'. Got '{text}'. See http://en.wikipedia.org/wiki/ISO_8601"
        )
    };
    let check = |text: &str| {
        Draft::header_form()
            .header("x-amz-date", "20150830T123600Z", text)
            .is_refused(INCOMPLETE, &malformed(&text.chars().take(256).collect::<String>()));
    };
    check("2015-08-30T12:36:00Z");
    check("Sun, 30 Aug 2015 12:36:00 GMT");
    check("yesterday");
    check(&"9".repeat(1000));
    let twice = Draft::header_form().plus_header("x-amz-date", "20150830T123600Z");
    twice.is_refused(INCOMPLETE, &malformed("20150830T123600Z,20150830T123600Z"));
    for seconds in ["0", "604801", "-1", "%2B60", "x", "", "99999999999999999999"] {
        Draft::query_form(60)
            .query("X-Amz-Expires=60", &format!("X-Amz-Expires={seconds}"))
            .is_refused(INCOMPLETE, "X-Amz-Expires must be between 1 and 604800 seconds.");
    }
}

#[test]
fn rows_8_to_10_credential_host_and_scope() {
    let good = "AKIDEXAMPLE/20150830/us-west-2/ivschat/aws4_request";
    let check = |credential: &str, aws_type: &str, message: &str| {
        Draft::header_form().header("authorization", good, credential).is_refused(aws_type, message);
    };
    for wrong in ["AKIDEXAMPLE", "a/b/c/d", "a/b/c/d/e/f", "", &"a".repeat(256)] {
        let message = format!(
            "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, \
             got '{wrong}'"
        );
        check(wrong, INCOMPLETE, &message);
    }
    Draft::header_form()
        .header("authorization", "host;", "")
        .is_refused(INVALID, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
    let region = "Credential should be scoped to a valid region, not 'eu-west-1'.";
    let service = "Credential should be scoped to correct service: 'ivschat'.";
    let terminator = "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5'.";
    let date = "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
        '20150831' != '20150830', from '20150830T123600Z'.";
    check("AKIDEXAMPLE/20150830/eu-west-1/ivschat/aws4_request", INVALID, region);
    check("AKIDEXAMPLE/20150830/us-west-2/ivs/aws4_request", INVALID, service);
    check("AKIDEXAMPLE/20150830/us-west-2/ivschat/aws5", INVALID, terminator);
    check("AKIDEXAMPLE/20150831/us-west-2/ivschat/aws4_request", INVALID, date);
    check("x/20150831/eu-west-1/ivs/aws5", INVALID, &[region, service, terminator, date].join(" "));
}

#[test]
fn rows_11_and_12_the_clock() {
    let check = |draft: &Draft, now: &str, expected: Option<&str>| {
        let error = draft.verify_at(now).err();
        assert_eq!(error.as_ref().map(ToString::to_string).as_deref(), expected, "{now}");
        if let Some(error) = error {
            assert_eq!((error.aws_type(), error.http_status()), ("RequestExpired", 400));
        }
    };
    let old = "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)";
    let early = "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z \
        (20150830T122059Z + 15 min.)";
    let header = Draft::header_form();
    check(&header, "2015-08-30T12:51:00Z", None);
    check(&header, "2015-08-30T12:51:01Z", Some(old));
    check(&header, "2015-08-30T12:21:00Z", None);
    check(&header, "2015-08-30T12:20:59Z", Some(early));
    let week = Draft::query_form(604_800);
    check(&week, "2015-09-06T12:36:00Z", None);
    let past = "Signature expired: 20150906T123600Z is now earlier than 20150906T123601Z";
    check(&week, "2015-09-06T12:36:01Z", Some(past));
    check(&week, "2015-08-30T12:20:59Z", Some(early));
    let minute = Draft::query_form(60);
    check(&minute, "2015-08-30T12:37:00Z", None);
    let past = "Signature expired: 20150830T123700Z is now earlier than 20150830T123701Z";
    check(&minute, "2015-08-30T12:37:01Z", Some(past));
}

#[test]
fn rows_13_and_14_unknown_keys_and_stray_tokens() {
    let unknown = Draft::header_form().header("authorization", "AKIDEXAMPLE", "AKIDOTHER");
    unknown.is_refused(UNRECOGNIZED, INVALID_TOKEN);
    // The signature is not looked at: a wrong one changes nothing.
    unknown.header("authorization", "Signature=", "Signature=0").is_refused(UNRECOGNIZED, INVALID_TOKEN);
    Draft::header_form().plus_header("x-amz-security-token", "t").is_refused(UNRECOGNIZED, INVALID_TOKEN);
    Draft::query_form(60).plus_header("x-amz-security-token", "t").is_refused(UNRECOGNIZED, INVALID_TOKEN);
    let mut stray = Draft::query_form(60);
    stray.query.push_str("&X-Amz-Security-Token=t");
    stray.is_refused(UNRECOGNIZED, INVALID_TOKEN);
}

#[test]
fn a_temporary_key_is_known_by_its_token() {
    let secret = secret();
    let host: &[(&str, &[u8])] = &[("host", b"chat.example")];
    let request = SignedRequest { method: "POST", path: "/GetRoom", query: "", headers: host, body: b"{}" };
    let signer = Signer { session_token: Some("token"), ..signer(&secret) };
    let added = signer.sign(&request, NOW.parse().unwrap());
    let mut headers = host.to_vec();
    headers.extend(added.iter().map(|(name, value)| (*name, value.as_bytes())));
    let in_header = SignedRequest { headers: &headers, ..request };
    let query = signer.presign(&request, Duration::from_secs(60), NOW.parse().unwrap());
    let in_query = SignedRequest { query: &query, ..request };
    for request in [in_header, in_query] {
        let presented = Presented::parse(&request, NOW.parse().unwrap(), &SCOPE).unwrap();
        assert_eq!(presented.session_token(), Some("token"));
        let verify =
            |session_token| presented.verify(&request, Some(KnownKey { secret: &secret, session_token }));
        assert_eq!(verify(Some("token")), Ok(()));
        for wrong in [None, Some("Token"), Some("")] {
            assert_eq!(verify(wrong), Err(SignatureError::UnrecognizedClient));
        }
        assert!(!format!("{presented:?}").contains("token"));
    }
}

#[test]
fn row_16_signatures_and_bodies_that_differ() {
    let good = Draft::header_form();
    assert_eq!(good.verify_at(NOW), Ok(()));
    let (_, authorization) = good.headers.last().unwrap().clone();
    let (_, signature) = authorization.rsplit_once('=').unwrap();
    let upper = signature.to_ascii_uppercase();
    for wrong in ["", "0", &signature[..63], &format!("{signature}0"), &upper, &"0".repeat(64), "é"] {
        good.clone().header("authorization", signature, wrong).is_refused(INVALID, MISMATCH);
    }
    let mut other_body = good.clone();
    other_body.body = "{} ".into();
    other_body.is_refused(INVALID, MISMATCH);
    let hash = Signer::payload_hash(b"{}");
    assert_eq!(good.clone().plus_header("x-amz-content-sha256", &hash).verify_at(NOW), Ok(()));
    for wrong in ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "", &hash.to_ascii_uppercase()] {
        good.clone().plus_header("x-amz-content-sha256", wrong).is_refused(INVALID, MISMATCH);
    }
    let absent = good.clone().header("authorization", "host;", "absent;host;");
    absent.is_refused(INVALID, MISMATCH);
    let many = format!("host;{}", "a;".repeat(200));
    good.clone().header("authorization", "host;", &many).is_refused(INVALID, MISMATCH);
    let mut more = Draft::query_form(60);
    more.query.push_str("&X-Amz-Signature=0");
    more.is_refused(INVALID, MISMATCH);
    let line_feed = Draft::query_form(60).query("SignedHeaders=host", "SignedHeaders=host%3Bx%0Ay");
    line_feed.is_refused(INVALID, MISMATCH);
}

#[test]
fn the_date_header_serves_where_there_is_no_other() {
    let secret = secret();
    let verify = |headers: &[(&str, &[u8])]| {
        let request = SignedRequest { method: "GET", path: "/", query: "", headers, body: b"" };
        let presented = Presented::parse(&request, NOW.parse().unwrap(), &SCOPE)?;
        presented.verify(&request, Some(KnownKey { secret: &secret, session_token: None }))
    };
    // Signed by a few lines of Python, since our own signer always adds X-Amz-Date.
    let authorization: Header<'_> = (
        "authorization",
        b"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-west-2/ivschat/aws4_request,\
          SignedHeaders=date;host,\
          Signature=1b3f450a6e9fac2b717203ea911a45a2105ac49584ff9d15453a43206c07fd35",
    );
    let host: Header<'_> = ("host", b"h");
    let date: Header<'_> = ("date", b"Sun, 30 Aug 2015 12:36:00 GMT");
    assert_eq!(verify(&[host, date, authorization]), Ok(()));
    let same: Header<'_> = ("x-amz-date", b"20150830T123600Z");
    assert_eq!(verify(&[host, date, authorization, same]), Ok(()));
    let old: Header<'_> = ("x-amz-date", b"20150830T113600Z");
    let error = verify(&[host, date, authorization, old]).unwrap_err();
    assert_eq!(error.aws_type(), "RequestExpired", "X-Amz-Date wins over Date");
}

#[test]
fn of_two_faults_the_one_that_aws_checks_first_is_named() {
    // From the last check to the first, each fault is added to all those before it.
    let type_of = |draft: &Draft| {
        let error = draft.verify_at(NOW).unwrap_err();
        format!("{error:?}").split(['(', ' ']).next().unwrap().to_owned()
    };
    let mut draft = Draft::header_form().header("authorization", "Signature=", "Signature=0");
    let mut named = vec![type_of(&draft)];
    let mut then = |next: Draft| {
        named.push(type_of(&next));
        next
    };
    draft = then(draft.header("authorization", "AKIDEXAMPLE", "AKIDOTHER"));
    draft = then(draft.header("authorization", "us-west-2", "eu-west-1"));
    draft = then(draft.header("authorization", "/aws4_request", ""));
    draft = then(draft.header("x-amz-date", "20150830T123600Z", "20150829T123600Z"));
    draft = then(draft.header("x-amz-date", "20150829T123600Z", "yesterday"));
    draft = then(draft.header("authorization", "host;", ""));
    draft = then(draft.header("authorization", "SignedHeaders=", "Signed="));
    draft = then(draft.header("authorization", "Signed=", "Signed"));
    draft = then(draft.header("authorization", "SHA256", "SHA512"));
    draft.query = "X-Amz-Algorithm=x".into();
    then(draft);
    assert_eq!(
        named,
        [
            "SignatureMismatch",
            "UnrecognizedClient",
            "WrongScope",
            "MalformedCredential",
            "Expired",
            "MalformedDate",
            "HostNotSigned",
            "IncompleteHeader",
            "NotKeyValue",
            "UnsupportedAlgorithm",
            "BothMechanisms",
        ]
    );
}
