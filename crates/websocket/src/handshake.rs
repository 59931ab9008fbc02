//! The opening handshake (RFC 6455 §4) as checks over header values. Must not know an HTTP type, a token or a
//! room.

use aws_lc_rs::digest;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// What RFC 6455 §1.3 appends to the key.
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The parts of a request that decide whether it opens a WebSocket (RFC 6455 §4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request<'a> {
    /// The method, as received.
    pub method: &'a str,
    /// Whether the request came as HTTP/1.1; in HTTP/1.0 `Upgrade` is to be ignored (RFC 9110 §7.8).
    pub version_11: bool,
    /// `Upgrade`.
    pub upgrade: Option<&'a str>,
    /// Each `Connection` header.
    pub connection: &'a [&'a str],
    /// `Sec-WebSocket-Key`; `None` also if there are several.
    pub key: Option<&'a str>,
    /// `Sec-WebSocket-Version`.
    pub version: Option<&'a str>,
}

/// A request to answer with 101, `Upgrade: websocket` and `Connection: Upgrade`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Accepted {
    /// The value of `Sec-WebSocket-Accept`.
    pub accept: String,
}

/// Why a request does not open a WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    /// Plain HTTP, no `Upgrade: websocket`.
    #[error("not a WebSocket upgrade")]
    NotAnUpgrade,
    /// A method other than GET.
    #[error("a WebSocket upgrade must be a GET")]
    BadMethod,
    /// `Connection` does not name `Upgrade`.
    #[error("Connection must name Upgrade")]
    BadConnection,
    /// A `Sec-WebSocket-Version` other than 13; the answer names 13 in that header (RFC 6455 §4.4).
    #[error("Sec-WebSocket-Version must be 13")]
    BadVersion,
    /// `Sec-WebSocket-Key` is not the base64 of 16 bytes.
    #[error("Sec-WebSocket-Key must be the base64 of 16 bytes")]
    BadKey,
}

impl HandshakeError {
    /// The HTTP status that answers it: 426 or 400.
    pub fn status(self) -> u16 {
        match self {
            Self::NotAnUpgrade | Self::BadVersion => 426,
            Self::BadMethod | Self::BadConnection | Self::BadKey => 400,
        }
    }
}

/// Checks that a request opens a WebSocket, and computes the server's answer to its key.
pub fn check_request(request: Request<'_>) -> Result<Accepted, HandshakeError> {
    let names = |value: &str, token: &str| elements(value).any(|element| element.eq_ignore_ascii_case(token));
    if !request.version_11 || !request.upgrade.is_some_and(|value| names(value, "websocket")) {
        return Err(HandshakeError::NotAnUpgrade);
    }
    if request.method != "GET" {
        return Err(HandshakeError::BadMethod);
    }
    if !request.connection.iter().any(|value| names(value, "upgrade")) {
        return Err(HandshakeError::BadConnection);
    }
    if request.version.map(str::trim) != Some("13") {
        return Err(HandshakeError::BadVersion);
    }
    let key = request.key.map(str::trim).filter(|key| is_request_key(key)).ok_or(HandshakeError::BadKey)?;
    Ok(Accepted { accept: accept_key(key) })
}

/// The value of `Sec-WebSocket-Accept` for this `Sec-WebSocket-Key` (RFC 6455 §4.2.2).
pub fn accept_key(key: &str) -> String {
    let mut hash = digest::Context::new(&digest::SHA1_FOR_LEGACY_USE_ONLY);
    hash.update(key.as_bytes());
    hash.update(GUID);
    STANDARD.encode(hash.finish())
}

/// A client's `Sec-WebSocket-Key`, from 16 random bytes (RFC 6455 §4.1).
pub fn request_key(random: [u8; 16]) -> String {
    STANDARD.encode(random)
}

/// Whether the server's `Sec-WebSocket-Accept` answers the client's key (RFC 6455 §4.1).
pub fn check_accept(key: &str, accept: &str) -> bool {
    accept.trim() == accept_key(key)
}

/// Why the offered sub-protocols do not name exactly one. It never carries the value, which may be a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SubprotocolError {
    /// None was offered.
    #[error("no sub-protocol")]
    Missing,
    /// More than one was offered.
    #[error("more than one sub-protocol")]
    Several,
    /// The one that was offered is no HTTP token.
    #[error("a sub-protocol with an illegal character")]
    IllegalCharacter,
}

/// The only sub-protocol that the `Sec-WebSocket-Protocol` headers offer (RFC 6455 §4.1 item 10). Empty list elements
/// do not count (RFC 9110 §5.6.1.2).
pub fn single_subprotocol<'a>(values: &[&'a str]) -> Result<&'a str, SubprotocolError> {
    let mut offered = values.iter().copied().flat_map(elements);
    let only = offered.next().ok_or(SubprotocolError::Missing)?;
    if offered.next().is_some() {
        return Err(SubprotocolError::Several);
    }
    if only.bytes().all(is_tchar) { Ok(only) } else { Err(SubprotocolError::IllegalCharacter) }
}

fn is_request_key(key: &str) -> bool {
    // Three bytes for every four characters, before padding: what the decoder asks for.
    let mut nonce = [0; 18];
    key.len() == 24 && STANDARD.decode_slice(key, &mut nonce) == Ok(16)
}

/// The elements of a comma-separated header value (RFC 9110 §5.6.1).
fn elements(value: &str) -> impl Iterator<Item = &str> {
    value.split(',').map(|element| element.trim_matches([' ', '\t'])).filter(|element| !element.is_empty())
}

/// What a token may consist of (RFC 9110 §5.6.2).
fn is_tchar(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}
