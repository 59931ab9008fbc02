//! The user that an application names in a chat token.

use crate::Violation;
use std::fmt;

/// An application's own name for a user: 1 to 128 characters of any kind.
///
/// Source: API reference, `UserID`, a sensitive string; so `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UserId(Box<str>);

impl UserId {
    /// Parses a user id.
    ///
    /// # Errors
    /// [`Violation::Length`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        Violation::check_length(text, 1, 128)?;
        Ok(Self(text.into()))
    }

    /// The id as the application gave it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserId(***)")
    }
}
