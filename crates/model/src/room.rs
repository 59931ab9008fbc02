//! The room: its settings as the control plane keeps them.

use crate::{Id, ResourceName, RoomKey, Tags, Timestamp, Violation};

/// What happens to a message when the review handler does not answer. Source: API reference, `FallbackResult`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FallbackResult {
    /// The message is delivered as it was sent. The default.
    #[default]
    Allow,
    /// The message is refused.
    Deny,
}

impl FallbackResult {
    /// Parses the API's spelling.
    ///
    /// # Errors
    /// [`Violation::Enum`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        match text {
            "ALLOW" => Ok(Self::Allow),
            "DENY" => Ok(Self::Deny),
            _ => Err(Violation::Enum(&["ALLOW", "DENY"])),
        }
    }

    /// The API's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "ALLOW",
            Self::Deny => "DENY",
        }
    }
}

/// The ARN of a review handler's function; the empty text detaches the handler.
///
/// Source: API reference, `LambdaArn`: `^$|^arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:.+`, 0 to 170 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewHandlerUri(Box<str>);

impl ReviewHandlerUri {
    /// Parses a function's ARN, or the empty text.
    ///
    /// # Errors
    /// [`Violation::Length`] or [`Violation::Pattern`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        Violation::check_length(text, 0, 170)?;
        if text.is_empty() || is_function_arn(text) {
            return Ok(Self(text.into()));
        }
        Err(Violation::Pattern("^$|^arn:aws:lambda:[a-z0-9-]+:[0-9]{12}:function:.+$"))
    }

    /// The ARN; empty when the handler was detached.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_function_arn(text: &str) -> bool {
    let mut parts = text.splitn(7, ':');
    let mut next = || parts.next().unwrap_or_default();
    let prefix = [next(), next(), next()];
    let (region, account, kind, function) = (next(), next(), next(), next());
    prefix == ["arn", "aws", "lambda"]
        && !region.is_empty()
        && region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && account.len() == 12
        && account.bytes().all(|b| b.is_ascii_digit())
        && kind == "function"
        && !function.is_empty()
        && !function.contains('\n')
}

/// Who reviews each message of a room before it is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageReviewHandler {
    /// The function to call; empty when it was detached.
    pub uri: ReviewHandlerUri,
    /// What happens when it does not answer.
    pub fallback_result: FallbackResult,
}

impl MessageReviewHandler {
    /// Whether there is a function to call.
    #[must_use]
    pub fn is_attached(&self) -> bool {
        !self.uri.0.is_empty()
    }
}

/// A chat room. Source: API reference, `Room`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Room {
    /// Its account and id.
    pub key: RoomKey,
    /// Its name; may be empty.
    pub name: ResourceName,
    /// When it was created.
    pub create_time: Timestamp,
    /// When it was last created or updated.
    pub update_time: Timestamp,
    /// How many `SendMessage` requests a second the room takes, 1 to 100.
    pub maximum_message_rate_per_second: u32,
    /// How long a message may be, in code points, 1 to 500.
    pub maximum_message_length: u32,
    /// Its review handler, if one was ever set.
    pub message_review_handler: Option<MessageReviewHandler>,
    /// Its logging configurations, at most three, in the order given.
    pub logging_configurations: Vec<Id>,
    /// Its tags.
    pub tags: Tags,
}

impl Room {
    /// How many logging configurations may be attached.
    pub const MAX_LOGGING_CONFIGURATIONS: usize = 3;
    /// The message rate of a room that was given none, per second.
    pub const DEFAULT_MESSAGE_RATE: u32 = 10;
    /// The message length of a room that was given none, in code points.
    pub const DEFAULT_MESSAGE_LENGTH: u32 = 500;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_is_a_function_or_nothing() {
        for right in [
            "",
            "arn:aws:lambda:us-west-2:123456789012:function:f",
            "arn:aws:lambda:r:123456789012:function:f:1",
        ] {
            assert!(ReviewHandlerUri::parse(right).is_ok(), "{right}");
        }
        for wrong in [
            "f",
            "arn:aws:lambda:us-west-2:123456789012:function:",
            "arn:aws:lambda:us-west-2:12345678901:function:f",
            "arn:aws:lambda:us-west-2:123456789012:layer:f",
            "arn:aws:lambda:us-west-2:123456789012:function:f\n",
            "http://127.0.0.1/",
        ] {
            assert!(ReviewHandlerUri::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
