//! Values that must not be seen: their `Debug` prints `***`, and so does `config print`.

use super::value::FromText;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use zeroize::Zeroizing;

/// The secret half of an access key.
#[derive(Clone)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// The text. Not for logs, errors or output.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl FromText for Secret {
    const EXPECTED: &'static str = "8 to 128 visible ASCII characters";
    const SECRET: bool = true;

    fn from_text(text: &str) -> Option<Self> {
        let fits = (8..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then(|| Self(Zeroizing::new(text.to_owned())))
    }

    fn shown(&self) -> String {
        "***".to_owned()
    }
}

/// The key that wraps the token keys.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// Parses 32 bytes in base64 that make a key; also for what a key file holds, less its line end.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        auth::MasterKey::parse(text).ok()?;
        let bytes = Zeroizing::new(STANDARD.decode(text).ok()?);
        Some(Self(Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).ok()?)))
    }

    /// The bytes. Not for logs, errors or output.
    #[must_use]
    pub fn reveal(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl FromText for MasterKey {
    const EXPECTED: &'static str = "32 bytes in base64, as `openssl rand -base64 32` prints them";
    const SECRET: bool = true;

    fn from_text(text: &str) -> Option<Self> {
        Self::parse(text)
    }

    fn shown(&self) -> String {
        "***".to_owned()
    }
}
