//! Calls of the Lambda API, as its stand-in sees them.

use crate::clock::clock;
use crate::house::{ARN, FELL_BACK, Fate, House, Plan, WORDS, out};
use crate::peer::{Peer, Received, Reply};
use auth::{KnownKey, Presented, Scope, SecretKey, SignedRequest};
use delivery::ReviewLabel;
use engine::Refusal;

const ALLOW: &str = r#"{"ReviewResult":"ALLOW","Content":"ok"}"#;
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// A mapping of kind `lambda`, with `more` members.
pub fn lambda(name: &str, peer: &Peer, more: &str) -> String {
    let endpoint = peer.url("");
    format!("[[handler]]\nkind = \"lambda\"\narn = \"{ARN}{name}*\"\nendpoint = \"{endpoint}\"\n{more}\n")
}

pub fn fixed_key() -> String {
    format!("credentials = {{ access_key_id = \"AKIDEXAMPLE\", secret_access_key = \"{SECRET}\" }}")
}

/// Whose signature it is, if the key is `secret` and comes with `token`; and that it covers what matters.
pub fn verify(request: &Received, region: &str, secret: &str, token: Option<&str>) -> String {
    let headers: Vec<(&str, &[u8])> =
        request.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let signed =
        SignedRequest { method: &request.method, path, query, headers: &headers, body: &request.body };
    let scope = Scope { region, service: "lambda" };
    let presented = Presented::parse(&signed, clock::<0>().wall, &scope).unwrap();
    let secret = SecretKey::parse(secret).unwrap();
    presented.verify(&signed, Some(KnownKey { secret: &secret, session_token: token })).unwrap();
    let tampered = SignedRequest { body: b"{}", ..signed };
    presented.verify(&tampered, Some(KnownKey { secret: &secret, session_token: token })).unwrap_err();
    let authorization = request.header("authorization").unwrap();
    assert!(authorization.contains("host;x-amz-date"), "{authorization}");
    assert!(authorization.contains("x-amz-invocation-type"), "{authorization}");
    presented.access_key_id().to_owned()
}

#[test]
fn the_function_is_invoked_and_the_call_signed() {
    let peer = Peer::saying(ALLOW);
    let file = lambda("moderate", &peer, &fixed_key());
    let house = House::new("moderate:live", &Plan { file: &file, ..Plan::default() });
    assert_eq!(house.say("hello"), out("ok"));
    let request = peer.next();
    assert_eq!(request.method, "POST");
    assert_eq!(request.target, "/2015-03-31/functions/moderate/invocations?Qualifier=live");
    assert_eq!(request.header("x-amz-invocation-type"), Some("RequestResponse"));
    assert_eq!(request.json()["Content"], "hello");
    assert_eq!(verify(&request, "us-west-2", SECRET, None), "AKIDEXAMPLE");
    assert_eq!(house.say("hello"), out("ok"));
    assert_eq!(peer.connections(), 1);
}

#[test]
fn region_function_and_session_token_are_as_the_file_says() {
    let peer = Peer::saying(ALLOW);
    let more = format!(
        "region = \"eu-west-1\"\nfunction = \"{ARN}other\"\n\
         credentials = {{ access_key_id = \"ASIAEXAMPLE\", secret_env = \"S\", session_token = \"token/+=\" }}"
    );
    let plan = Plan { file: &lambda("other", &peer, &more), variables: &[("S", SECRET)], ..Plan::default() };
    let house = House::new("other", &plan);
    assert_eq!(house.say("hello"), out("ok"));
    let request = peer.next();
    let arn = "arn%3Aaws%3Alambda%3Aus-west-2%3A123456789012%3Afunction%3Aother";
    assert_eq!(request.target, format!("/2015-03-31/functions/{arn}/invocations"));
    assert_eq!(verify(&request, "eu-west-1", SECRET, Some("token/+=")), "ASIAEXAMPLE");
}

#[test]
fn a_function_s_own_failure_is_an_error() {
    let peer = Peer::start(|_| {
        // What a Python function that raises sends, though it looks like a fine answer otherwise.
        Reply::with("200 OK", "X-Amz-Function-Error: Unhandled\r\n", ALLOW)
    });
    let file = lambda("raises", &peer, &fixed_key());
    let house = House::new("raises", &Plan { file: &file, ..Plan::default() });
    assert_eq!(house.say(WORDS), FELL_BACK);
    assert_eq!(house.results("raises"), [(ReviewLabel::FallbackError, 1)]);
}

#[test]
fn a_refused_invocation_is_an_error_and_a_denial_is_none() {
    let peer = Peer::start(|request| match request.json()["Content"].as_str() {
        Some("rude") => Reply::ok(r#"{"ReviewResult":"DENY","Attributes":{"Reason":"no"}}"#),
        _ => Reply::with("403 Forbidden", "", r#"{"message":"The security token is invalid."}"#),
    });
    let file = lambda("refused", &peer, &fixed_key());
    let house = House::new("refused", &Plan { file: &file, ..Plan::default() });
    assert_eq!(house.say(WORDS), FELL_BACK);
    assert_eq!(house.say("rude"), Fate::Refused(Refusal::DeniedByHandler(Some("no".into()))));
    assert_eq!(house.results("refused"), [(ReviewLabel::Deny, 1), (ReviewLabel::FallbackError, 1)]);
}
