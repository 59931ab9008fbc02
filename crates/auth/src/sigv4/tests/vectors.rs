//! The 76 published signing vectors: 63 verify, 13 are refused, and the canonical requests are equal byte for byte.

use crate::{KnownKey, Presented, Scope, SecretKey, SignatureError, SignedRequest};
use serde_json::Value;

const VECTORS: &str = include_str!("../../../tests/vectors/sigv4-vectors.json");

/// A request as text, taken apart; a folded line belongs to the header before it.
struct Raw {
    method: String,
    path: String,
    query: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Raw {
    fn parse(raw: &str) -> Self {
        let (head, body) = raw.split_once("\n\n").unwrap();
        let (first, rest) = head.split_once('\n').unwrap();
        let (method, target) = first.split_once(' ').unwrap();
        let target = target.strip_suffix(" HTTP/1.1").unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in rest.split('\n') {
            if line.starts_with(' ') {
                headers.last_mut().unwrap().1.push_str(&format!("\n{line}"));
            } else {
                let (name, value) = line.split_once(':').unwrap();
                headers.push((name.to_ascii_lowercase(), value.to_owned()));
            }
        }
        let [method, path, query, body] = [method, path, query, body].map(str::to_owned);
        Self { method, path, query, headers, body }
    }
}

/// What came of a vector: the canonical request, and whether it was accepted.
fn run(vector: &Value) -> (Vec<u8>, Result<(), SignatureError>) {
    let text = |key: &str| vector[key].as_str().unwrap();
    let raw = Raw::parse(text("raw"));
    let headers: Vec<(&str, &[u8])> =
        raw.headers.iter().map(|(name, value)| (&**name, value.as_bytes())).collect();
    let request = SignedRequest {
        method: &raw.method,
        path: &raw.path,
        query: &raw.query,
        headers: &headers,
        body: raw.body.as_bytes(),
    };
    let scope = Scope { region: text("region"), service: text("service") };
    let presented = Presented::parse(&request, text("timestamp").parse().unwrap(), &scope).unwrap();
    assert_eq!(presented.access_key_id(), text("akid"));
    let secret = SecretKey::parse(text("secret")).unwrap();
    let key = KnownKey { secret: &secret, session_token: vector["token"].as_str() };
    (presented.canonical_request(&request), presented.verify(&request, Some(key)))
}

/// Those whose signer did not normalise the path, as every service but S3 does, and the one whose signer added the
/// token to the query after signing it.
fn is_to_be_refused(name: &str, kind: &str) -> bool {
    let unnormalized = name.ends_with("-unnormalized") && name != "get-space-unnormalized";
    unnormalized || (name == "post-sts-header-after" && kind == "query")
}

#[test]
fn sixty_three_verify_and_thirteen_are_refused() {
    let vectors: Vec<Value> = serde_json::from_str(VECTORS).unwrap();
    let (mut accepted, mut refused) = (0, 0);
    for vector in &vectors {
        let (name, kind) = (vector["name"].as_str().unwrap(), vector["kind"].as_str().unwrap());
        let expected = vector["canonical"].as_str().unwrap();
        let (canonical, outcome) = run(vector);
        let canonical = String::from_utf8(canonical).unwrap();
        if is_to_be_refused(name, kind) {
            assert_ne!(canonical, expected, "{name} {kind}");
            assert_eq!(outcome, Err(SignatureError::SignatureMismatch), "{name} {kind}");
            refused += 1;
        } else {
            assert_eq!(canonical, expected, "{name} {kind}");
            assert_eq!(outcome, Ok(()), "{name} {kind}");
            accepted += 1;
        }
    }
    assert_eq!((accepted, refused), (63, 13));
}
