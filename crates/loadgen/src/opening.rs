//! The opening handshake as bytes: what is asked, and what the answer means (RFC 6455 §4.1). Must not know sockets or
//! time.

use std::borrow::Cow;
use websocket::{check_accept, request_key};

/// How long an answer's head may be.
const HEAD_BYTES: usize = 16 * 1024;

/// How much of a refusal's body is told, in characters.
const TOLD_CHARACTERS: usize = 300;

/// How much of a refusal's body is waited for, in bytes.
const BODY_BYTES: usize = 4 * TOLD_CHARACTERS;

/// A handshake under way.
pub(crate) struct Opening {
    /// The request; it carries the token.
    pub(crate) request: Vec<u8>,
    /// How much of it has been written.
    pub(crate) written: usize,
    /// What has come of the answer.
    pub(crate) answer: Vec<u8>,
    key: String,
    token: Box<str>,
}

/// What an answer means.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// More must come.
    Unfinished,
    /// 101; the first frames begin at this byte of the answer.
    Welcome(usize),
    /// It did not work, for this reason.
    Refused(String),
}

impl Opening {
    pub(crate) fn new(host: &str, path: &str, token: Box<str>, random: [u8; 16]) -> Self {
        let key = request_key(random);
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
             Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Protocol: {token}\r\n\r\n"
        );
        Self { request: request.into_bytes(), written: 0, answer: Vec::new(), key, token }
    }

    /// What the answer means so far; `ended` when no more will come.
    pub(crate) fn verdict(&self, ended: bool) -> Verdict {
        let Some((head, body_at)) = self.head() else {
            return match () {
                () if self.answer.len() > HEAD_BYTES => {
                    Verdict::Refused("the answer's head is too long".into())
                }
                () if ended => Verdict::Refused("the connection ended without an answer".into()),
                () => Verdict::Unfinished,
            };
        };
        let status = head.lines().next().and_then(|line| line.strip_prefix("HTTP/1.1 "));
        let Some(status) = status else { return Verdict::Refused("the answer is not HTTP/1.1".into()) };
        if status.split(' ').next() == Some("101") {
            return match header(&head, "sec-websocket-accept") {
                Some(accept) if check_accept(&self.key, accept) => Verdict::Welcome(body_at),
                _ => Verdict::Refused("101, but Sec-WebSocket-Accept does not fit the key".into()),
            };
        }
        let body = self.answer.get(body_at..).unwrap_or_default();
        let awaited = header(&head, "content-length").and_then(|length| length.parse().ok());
        if !ended && body.len() < awaited.unwrap_or(BODY_BYTES).min(BODY_BYTES) {
            return Verdict::Unfinished;
        }
        Verdict::Refused(self.told(status, body))
    }

    /// The answer's head, once it is whole, and where its body begins.
    fn head(&self) -> Option<(Cow<'_, str>, usize)> {
        let end = memchr::memmem::find(&self.answer, b"\r\n\r\n")?;
        Some((String::from_utf8_lossy(self.answer.get(..end)?), end + 4))
    }

    /// A refusal on one line, without the token that the server may have repeated.
    fn told(&self, status: &str, body: &[u8]) -> String {
        let mut text = format!("{status}: {}", String::from_utf8_lossy(body));
        if !self.token.is_empty() {
            text = text.replace(&*self.token, "***");
        }
        let one_line = text.trim_end_matches([':', ' ', '\r', '\n']).replace(char::is_control, " ");
        let length = status.chars().count() + ": ".len() + TOLD_CHARACTERS;
        one_line.chars().take(length).collect()
    }
}

/// The value of a header, whose name is given in lower case.
fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    fields.filter(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim()).next()
}

#[cfg(test)]
mod tests {
    use super::{Opening, Verdict};

    /// The key and its answer are those of RFC 6455 §1.3.
    fn opening(answer: &str) -> Opening {
        let mut opening = Opening::new("chat.example", "/", "secret".into(), *b"the sample nonce");
        opening.answer = answer.as_bytes().to_vec();
        opening
    }

    fn refused(reason: &str) -> Verdict {
        Verdict::Refused(reason.to_owned())
    }

    #[test]
    fn the_request_has_what_the_handshake_needs() {
        let request = String::from_utf8(opening("").request).unwrap();
        assert!(request.starts_with("GET / HTTP/1.1\r\nHost: chat.example\r\n"));
        assert!(request.contains("\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"));
        assert!(request.ends_with("\r\nSec-WebSocket-Protocol: secret\r\n\r\n"));
    }

    #[test]
    fn a_welcome_needs_the_right_answer_to_the_key() {
        let good =
            "HTTP/1.1 101 Switching Protocols\r\nsec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";
        assert_eq!(opening(good).verdict(false), Verdict::Welcome(good.len()));
        assert_eq!(opening(&format!("{good}frame")).verdict(true), Verdict::Welcome(good.len()));
        for cut in [0, 10, good.len() - 1] {
            assert_eq!(opening(&good[..cut]).verdict(false), Verdict::Unfinished, "{cut}");
        }
        let other = good.replace("s3p", "s3q");
        let reason = "101, but Sec-WebSocket-Accept does not fit the key";
        assert_eq!(opening(&other).verdict(false), refused(reason));
    }

    #[test]
    fn a_refusal_is_told_with_its_body_and_without_the_token() {
        let whole = "HTTP/1.1 403 Forbidden\r\nContent-Length: 15\r\n\r\nno\nsecret here";
        assert_eq!(opening(whole).verdict(false), Verdict::Unfinished);
        assert_eq!(opening(whole).verdict(true), refused("403 Forbidden: no *** here"));
        assert_eq!(opening(&format!("{whole}!")).verdict(false), refused("403 Forbidden: no *** here!"));
        let empty = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n";
        assert_eq!(opening(empty).verdict(false), refused("503 Service Unavailable"));
        let long = format!("HTTP/1.1 500 No\r\n\r\n{}", "é".repeat(5000));
        let Verdict::Refused(reason) = opening(&long).verdict(false) else { panic!("a refusal") };
        assert_eq!(reason.chars().count(), "500 No: ".len() + 300);
    }

    #[test]
    fn what_is_no_answer_is_called_so() {
        assert_eq!(opening("").verdict(true), refused("the connection ended without an answer"));
        assert_eq!(opening("SSH-2.0\r\n\r\n").verdict(false), refused("the answer is not HTTP/1.1"));
        assert_eq!(opening(&"x".repeat(20_000)).verdict(false), refused("the answer's head is too long"));
    }
}
