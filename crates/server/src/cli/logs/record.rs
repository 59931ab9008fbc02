//! One record of a log: read from its line, and the line that is shown for it.
//!
//! Source: user guide, "Chat Logging", "Log File Format"; Chat Messaging API reference, "Message (Subscribe)", "Event
//! (Subscribe)".

use crate::cli::printable::printable;
use jiff::tz::TimeZone;
use model::Timestamp;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// When it was sent, as exactly as the record says.
    pub(super) at: Timestamp,
    /// What repetitions have in common.
    pub(super) id: Box<str>,
    /// The line that it stands on, without its end.
    pub(super) line: Box<str>,
    said: Said,
}

type Attributes = BTreeMap<String, String>;

/// What is shown of it.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    Message { user_id: String, content: String, attributes: Attributes, of_sender: Attributes },
    Event { name: String, attributes: Attributes },
}

#[derive(Deserialize)]
struct Written {
    event_timestamp: Box<str>,
    #[serde(rename = "type")]
    kind: Kind,
    payload: Payload,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Kind {
    Message,
    Event,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Payload {
    id: Box<str>,
    attributes: Option<Attributes>,
    send_time: Option<Box<str>>,
    /// Of a message.
    content: Option<String>,
    /// Of a message.
    sender: Option<Sender>,
    /// Of an event.
    event_name: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Sender {
    user_id: String,
    attributes: Option<Attributes>,
}

impl Record {
    /// Reads a record; none if the line is no record.
    pub(super) fn parse(line: Vec<u8>) -> Option<Self> {
        let line = String::from_utf8(line).ok()?.into_boxed_str();
        let Written { event_timestamp, kind, payload } = serde_json::from_str(&line).ok()?;
        // The payload's time has nanoseconds where the record's has milliseconds.
        let exact = payload.send_time.and_then(|time| time.parse().ok());
        let at = exact.map_or_else(|| event_timestamp.parse().ok(), Some)?;
        let attributes = payload.attributes.unwrap_or_default();
        let said = match kind {
            Kind::Message => {
                let Sender { user_id, attributes: of_sender } = payload.sender?;
                let of_sender = of_sender.unwrap_or_default();
                Said::Message { user_id, content: payload.content?, attributes, of_sender }
            }
            Kind::Event => Said::Event { name: payload.event_name?, attributes },
        };
        Some(Self { at, id: payload.id, line, said })
    }

    /// The line of text for it, with its time in this zone and nothing that a terminal would obey.
    pub(super) fn text(&self, zone: &TimeZone) -> String {
        let time = self.at.to_zoned(zone.clone()).strftime("%Y-%m-%d %H:%M:%S%.3f");
        match &self.said {
            Said::Message { user_id, content, .. } => {
                format!("{time}  {}: {}", printable(user_id), printable(content))
            }
            Said::Event { name, attributes } => {
                let pairs =
                    attributes.iter().map(|(key, value)| format!(" {}={}", printable(key), printable(value)));
                format!("{time}  * {}{}", printable(name), pairs.collect::<String>())
            }
        }
    }

    /// What is searched: the text, who said it, an event's name, the values of attributes.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        let (first, second, attributes, of_sender) = match &self.said {
            Said::Message { user_id, content, attributes, of_sender } => {
                (content, Some(user_id), attributes, Some(of_sender))
            }
            Said::Event { name, attributes } => (name, None, attributes, None),
        };
        let values = attributes.values().chain(of_sender.into_iter().flat_map(BTreeMap::values));
        [first].into_iter().chain(second).chain(values).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(kind: &str, payload: &str) -> Option<Record> {
        let line = format!(
            r#"{{"event_timestamp":"2026-11-21T16:04:31.894Z","type":"{kind}","payload":{payload},"version":"1.0"}}"#
        );
        Record::parse(line.into_bytes())
    }

    fn check(kind: &str, payload: &str, expected: &str, words: &[&str]) {
        let record = record(kind, payload).unwrap();
        assert_eq!(record.text(&TimeZone::fixed(jiff::tz::offset(2))), expected);
        assert_eq!(record.words().collect::<Vec<_>>(), words);
    }

    #[test]
    fn messages() {
        check(
            "MESSAGE",
            r#"{"Type":"MESSAGE","Id":"M2YcHkgffEvU","RequestId":"","Attributes":null,"Content":"hello",
                "SendTime":"2026-11-21T16:04:31.894999999Z","Sender":{"UserId":"ann","Attributes":{}}}"#,
            "2026-11-21 18:04:31.894  ann: hello",
            &["hello", "ann"],
        );
        check(
            "MESSAGE",
            r#"{"Id":"a","Attributes":{"k":"v"},"Content":"","Sender":{"UserId":"u","Attributes":{"name":"x"}}}"#,
            "2026-11-21 18:04:31.894  u: ",
            &["", "u", "v", "x"],
        );
        check(
            "MESSAGE",
            r#"{"Id":"a","Content":"\u001b[2Ja\n2026-11-21 00:00:00.000  root: obey\u202e",
                "Sender":{"UserId":"u\u001b]0;x\u0007\r"}}"#,
            "2026-11-21 18:04:31.894  u : a 2026-11-21 00:00:00.000  root: obey",
            &["\x1b[2Ja\n2026-11-21 00:00:00.000  root: obey\u{202e}", "u\x1b]0;x\x07\r"],
        );
    }

    #[test]
    fn events() {
        check(
            "EVENT",
            r#"{"Type":"EVENT","Id":"a","EventName":"aws:DELETE_MESSAGE","SendTime":"2026-11-21T23:00:00Z",
                "Attributes":{"Reason":"rude","MessageID":"M2Yc"}}"#,
            "2026-11-22 01:00:00.000  * aws:DELETE_MESSAGE MessageID=M2Yc Reason=rude",
            &["aws:DELETE_MESSAGE", "M2Yc", "rude"],
        );
        check(
            "EVENT",
            r#"{"Id":"a","EventName":"app:\u001b[1mgoal","Attributes":null}"#,
            "2026-11-21 18:04:31.894  * app:goal",
            &["app:\x1b[1mgoal"],
        );
    }

    #[test]
    fn a_record_has_the_time_of_its_payload_and_the_line_as_it_is() {
        let payload = r#"{"Id":"a","EventName":"e","SendTime":"2026-11-21T16:04:31.894000001Z"}"#;
        let read = record("EVENT", payload).unwrap();
        assert_eq!((read.at.subsec_nanosecond(), &*read.id), (894_000_001, "a"));
        assert!(read.line.contains(payload) && read.line.ends_with(r#""version":"1.0"}"#));
    }

    #[test]
    fn what_is_something_else_is_no_record() {
        for line in ["", "{}", "[]", "\u{feff}", r#"{"event_timestamp":"2026-11-21T16:04:31Z"}"#] {
            assert_eq!(Record::parse(line.into()), None, "{line}");
        }
        assert_eq!(Record::parse(vec![0xff]), None);
        assert_eq!(record("NEWS", "{}"), None);
        assert_eq!(record("MESSAGE", r#"{"Id":"a","EventName":"e"}"#), None);
    }
}
