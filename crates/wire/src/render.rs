//! What the server says: MESSAGE, EVENT and ERROR, members in the order in which AWS was seen to write them.

use crate::ErrorCode;
use model::{Attributes, EventName, Id, Timestamp, UserId};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

/// A message as it goes to every viewer.
#[derive(Debug, Clone, Copy)]
pub struct Message<'a> {
    /// Its id.
    pub id: Id,
    /// The sender's own request id; empty when none was given.
    pub request_id: &'a str,
    /// Its text.
    pub content: &'a str,
    /// Its attributes; `None` is written as `null`.
    pub attributes: Option<&'a Attributes>,
    /// When the service received it.
    pub send_time: Timestamp,
    /// Who sent it: what [`sender`] wrote.
    pub sender: &'a RawValue,
}

/// An event of the service itself.
#[derive(Debug, Clone, Copy)]
pub enum SystemEvent<'a> {
    /// `aws:DELETE_MESSAGE`: clients take the message off their screens.
    DeleteMessage {
        /// Which message.
        message_id: &'a str,
        /// Why; empty when not said.
        reason: &'a str,
    },
    /// `aws:DISCONNECT_USER`: a user was disconnected.
    DisconnectUser {
        /// Which user.
        user_id: &'a UserId,
        /// Why; empty when not said.
        reason: &'a str,
    },
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct MessageFrame<'a> {
    #[serde(rename = "Type")]
    kind: &'static str,
    id: &'a str,
    request_id: &'a str,
    attributes: Option<Pairs<'a>>,
    content: &'a str,
    send_time: Rfc3339,
    sender: &'a RawValue,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct EventFrame<'a, A: Serialize> {
    #[serde(rename = "Type")]
    kind: &'static str,
    id: &'a str,
    request_id: &'a str,
    event_name: &'a str,
    attributes: A,
    send_time: Rfc3339,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ErrorFrame<'a> {
    #[serde(rename = "Type")]
    kind: &'static str,
    id: &'a str,
    request_id: &'a str,
    error_code: u16,
    error_message: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Sender<'a> {
    user_id: &'a str,
    attributes: Pairs<'a>,
}

/// `MessageID` is deprecated since January 2023, and still what the SDKs read: both are written.
#[derive(Serialize)]
struct DeletedMessage<'a> {
    #[serde(rename = "MessageID")]
    deprecated_message_id: &'a str,
    #[serde(rename = "MessageId")]
    message_id: &'a str,
    #[serde(rename = "Reason")]
    reason: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DisconnectedUser<'a> {
    user_id: &'a str,
    reason: &'a str,
}

/// Writes the `Sender` member once per connection; every message of the connection carries it as it is.
#[must_use]
pub fn sender(user_id: &UserId, attributes: &Attributes) -> Box<RawValue> {
    let sender = Sender { user_id: user_id.as_str(), attributes: Pairs(attributes) };
    serde_json::value::to_raw_value(&sender).unwrap_or_else(|_| RawValue::NULL.to_owned())
}

/// A MESSAGE frame's text.
#[must_use]
pub fn message(message: &Message<'_>) -> Vec<u8> {
    json(&MessageFrame {
        kind: "MESSAGE",
        id: message.id.as_str(),
        request_id: message.request_id,
        attributes: message.attributes.map(Pairs),
        content: message.content,
        send_time: Rfc3339(message.send_time),
        sender: message.sender,
    })
}

/// An application's EVENT frame's text; such events come over REST only, so they carry no request id.
#[must_use]
pub fn event(id: Id, name: &EventName, attributes: &Attributes, send_time: Timestamp) -> Vec<u8> {
    json(&event_frame(&id, "", name.as_str(), Pairs(attributes), send_time))
}

/// A system event's text.
#[must_use]
pub fn system_event(id: Id, request_id: &str, event: &SystemEvent<'_>, send_time: Timestamp) -> Vec<u8> {
    match *event {
        SystemEvent::DeleteMessage { message_id, reason } => {
            let attributes = DeletedMessage { deprecated_message_id: message_id, message_id, reason };
            json(&event_frame(&id, request_id, "aws:DELETE_MESSAGE", attributes, send_time))
        }
        SystemEvent::DisconnectUser { user_id, reason } => {
            let attributes = DisconnectedUser { user_id: user_id.as_str(), reason };
            json(&event_frame(&id, request_id, "aws:DISCONNECT_USER", attributes, send_time))
        }
    }
}

/// An ERROR frame's text. `id` is never absent: the JS SDK drops an error without one.
#[must_use]
pub fn error(id: Id, request_id: &str, code: ErrorCode, text: &str) -> Vec<u8> {
    json(&ErrorFrame {
        kind: "ERROR",
        id: id.as_str(),
        request_id,
        error_code: code.number(),
        error_message: text,
    })
}

fn event_frame<'a, A: Serialize>(
    id: &'a Id,
    request_id: &'a str,
    event_name: &'a str,
    attributes: A,
    send_time: Timestamp,
) -> EventFrame<'a, A> {
    EventFrame {
        kind: "EVENT",
        id: id.as_str(),
        request_id,
        event_name,
        attributes,
        send_time: Rfc3339(send_time),
    }
}

/// Texts, numbers and maps of texts always have a JSON form, so the empty answer is never taken.
fn json(frame: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(frame).unwrap_or_default()
}

/// Attributes as a JSON object.
struct Pairs<'a>(&'a Attributes);

impl Serialize for Pairs<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter())
    }
}

/// RFC 3339 in UTC with up to nine digits of a second, trailing zeros cut.
struct Rfc3339(Timestamp);

impl Serialize for Rfc3339 {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}
