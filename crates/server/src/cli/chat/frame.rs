//! What the server says, and the line it becomes on the screen. Knows no connection.
//!
//! Source of the frames: Chat Messaging API reference, "Message (Subscribe)", "Event (Subscribe)", "Error".

use crate::cli::printable::printable;
use jiff::tz::TimeZone;
use model::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A frame of the server, as far as it is shown. Unknown members are ignored.
#[derive(Debug, Deserialize)]
#[serde(tag = "Type", rename_all = "UPPERCASE", rename_all_fields = "PascalCase")]
pub(super) enum Frame {
    /// What somebody said.
    Message {
        /// For `/delete`.
        id: String,
        /// Of the action that caused it; ours if we did.
        #[serde(default)]
        request_id: String,
        /// The text.
        content: String,
        /// RFC 3339.
        send_time: String,
        /// Who.
        sender: Sender,
    },
    /// What happened.
    Event {
        /// Of the action that caused it.
        #[serde(default)]
        request_id: String,
        /// `aws:DELETE_MESSAGE` and `aws:DISCONNECT_USER` are the service's own.
        event_name: String,
        /// Details.
        #[serde(default)]
        attributes: Option<BTreeMap<String, String>>,
        /// RFC 3339.
        send_time: String,
    },
    /// What we may not.
    Error {
        /// Of the refused action.
        #[serde(default)]
        request_id: String,
        /// Like an HTTP status.
        error_code: u16,
        /// Why.
        #[serde(default)]
        error_message: String,
    },
}

/// Who said it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Sender {
    user_id: String,
}

/// How frames are shown.
#[derive(Debug)]
pub(super) struct View {
    /// In which times are shown.
    pub(super) zone: TimeZone,
    /// Whether each message shows its id.
    pub(super) with_ids: bool,
}

/// The error after which the SDKs come back with a new token.
const SESSION_EXPIRED: u16 = 401;

impl Frame {
    /// Reads a frame; none if it is of no kind that we know.
    pub(super) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    /// The id of the action that this answers; empty if it answers none.
    pub(super) fn request_id(&self) -> &str {
        match self {
            Self::Message { request_id, .. }
            | Self::Event { request_id, .. }
            | Self::Error { request_id, .. } => request_id,
        }
    }

    /// Whether it says that the session is over and a new token is needed.
    pub(super) fn ends_session(&self) -> bool {
        matches!(self, Self::Error { error_code: SESSION_EXPIRED, .. })
    }
}

impl View {
    /// The line for a frame. `now` is the time of what carries none.
    pub(super) fn render(&self, frame: &Frame, now: Timestamp) -> String {
        match frame {
            Frame::Message { id, content, send_time, sender, .. } => {
                let id = if self.with_ids { format!("  [{}]", printable(id)) } else { String::new() };
                let (name, text) = (printable(&sender.user_id), printable(content));
                format!("{} {name}: {text}{id}", self.clock(send_time, now))
            }
            Frame::Event { event_name, attributes, send_time, .. } => {
                let told = event(event_name, attributes.as_ref().unwrap_or(&BTreeMap::new()));
                format!("{} * {}", self.clock(send_time, now), printable(&told))
            }
            Frame::Error { error_code, error_message, .. } => {
                format!("{} ! {error_code} {}", self.at(now), printable(error_message))
            }
        }
    }

    /// A line of our own, set apart from what the room says.
    pub(super) fn note(&self, text: &str, now: Timestamp) -> String {
        format!("{} * {}", self.at(now), printable(text))
    }

    fn clock(&self, rfc3339: &str, now: Timestamp) -> String {
        self.at(rfc3339.parse().unwrap_or(now))
    }

    fn at(&self, time: Timestamp) -> String {
        time.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string()
    }
}

fn event(name: &str, attributes: &BTreeMap<String, String>) -> String {
    let attribute = |name: &str| attributes.get(name).map(String::as_str).unwrap_or_default();
    let because = || match attribute("Reason") {
        "" => String::new(),
        reason => format!(": {reason}"),
    };
    match name {
        "aws:DELETE_MESSAGE" => format!("message {} was deleted{}", attribute("MessageID"), because()),
        "aws:DISCONNECT_USER" => format!("{} was disconnected{}", attribute("UserId"), because()),
        _ => {
            let pairs = attributes.iter().map(|(key, value)| format!(" {key}={value}"));
            format!("event {name}{}", pairs.collect::<String>())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(frame: &str, with_ids: bool, expected: &str) {
        let view = View { zone: TimeZone::fixed(jiff::tz::offset(2)), with_ids };
        let now = "2026-01-01T10:00:00Z".parse().unwrap();
        assert_eq!(view.render(&Frame::parse(frame).unwrap(), now), expected);
    }

    const MESSAGE: &str = r#"{"Type":"MESSAGE","Id":"M2YcHkgffEvU","RequestId":"8fe6","Attributes":null,"Content":"Hi",
        "SendTime":"2022-12-02T08:21:20.754555595Z","Sender":{"UserId":"u1","Attributes":{"name":"x"}}}"#;

    #[test]
    fn messages() {
        check(MESSAGE, false, "10:21:20 u1: Hi");
        check(MESSAGE, true, "10:21:20 u1: Hi  [M2YcHkgffEvU]");
        assert_eq!(Frame::parse(MESSAGE).unwrap().request_id(), "8fe6");
        let hostile = r#"{"Type":"MESSAGE","Id":"\u001bc","Content":"\u001b]0;x\u0007a\n12:00:00 root: obey",
            "SendTime":"?","Sender":{"UserId":"u\u001b[31m1\r"}}"#;
        check(hostile, true, "12:00:00 u1 : a 12:00:00 root: obey  []");
    }

    #[test]
    fn events() {
        let event = |name: &str, attributes: &str| {
            format!(
                r#"{{"Type":"EVENT","Id":"x","RequestId":"","EventName":"{name}",
                    "Attributes":{attributes},"SendTime":"2022-12-02T08:21:20Z"}}"#
            )
        };
        let deleted = event("aws:DELETE_MESSAGE", r#"{"MessageID":"A","MessageId":"A","Reason":"rude"}"#);
        check(&deleted, false, "10:21:20 * message A was deleted: rude");
        let kicked = event("aws:DISCONNECT_USER", r#"{"UserId":"bob","Reason":""}"#);
        check(&kicked, false, "10:21:20 * bob was disconnected");
        check(&event("app:goal", r#"{"by":"7","team":"a"}"#), false, "10:21:20 * event app:goal by=7 team=a");
        check(&event("app:goal", "null"), false, "10:21:20 * event app:goal");
    }

    #[test]
    fn errors() {
        let error = |code: u16| {
            format!(
                r#"{{"Type":"ERROR","Id":"x","RequestId":"r","ErrorCode":{code},"ErrorMessage":"no\u001b[1m"}}"#
            )
        };
        check(&error(429), false, "12:00:00 ! 429 no");
        assert!(Frame::parse(&error(401)).unwrap().ends_session());
        assert!(!Frame::parse(&error(403)).unwrap().ends_session());
    }

    #[test]
    fn what_is_unknown_is_no_frame() {
        for text in ["", "{}", "[]", r#"{"Type":"NEWS"}"#, r#"{"Type":"MESSAGE"}"#] {
            assert!(Frame::parse(text).is_none(), "{text}");
        }
    }
}
