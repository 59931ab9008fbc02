//! The verifier of signatures on arbitrary requests: it never panics, it accepts nothing that nobody signed, it repeats
//! little of what it was given, and what our signer signs it accepts, whatever the request is.
#![no_main]

use auth::{KnownKey, Presented, Scope, SecretKey, SignatureError, SignedRequest, Signer};
use libfuzzer_sys::fuzz_target;
use model::Timestamp;

const SCOPE: Scope<'static> = Scope { region: "us-west-2", service: "ivschat" };
/// Longer than any message: 256 characters for each of four faults in a scope, and the words around them.
const MESSAGE_MAX_CHARS: usize = 1600;

fn check(request: &SignedRequest<'_>, secret: &SecretKey, now: Timestamp) -> Result<(), SignatureError> {
    let presented = Presented::parse(request, now, &SCOPE)?;
    assert_eq!(presented.verify(request, None), Err(SignatureError::UnrecognizedClient));
    let session_token = presented.session_token();
    presented.verify(request, Some(KnownKey { secret, session_token }))
}

fuzz_target!(|input: &[u8]| {
    let Ok(now) = "2015-08-30T12:36:00Z".parse() else { return };
    let Ok(secret) = SecretKey::parse("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY") else { return };
    let mut lines = input.split(|byte| *byte == b'\n');
    let mut line = || lines.next().unwrap_or_default();
    let [method, path, query] = [(); 3].map(|()| std::str::from_utf8(line()).unwrap_or_default());
    let values = [(); 6].map(|()| line());
    let names =
        ["authorization", "x-amz-date", "date", "x-amz-content-sha256", "x-amz-security-token", "x-a"];
    let mut headers: Vec<(&str, &[u8])> = names.into_iter().zip(values).collect();
    headers.push(("host", b"h"));
    let body = line();

    // An empty authorization stands for none, so that the query form is reached.
    headers.retain(|(name, value)| *name != "authorization" || !value.is_empty());
    let request = SignedRequest { method, path, query, headers: &headers, body };
    let Err(error) = check(&request, &secret, now) else { panic!("accepted") };
    assert!(error.to_string().chars().count() < MESSAGE_MAX_CHARS);

    let kept = headers.iter().copied().filter(|(name, _)| matches!(*name, "host" | "x-a"));
    let mut headers: Vec<(&str, &[u8])> = kept.collect();
    let unsigned = SignedRequest { headers: &headers, ..request };
    let signer = Signer { access_key_id: "AKIDEXAMPLE", secret: &secret, session_token: None, scope: SCOPE };
    let added = signer.sign(&unsigned, now);
    headers.extend(added.iter().map(|(name, value)| (*name, value.as_bytes())));
    let signed = SignedRequest { headers: &headers, ..request };
    match check(&signed, &secret, now) {
        Ok(()) | Err(SignatureError::BothMechanisms) => {}
        Err(error) => panic!("{error}"),
    }
});
