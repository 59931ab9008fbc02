//! How a connection ends: the close codes that the server sends on purpose.
//!
//! Protocol errors have codes of their own (1002, 1007, 1009), which `websocket` names.

use crate::{ErrorCode, error};
use model::Id;

/// A close frame's code and reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Close {
    /// RFC 6455 §7.4.
    pub code: u16,
    /// At most 123 bytes reach the client; what is longer is cut at a character.
    pub reason: String,
}

impl Close {
    /// 1000: a normal end. The chat SDK takes a clean close as final and does not come back.
    pub const NORMAL: u16 = 1000;
    /// 1008: the client broke a rule of ours that no frame can tell it, such as never answering a ping.
    pub const POLICY: u16 = 1008;

    /// Disconnected by a moderator: 1000 and the plain reason.
    #[must_use]
    pub fn kicked(reason: &str) -> Self {
        Self { code: Self::NORMAL, reason: reason.to_owned() }
    }
}

/// The end of a session: the ERROR frame on which the SDK fetches a new token, and the clean close after it, whose
/// reason says the same once more.
#[must_use]
pub fn session_expired(id: Id) -> (Vec<u8>, Close) {
    const TEXT: &str = "Session expired";
    let reason = format!(r#"{{"ErrorCode":{},"ErrorMessage":"{TEXT}"}}"#, ErrorCode::Unauthorized.number());
    (error(id, "", ErrorCode::Unauthorized, TEXT), Close { code: Close::NORMAL, reason })
}
