//! The one cipher of this part: AES-256-GCM-SIV (RFC 8452), which survives a repeated nonce. It knows neither tokens
//! nor who wraps what.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, Nonce, UnboundKey};
use std::fmt;
use zeroize::Zeroizing;

/// How many random bytes each sealing takes.
pub const NONCE_LENGTH: usize = 12;
/// By how much a sealed text is longer than a plain one.
pub(crate) const TAG_LENGTH: usize = 16;

/// Nothing was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// What was to be sealed is larger than what can be opened again.
    #[error("too large to be sealed")]
    TooLarge,
    /// The cryptographic library refused; with keys and sizes as ours, it has no reason to.
    #[error("the cipher failed")]
    Cipher,
}

/// A secret key of 256 bits; `Debug` does not show it, and dropping it wipes it.
pub struct SealingKey(Zeroizing<[u8; Self::LENGTH]>);

impl SealingKey {
    /// How many bytes a key has.
    pub const LENGTH: usize = 32;

    /// A key out of random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; Self::LENGTH]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub(crate) fn bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// Seals `plain` in place and appends the tag.
    pub(crate) fn seal(
        &self,
        nonce: [u8; NONCE_LENGTH],
        aad: &[u8],
        plain: &mut Vec<u8>,
    ) -> Result<(), SealError> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let sealed =
            self.prepare().and_then(|key| key.seal_in_place_append_tag(nonce, Aad::from(aad), plain).ok());
        sealed.ok_or(SealError::Cipher)
    }

    /// Opens what was sealed with this nonce and these words, in place. The plain text is wiped by the caller.
    pub(crate) fn open<'a>(
        &self,
        nonce: [u8; NONCE_LENGTH],
        aad: &[u8],
        sealed: &'a mut [u8],
    ) -> Option<&'a [u8]> {
        let nonce = Nonce::assume_unique_for_key(nonce);
        let plain = self.prepare()?.open_in_place(nonce, Aad::from(aad), sealed).ok()?;
        Some(plain)
    }

    fn prepare(&self) -> Option<LessSafeKey> {
        UnboundKey::new(&AES_256_GCM_SIV, self.bytes()).ok().map(LessSafeKey::new)
    }
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey(***)")
    }
}
