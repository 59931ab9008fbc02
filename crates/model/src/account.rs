//! Whose a thing is, and where: the account and the region.

use crate::Violation;
use std::fmt;

/// A twelve-digit AWS-style account number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(u64);

impl AccountId {
    /// Parses exactly twelve decimal digits.
    ///
    /// # Errors
    /// [`Violation::Pattern`] for anything else.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        const PATTERN: &str = "^[0-9]{12}$";
        if text.len() != 12 || !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Violation::Pattern(PATTERN));
        }
        text.parse().map(Self).map_err(|_| Violation::Pattern(PATTERN))
    }

    /// The number, for compact stores and tokens.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The account with this number.
    ///
    /// # Errors
    /// [`Violation::Range`] for a number of more than twelve digits.
    pub const fn from_number(number: u64) -> Result<Self, Violation> {
        if number > 999_999_999_999 {
            return Err(Violation::Range { min: 0, max: 999_999_999_999 });
        }
        Ok(Self(number))
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl fmt::Debug for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// The region that a server answers for, such as `us-west-2`: 1 to 64 of `[a-z0-9-]`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Region(Box<str>);

impl Region {
    /// Parses a region's name.
    ///
    /// # Errors
    /// [`Violation::Length`] or [`Violation::Pattern`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        Violation::check_length(text, 1, 64)?;
        Violation::check_bytes(text, "^[a-z0-9-]+$", |byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
        })?;
        Ok(Self(text.into()))
    }

    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_is_twelve_digits() {
        assert_eq!(AccountId::parse("000000000001").unwrap().to_string(), "000000000001");
        for wrong in ["", "1", "1234567890123", "12345678901x", "+23456789012"] {
            assert!(AccountId::parse(wrong).is_err(), "{wrong}");
        }
    }
}
