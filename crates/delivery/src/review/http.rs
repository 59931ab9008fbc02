//! A handler that is reached by a plain POST, for people without Lambda. It builds requests and sends none.
//!
//! The body is the event that a Lambda function would get, the answer what the function would return, with status
//! 200. Where a bearer secret is set, `authorization: Bearer <secret>` goes with it. Where an HMAC secret is set, two
//! headers do:
//!
//! - `x-hubbub-timestamp`: the seconds since 1970, in decimal;
//! - `x-hubbub-signature-256`: `sha256=` and, in 64 lower-case hexadecimal digits, HMAC-SHA256 (RFC 2104) with the
//!   bytes of the secret as the key and the timestamp as it stands in the header, a full stop and the bytes of the body
//!   as the text. Who checks it compares in constant time, and refuses timestamps that are minutes off.

use super::transport::origin;
use crate::secret::SecretText;
use aws_lc_rs::hmac;
use model::Timestamp;
use reqwest::{Client, RequestBuilder, Url};
use std::fmt;
use std::fmt::Write as _;

const TIMESTAMP: &str = "x-hubbub-timestamp";
const SIGNATURE: &str = "x-hubbub-signature-256";

/// Where an HTTP handler is, and how it knows us.
#[derive(Clone, PartialEq)]
pub(super) struct HttpTarget {
    /// Its path and its query may hold secrets.
    pub(super) url: Url,
    pub(super) bearer: Option<SecretText>,
    pub(super) hmac_secret: Option<SecretText>,
}

impl HttpTarget {
    /// The call.
    pub(super) fn request(&self, client: &Client, body: Vec<u8>, now: Timestamp) -> RequestBuilder {
        let mut request = client.post(self.url.clone()).header("content-type", "application/json");
        if let Some(bearer) = &self.bearer {
            request = request.bearer_auth(bearer.reveal());
        }
        if let Some(secret) = &self.hmac_secret {
            let timestamp = now.as_second().to_string();
            request = request.header(SIGNATURE, signature(secret, &timestamp, &body));
            request = request.header(TIMESTAMP, timestamp);
        }
        request.body(body)
    }

    /// What the log and the metrics call it.
    pub(super) fn name(&self) -> String {
        origin(&self.url)
    }
}

impl fmt::Debug for HttpTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HttpTarget({}, ***)", self.name())
    }
}

fn signature(secret: &SecretText, timestamp: &str, body: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes());
    let mut context = hmac::Context::with_key(&key);
    context.update(timestamp.as_bytes());
    context.update(b".");
    context.update(body);
    context.sign().as_ref().iter().fold("sha256=".to_owned(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value is Python's: `hmac.new(b"secret", b'1700000000.{"a":1}', "sha256").hexdigest()`.
    #[test]
    fn the_signature_is_the_documented_one() {
        let signature = signature(&SecretText::new("secret".into()), "1700000000", br#"{"a":1}"#);
        assert_eq!(signature, "sha256=49f24e537407743fa4a0242bb63b94b9a47ee99cbbe071ccd8a22550ae411686");
    }

    #[test]
    fn neither_secrets_nor_path_and_query_are_shown() {
        let target = HttpTarget {
            url: Url::parse("https://example.com:8443/hush?code=hush").unwrap(),
            bearer: Some(SecretText::new("hush".into())),
            hmac_secret: None,
        };
        assert_eq!(format!("{target:?}"), "HttpTarget(https://example.com:8443, ***)");
    }
}
