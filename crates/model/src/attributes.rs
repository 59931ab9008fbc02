//! Attributes: the map of strings that messages, events and tokens carry.

use crate::Violation;
use std::collections::BTreeMap;
use std::fmt;

/// The most that the attributes of a token or of a message may hold: 1 KB, summed over the UTF-8 bytes of keys
/// and values. (For `SEND_MESSAGE` AWS names no number; see `docs/compatibility.md`.)
pub const MESSAGE_ATTRIBUTES_MAX_BYTES: usize = 1024;

/// The most that the attributes of an event may hold: 4 KB since 19 November 2025 (user guide, document history).
pub const EVENT_ATTRIBUTES_MAX_BYTES: usize = 4096;

/// A map of strings to strings of bounded size.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Attributes(BTreeMap<Box<str>, Box<str>>);

impl Attributes {
    /// Takes pairs whose keys and values have at most `max_bytes` UTF-8 bytes together; of a repeated key the last
    /// value stays.
    ///
    /// # Errors
    /// [`Violation::Rule`] when they are larger.
    pub fn parse<K, V>(pairs: impl IntoIterator<Item = (K, V)>, max_bytes: usize) -> Result<Self, Violation>
    where
        K: Into<Box<str>>,
        V: Into<Box<str>>,
    {
        let map: BTreeMap<Box<str>, Box<str>> =
            pairs.into_iter().map(|(key, value)| (key.into(), value.into())).collect();
        let bytes: usize = map.iter().map(|(key, value)| key.len() + value.len()).sum();
        if bytes > max_bytes {
            return Err(Violation::Rule(match max_bytes {
                EVENT_ATTRIBUTES_MAX_BYTES => "Attributes must have a total length of at most 4 KB",
                _ => "Attributes must have a total length of at most 1 KB",
            }));
        }
        Ok(Self(map))
    }

    /// The pairs, sorted by key.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (&**key, &**value))
    }

    /// The value of `key`.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|value| &**value)
    }

    /// Whether there is no pair.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Users' words do not belong into logs: only the number of pairs is shown.
impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attributes({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_is_summed_over_keys_and_values_in_bytes() {
        assert!(Attributes::parse([("k", "v".repeat(1023))], 1024).is_ok());
        assert!(Attributes::parse([("é", "v".repeat(1023))], 1024).is_err());
    }
}
