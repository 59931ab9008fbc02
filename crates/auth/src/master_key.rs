//! The operator's key, under which everything secret in the store is wrapped, each thing for one purpose and one owner.
//! It knows neither the store nor what the secrets are for.

use crate::cipher::{NONCE_LENGTH, SealError, SealingKey, TAG_LENGTH};
use crate::keyring::TokenKey;
use crate::sigv4::SecretKey;
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use model::AccessKeyId;
use std::fmt;
use zeroize::Zeroizing;

/// The key under which all others are kept. It comes from a file or the environment, never from the store.
pub struct MasterKey(SealingKey);

/// A text that is no master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a master key is 32 random bytes, written in Base64 or in 64 hexadecimal digits")]
pub struct MasterKeyError;

/// Something wrapped that this master key did not wrap for this purpose and this owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it was wrapped under another master key or was changed")]
pub struct UnwrapError;

const WRAP_VERSION: u8 = 1;

/// What a thing is wrapped for, so that none can take another's place.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    TokenKey,
    AccessKeySecret,
    SessionToken,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::TokenKey => b"hubbub chat token key",
            Self::AccessKeySecret => b"hubbub access key secret",
            Self::SessionToken => b"hubbub session token",
        }
    }

    /// What is bound to the thing. The owner comes last, so no two purposes and owners make the same.
    fn bind(self, owner: &[u8]) -> Vec<u8> {
        [&[WRAP_VERSION], self.label(), owner].concat()
    }
}

impl MasterKey {
    /// Parses 64 hexadecimal digits, or Base64 of either alphabet with or without padding; white space around it is
    /// ignored, because files end with a line feed.
    ///
    /// # Errors
    /// [`MasterKeyError`], also for 32 equal bytes.
    pub fn parse(text: &str) -> Result<Self, MasterKeyError> {
        let text = text.trim();
        let mut key = Zeroizing::new([0; SealingKey::LENGTH]);
        if text.len() == 2 * SealingKey::LENGTH {
            decode_hex(text, &mut key).ok_or(MasterKeyError)?;
        } else {
            let decoded = Zeroizing::new(decode_base64(text).ok_or(MasterKeyError)?);
            let bytes =
                <&[u8; SealingKey::LENGTH]>::try_from(decoded.as_slice()).map_err(|_| MasterKeyError)?;
            key.copy_from_slice(bytes);
        }
        if key.iter().all(|byte| Some(byte) == key.first()) {
            return Err(MasterKeyError);
        }
        Ok(Self(SealingKey::from_random(*key)))
    }

    /// Wraps a token key for the store. The nonce is random.
    ///
    /// # Errors
    /// [`SealError::Cipher`]
    pub fn wrap(&self, key: &TokenKey, nonce: [u8; NONCE_LENGTH]) -> Result<Vec<u8>, SealError> {
        self.wrap_for(Purpose::TokenKey, &key.id().to_be_bytes(), nonce, key.key().bytes())
    }

    /// Unwraps the token key of this id.
    ///
    /// # Errors
    /// [`UnwrapError`]
    pub fn unwrap(&self, id: u32, wrapped: &[u8]) -> Result<SealingKey, UnwrapError> {
        let plain = self.unwrap_for(Purpose::TokenKey, &id.to_be_bytes(), wrapped)?;
        plain.as_slice().try_into().map(SealingKey::from_random).map_err(|_| UnwrapError)
    }

    /// Wraps the secret of an access key for the store. The nonce is random.
    ///
    /// # Errors
    /// [`SealError::Cipher`]
    pub fn wrap_secret(
        &self,
        id: &AccessKeyId,
        secret: &SecretKey,
        nonce: [u8; NONCE_LENGTH],
    ) -> Result<Vec<u8>, SealError> {
        self.wrap_for(Purpose::AccessKeySecret, id.as_str().as_bytes(), nonce, secret.reveal().as_bytes())
    }

    /// Unwraps the secret of this access key.
    ///
    /// # Errors
    /// [`UnwrapError`]
    pub fn unwrap_secret(&self, id: &AccessKeyId, wrapped: &[u8]) -> Result<SecretKey, UnwrapError> {
        let plain = self.unwrap_for(Purpose::AccessKeySecret, id.as_str().as_bytes(), wrapped)?;
        let text = std::str::from_utf8(&plain).map_err(|_| UnwrapError)?;
        SecretKey::parse(text).map_err(|_| UnwrapError)
    }

    /// `version ‖ nonce ‖ ciphertext ‖ tag`.
    pub(crate) fn wrap_for(
        &self,
        purpose: Purpose,
        owner: &[u8],
        nonce: [u8; NONCE_LENGTH],
        plain: &[u8],
    ) -> Result<Vec<u8>, SealError> {
        let mut sealed = Vec::with_capacity(plain.len() + TAG_LENGTH);
        sealed.extend_from_slice(plain);
        self.0.seal(nonce, &purpose.bind(owner), &mut sealed)?;
        Ok([&[WRAP_VERSION], nonce.as_slice(), sealed.as_slice()].concat())
    }

    /// What [`Self::wrap_for`] has wrapped.
    pub(crate) fn unwrap_for(
        &self,
        purpose: Purpose,
        owner: &[u8],
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, UnwrapError> {
        let rest = wrapped.strip_prefix(&[WRAP_VERSION]).ok_or(UnwrapError)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LENGTH>().ok_or(UnwrapError)?;
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let length = self.0.open(*nonce, &purpose.bind(owner), &mut sealed).ok_or(UnwrapError)?.len();
        sealed.truncate(length);
        Ok(sealed)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(***)")
    }
}

fn decode_hex(text: &str, key: &mut [u8; SealingKey::LENGTH]) -> Option<()> {
    let (pairs, _) = text.as_bytes().as_chunks::<2>();
    for (byte, pair) in key.iter_mut().zip(pairs) {
        let [high, low] = pair.map(|digit| char::from(digit).to_digit(16));
        *byte = u8::try_from(high? << 4 | low?).ok()?;
    }
    Some(())
}

fn decode_base64(text: &str) -> Option<Vec<u8>> {
    const CONFIG: GeneralPurposeConfig =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = if text.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    GeneralPurpose::new(alphabet, CONFIG).decode(text).ok()
}

#[cfg(test)]
mod tests;
