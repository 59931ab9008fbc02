//! The twelve-character identifier that AWS gives to rooms, logging configurations, messages and events.

use crate::{AccountId, Violation};
use std::fmt;

/// Twelve characters of `[a-zA-Z0-9]`: the id of a room, a logging configuration, a message or an event.
///
/// Source: API reference, `RoomID`, `LoggingConfigurationID`, `MessageID`: `^[a-zA-Z0-9]+$`, length 12.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Id([u8; Self::LENGTH]);

const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

impl Id {
    /// How many characters an id has.
    pub const LENGTH: usize = 12;

    /// Parses an id.
    ///
    /// # Errors
    /// [`Violation::Length`] or [`Violation::Pattern`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        Violation::check_length(text, Self::LENGTH, Self::LENGTH)?;
        Violation::check_bytes(text, "^[a-zA-Z0-9]+$", |byte| byte.is_ascii_alphanumeric())?;
        text.as_bytes().try_into().map(Self).map_err(|_| Violation::Pattern("^[a-zA-Z0-9]+$"))
    }

    /// An id out of 128 random bits; 71 of them remain, so that two ids meet about never.
    #[must_use]
    pub fn from_random(bits: u128) -> Self {
        let mut rest = bits;
        Self(std::array::from_fn(|_| {
            let digit = (rest % 62) as usize;
            rest /= 62;
            ALPHABET.get(digit).copied().unwrap_or(b'0')
        }))
    }

    /// The id's characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // The constructors let only ASCII in, so the fallback is never taken.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Where a room is found: never by its id alone, so that no account can reach another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RoomKey {
    /// Whose room it is.
    pub account: AccountId,
    /// Which of that account's rooms.
    pub id: Id,
}

/// Where a logging configuration is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LoggingConfigurationKey {
    /// Whose configuration it is.
    pub account: AccountId,
    /// Which of that account's configurations.
    pub id: Id,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn random_ids_are_valid_ids() {
        for bits in [0, 1, u128::MAX, 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef] {
            let id = Id::from_random(bits);
            assert_eq!(Id::parse(id.as_str()), Ok(id));
        }
        assert_ne!(Id::from_random(1), Id::from_random(2));
    }

    #[test]
    fn only_twelve_letters_and_digits_are_an_id() {
        assert!(Id::parse("M2YcHkgffEvU").is_ok());
        for wrong in ["", "M2YcHkgffEv", "M2YcHkgffEvUU", "M2YcHkgffEv-", "M2YcHkgffEv\n"] {
            assert!(Id::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
