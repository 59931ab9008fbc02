//! The secret half of an access key, and the signatures made with it. It knows no request.

use super::Scope;
use super::date::SigningDate;
use super::{TERMINATOR, canonical};
use aws_lc_rs::hmac;
use std::fmt;
use zeroize::Zeroizing;

/// A secret access key; `Debug` does not show it, and dropping it wipes it.
pub struct SecretKey(Zeroizing<Vec<u8>>);

/// A text that is no secret access key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a secret access key has 1 to 128 visible ASCII characters")]
pub struct SecretKeyError;

const PREFIX: &str = "AWS4";
/// As long as AWS's secrets are, so that an unknown key costs what a known one does.
const STAND_IN: &str = "0000000000000000000000000000000000000000";

impl SecretKey {
    /// Parses a secret access key.
    ///
    /// # Errors
    /// [`SecretKeyError`]
    pub fn parse(text: &str) -> Result<Self, SecretKeyError> {
        let visible = text.bytes().all(|byte| byte.is_ascii_graphic());
        if !visible || !(1..=128).contains(&text.len()) {
            return Err(SecretKeyError);
        }
        Ok(Self::prefixed(text))
    }

    /// A key that belongs to nobody: its signatures are computed and then not looked at.
    pub(crate) fn stand_in() -> Self {
        Self::prefixed(STAND_IN)
    }

    /// The text, to be wrapped or to be shown the one time.
    #[must_use]
    pub fn reveal(&self) -> &str {
        let secret = self.0.get(PREFIX.len()..).unwrap_or_default();
        // It was parsed from a text; so it is one.
        std::str::from_utf8(secret).unwrap_or_default()
    }

    /// Kept with the prefix, so that deriving needs no further copy. The capacity is exact: a buffer that grew would
    /// leave an unwiped one behind.
    fn prefixed(secret: &str) -> Self {
        let mut bytes = Vec::with_capacity(PREFIX.len() + secret.len());
        bytes.extend_from_slice(PREFIX.as_bytes());
        bytes.extend_from_slice(secret.as_bytes());
        Self(Zeroizing::new(bytes))
    }

    /// Signs, with the key of this day, region and service: 64 lower-case hexadecimal digits.
    ///
    /// The four derivations are done anew each time: with them a whole verification takes about 6 µs, and a cache
    /// would be a lock and more secrets in memory.
    pub(crate) fn sign(&self, date: &SigningDate, scope: &Scope<'_>, string_to_sign: &str) -> String {
        let mut key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        for part in [date.day(), scope.region, scope.service, TERMINATOR] {
            key = hmac::Key::new(hmac::HMAC_SHA256, hmac::sign(&key, part.as_bytes()).as_ref());
        }
        canonical::hex(hmac::sign(&key, string_to_sign.as_bytes()).as_ref())
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_visible_ascii_and_is_not_shown() {
        for wrong in ["", "a b", "é", "a\n", &"a".repeat(129)] {
            assert_eq!(SecretKey::parse(wrong).unwrap_err(), SecretKeyError, "{wrong}");
        }
        assert_eq!(format!("{:?}", SecretKey::parse("wJalr").unwrap()), "SecretKey(***)");
    }
}
