//! A text that must not be seen: its `Debug` prints `***`, and dropping it wipes it.

use serde::{Deserialize, Deserializer};
use std::fmt;
use zeroize::Zeroizing;

/// A secret, or a text that may hold one, such as a URL with a key in its query.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct SecretText(Zeroizing<String>);

impl SecretText {
    pub(crate) fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// The text. Not for logs, errors or output.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// serde's own refusal of a wrong type would quote what stood there.
impl<'de> Deserialize<'de> for SecretText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match serde_json::Value::deserialize(deserializer)? {
            serde_json::Value::String(text) => Ok(Self::new(text)),
            _ => Err(serde::de::Error::custom("expected a string")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_shown_neither_by_debug_nor_by_a_refusal() {
        let secret: SecretText = serde_json::from_str("\"hush\"").unwrap();
        assert_eq!((secret.reveal(), format!("{secret:?}").as_str()), ("hush", "***"));
        let error = serde_json::from_str::<SecretText>("4711").unwrap_err().to_string();
        assert!(!error.contains("4711"), "{error}");
    }
}
