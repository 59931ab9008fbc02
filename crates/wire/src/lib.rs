//! The messaging protocol's JSON: actions in; messages, events and errors out; the table of close codes.
//!
//! Source: Amazon IVS Chat Messaging API reference.
//!
//! **Invariant:** nothing here knows a socket, a signature or a room's rules: it says what was sent and writes what
//! is to be sent.

mod action;
mod close;
mod error_code;
mod member;
mod render;
#[cfg(test)]
mod tests;

pub use action::{Action, ActionError, ActionKind, MAX_REQUEST_ID_BYTES, ParsedAction};
pub use close::{Close, session_expired};
pub use error_code::ErrorCode;
pub use render::{Message, SystemEvent, error, event, message, sender, system_event};
