//! What the user types, and the action it becomes. Knows no connection.
//!
//! Source of the actions: Chat Messaging API reference, "Actions".

use serde_json::json;

/// A typed line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// A message.
    Send(&'a str),
    /// `/delete ID [REASON]`
    Delete {
        /// The message's id.
        id: &'a str,
        /// Empty if none was given.
        reason: &'a str,
    },
    /// `/kick USER [REASON]`
    Kick {
        /// The user's id.
        user: &'a str,
        /// Empty if none was given.
        reason: &'a str,
    },
    /// `/help`
    Help,
    /// `/quit`
    Quit,
    /// White space.
    Empty,
    /// A command that there is not, or one without what it needs; the text says which.
    Wrong(&'static str),
}

/// What `/help` prints.
pub(super) const HELP: &str =
    "/delete ID [REASON], /kick USER [REASON], /help, /quit; //text sends a line that begins with a slash";

impl<'a> Line<'a> {
    /// Reads a line.
    pub(super) fn parse(text: &'a str) -> Self {
        let text = text.trim();
        let Some(command) = text.strip_prefix('/') else {
            return if text.is_empty() { Self::Empty } else { Self::Send(text) };
        };
        if command.starts_with('/') {
            return Self::Send(command);
        }
        let (name, rest) = split(command);
        let (object, reason) = split(rest);
        match (name, object) {
            ("delete", "") => Self::Wrong("say which message: /delete ID [REASON]"),
            ("delete", id) => Self::Delete { id, reason },
            ("kick", "") => Self::Wrong("say whom: /kick USER [REASON]"),
            ("kick", user) => Self::Kick { user, reason },
            ("help" | "?", _) => Self::Help,
            ("quit" | "exit", _) => Self::Quit,
            _ => Self::Wrong(
                "no such command; /help lists them, and //text sends a line that begins with a slash",
            ),
        }
    }

    /// The action's frame, for lines that are one.
    pub(super) fn action(&self, request_id: &str) -> Option<String> {
        let mut action = match self {
            Self::Send(content) => json!({ "Action": "SEND_MESSAGE", "Content": content }),
            Self::Delete { id, reason } => json!({ "Action": "DELETE_MESSAGE", "Id": id, "Reason": reason }),
            Self::Kick { user, reason } => {
                json!({ "Action": "DISCONNECT_USER", "UserId": user, "Reason": reason })
            }
            Self::Help | Self::Quit | Self::Empty | Self::Wrong(_) => return None,
        };
        let members = action.as_object_mut()?;
        members.insert("RequestId".to_owned(), request_id.into());
        members.retain(|name, value| name != "Reason" || value != "");
        Some(action.to_string())
    }
}

/// The first word and what follows it.
fn split(text: &str) -> (&str, &str) {
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    (word, rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let check = |text: &str, expected: Line<'_>| assert_eq!(Line::parse(text), expected, "{text:?}");
        check("hello  there ", Line::Send("hello  there"));
        check("  ", Line::Empty);
        check("", Line::Empty);
        check("//shrug /x", Line::Send("/shrug /x"));
        check("/quit", Line::Quit);
        check(" /quit now", Line::Quit);
        check("/help", Line::Help);
        check("/delete M2YcHkgffEvU", Line::Delete { id: "M2YcHkgffEvU", reason: "" });
        check("/delete  M2YcHkgffEvU   not nice ", Line::Delete { id: "M2YcHkgffEvU", reason: "not nice" });
        check("/kick bob spam, again", Line::Kick { user: "bob", reason: "spam, again" });
        assert!(matches!(Line::parse("/kick"), Line::Wrong(_)));
        assert!(matches!(Line::parse("/delete "), Line::Wrong(_)));
        assert!(matches!(Line::parse("/dance"), Line::Wrong(_)));
        assert!(matches!(Line::parse("/"), Line::Wrong(_)));
    }

    #[test]
    fn actions() {
        let check = |text: &str, expected: serde_json::Value| {
            let action = Line::parse(text).action("r1").unwrap();
            assert_eq!(serde_json::from_str::<serde_json::Value>(&action).unwrap(), expected);
        };
        check("say \"hi\"", json!({ "Action": "SEND_MESSAGE", "RequestId": "r1", "Content": "say \"hi\"" }));
        check("/delete X", json!({ "Action": "DELETE_MESSAGE", "RequestId": "r1", "Id": "X" }));
        check(
            "/kick bob spam",
            json!({ "Action": "DISCONNECT_USER", "RequestId": "r1", "UserId": "bob", "Reason": "spam" }),
        );
        for text in ["", "/help", "/quit", "/kick"] {
            assert_eq!(Line::parse(text).action("r1"), None, "{text}");
        }
    }
}
