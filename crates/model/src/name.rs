//! Short texts with a rule: names of resources, names of events, reasons.

use crate::Violation;

macro_rules! short_text {
    ($(#[$doc:meta])* $name:ident, $min:literal..=$max:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(Box<str>);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            fn of_length(text: &str) -> Result<Self, Violation> {
                Violation::check_length(text, $min, $max)?;
                Ok(Self(text.into()))
            }
        }
    };
}

short_text!(
    /// The name of a room or of a logging configuration: 0 to 128 of `[a-zA-Z0-9-_]`; names need not be unique.
    ResourceName,
    0..=128
);
short_text!(
    /// The name of an event that an application sends: 1 to 100 characters, not beginning with `aws:`.
    EventName,
    1..=100
);
short_text!(
    /// Why a message was deleted or a user disconnected: 1 to 256 characters.
    Reason,
    1..=256
);

impl ResourceName {
    /// Parses a name.
    ///
    /// # Errors
    /// [`Violation::Length`] or [`Violation::Pattern`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let name = Self::of_length(text)?;
        Violation::check_bytes(text, "^[a-zA-Z0-9-_]*$", |byte| {
            byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
        })?;
        Ok(name)
    }
}

impl EventName {
    /// Parses an application's event name. Names that begin with `aws:` belong to the service: an application that
    /// could send them would forge deletions.
    ///
    /// # Errors
    /// [`Violation::Length`] or [`Violation::Rule`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let name = Self::of_length(text)?;
        if text.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:")) {
            return Err(Violation::Rule("Member must not begin with aws:"));
        }
        Ok(name)
    }
}

impl Reason {
    /// Parses a reason.
    ///
    /// # Errors
    /// [`Violation::Length`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        Self::of_length(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_their_patterns() {
        assert!(ResourceName::parse("").is_ok());
        assert!(ResourceName::parse("a-Z_9").is_ok());
        for wrong in ["a b", "é", "a\n"] {
            assert!(ResourceName::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(ResourceName::parse(&"x".repeat(129)).is_err());
    }

    #[test]
    fn the_services_own_events_cannot_be_forged() {
        assert!(EventName::parse("app:raised-hand").is_ok());
        for wrong in ["", "aws:DELETE_MESSAGE", "AWS:x"] {
            assert!(EventName::parse(wrong).is_err(), "{wrong}");
        }
    }
}
