//! One record of a chat log, as AWS writes it.
//!
//! Source: user guide, "Chat Logging", "Log File Format": `event_timestamp` has milliseconds, `payload` is what clients
//! were sent.

use engine::{Publication, PublicationKind};

/// The record: one JSON object on one line, without the line's end.
pub(super) fn render(publication: &Publication) -> Vec<u8> {
    let kind = match publication.kind {
        PublicationKind::Message => "MESSAGE",
        PublicationKind::Event | PublicationKind::Delete | PublicationKind::Disconnect { .. } => "EVENT",
    };
    let head = format!(r#"{{"event_timestamp":"{:.3}","type":"{kind}","payload":"#, publication.sent_at);
    [head.as_bytes(), publication.text(), br#","version":"1.0"}"#].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use engine::Position;
    use model::{AccountId, Id, RoomKey, UserId};

    fn publication(kind: PublicationKind, sent_at: &str, text: &str) -> Publication {
        Publication {
            room: RoomKey {
                account: AccountId::parse("123456789012").unwrap(),
                id: Id::parse("AbCdEfGhIjKl").unwrap(),
            },
            position: Position { epoch: 1, seq: 1 },
            kind,
            sent_at: sent_at.parse().unwrap(),
            frame: format!("12{text}").into_bytes().into(),
            text_at: 2,
        }
    }

    #[test]
    fn the_record_is_the_documented_one() {
        let check = |kind: PublicationKind, sent_at: &str, expected: (&str, &str)| {
            let line = render(&publication(kind, sent_at, r#"{"Type":"X"}"#));
            let (time, kind) = expected;
            let head = format!(r#"{{"event_timestamp":"{time}","type":"{kind}""#);
            let whole = format!(r#"{head},"payload":{{"Type":"X"}},"version":"1.0"}}"#);
            assert_eq!(String::from_utf8(line).unwrap(), whole);
        };
        let documented = ("2023-01-05T14:33:32.894Z", "MESSAGE");
        check(PublicationKind::Message, "2023-01-05T14:33:32.894999999Z", documented);
        let user_id = UserId::parse("ann").unwrap();
        for kind in [
            PublicationKind::Event,
            PublicationKind::Delete,
            PublicationKind::Disconnect { user_id, reason: "".into() },
        ] {
            check(kind, "2023-01-05T14:33:32Z", ("2023-01-05T14:33:32.000Z", "EVENT"));
        }
    }
}
