//! The keys that seal chat tokens: which of them seals, which open, when the next one is due, and how they are wrapped
//! for the store. It knows neither the store nor what is in a token.

use crate::cipher::{NONCE_LENGTH, SealError, SealingKey, TAG_LENGTH};
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jiff::SignedDuration;
use model::Timestamp;
use std::fmt;
use zeroize::Zeroizing;

/// A key that seals chat tokens.
#[derive(Debug)]
pub struct TokenKey {
    id: u32,
    created_at: Timestamp,
    expires_at: Timestamp,
    key: SealingKey,
}

impl TokenKey {
    /// For how long a key opens tokens: twice as long as it seals them, so that there is always one more key than the
    /// newest, and a day for a rotation that fails to be repeated.
    pub const LIFETIME: SignedDuration = SignedDuration::from_hours(48);
    /// At which age a key is due to be followed by the next one: at half of its life.
    pub const ROTATE_AFTER: SignedDuration = SignedDuration::from_hours(24);

    /// A new key, with a random id.
    #[must_use]
    pub fn new(id: u32, key: SealingKey, now: Timestamp) -> Self {
        let expires_at = now.saturating_add(Self::LIFETIME).unwrap_or(now);
        Self { id, created_at: now, expires_at, key }
    }

    /// The same key, to be followed by the next one after `rotate_after`; it opens for twice as long.
    #[must_use]
    pub fn rotating_after(mut self, rotate_after: SignedDuration) -> Self {
        self.expires_at =
            self.created_at.saturating_add(rotate_after.saturating_mul(2)).unwrap_or(Timestamp::MAX);
        self
    }

    /// A key that was kept.
    #[must_use]
    pub const fn kept(id: u32, created_at: Timestamp, expires_at: Timestamp, key: SealingKey) -> Self {
        Self { id, created_at, expires_at, key }
    }

    /// Its id, as tokens name it.
    #[must_use]
    pub const fn id(&self) -> u32 {
        self.id
    }

    /// When it was made.
    #[must_use]
    pub const fn created_at(&self) -> Timestamp {
        self.created_at
    }

    /// From when on it neither seals nor opens.
    #[must_use]
    pub const fn expires_at(&self) -> Timestamp {
        self.expires_at
    }

    pub(crate) const fn key(&self) -> &SealingKey {
        &self.key
    }

    fn lifetime(&self) -> SignedDuration {
        self.expires_at.duration_since(self.created_at)
    }

    fn is_live(&self, now: Timestamp) -> bool {
        now < self.expires_at
    }
}

/// What is to be done about the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    /// Whether to make a new key.
    pub is_key_due: bool,
    /// The ids of the keys that are good for nothing any more.
    pub expired: Vec<u32>,
}

/// All keys of this installation: the newest one seals, and all that have not expired open.
#[derive(Debug, Default)]
pub struct KeyRing {
    newest_first: Vec<TokenKey>,
}

impl KeyRing {
    /// A ring of these keys, in any order.
    #[must_use]
    pub fn new(mut keys: Vec<TokenKey>) -> Self {
        keys.sort_by_key(|key| std::cmp::Reverse((key.created_at, key.id)));
        Self { newest_first: keys }
    }

    /// The key that seals now; none if all have expired, and then no token can be given.
    #[must_use]
    pub fn sealing_key(&self, now: Timestamp) -> Option<&TokenKey> {
        self.newest_first.iter().find(|key| key.is_live(now))
    }

    /// The key of this id, if it still opens.
    #[must_use]
    pub fn opening_key(&self, id: u32, now: Timestamp) -> Option<&TokenKey> {
        self.newest_first.iter().find(|key| key.id == id && key.is_live(now))
    }

    /// Whether a new key is due, and which may be dropped. A key is due when the newest has sealed for `rotate_after`,
    /// or for half of its own life: what was configured when it was made may have been longer or shorter.
    #[must_use]
    pub fn rotation(&self, now: Timestamp, rotate_after: SignedDuration) -> Rotation {
        let is_young = |key: &TokenKey| {
            let most = rotate_after.min(key.lifetime() / 2);
            key.is_live(now) && now.duration_since(key.created_at) < most
        };
        let expired = self.newest_first.iter().filter(|key| !key.is_live(now)).map(|key| key.id);
        Rotation { is_key_due: !self.newest_first.iter().any(is_young), expired: expired.collect() }
    }
}

/// The operator's key, under which all other keys are kept. It comes from a file or the environment, never from the
/// store.
pub struct MasterKey(SealingKey);

/// A text that is no master key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a master key is 32 random bytes, written in Base64 or in 64 hexadecimal digits")]
pub struct MasterKeyError;

/// A wrapped key that this master key did not wrap for this id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key was wrapped under another master key or was changed")]
pub struct UnwrapError;

const WRAP_VERSION: u8 = 1;
/// What the wrapped key is for: so that no other secret, wrapped under the same master key, can take its place.
const PURPOSE: &[u8] = b"hubbub chat token key";

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

    /// Wraps a token key for the store: `version ‖ nonce ‖ ciphertext ‖ tag`. The nonce is random.
    ///
    /// # Errors
    /// [`SealError::Cipher`]
    pub fn wrap(&self, key: &TokenKey, nonce: [u8; NONCE_LENGTH]) -> Result<Vec<u8>, SealError> {
        let mut sealed = Vec::with_capacity(SealingKey::LENGTH + TAG_LENGTH);
        sealed.extend_from_slice(key.key.bytes());
        self.0.seal(nonce, &bound_to(key.id), &mut sealed)?;
        Ok([&[WRAP_VERSION], nonce.as_slice(), sealed.as_slice()].concat())
    }

    /// Unwraps the token key of this id.
    ///
    /// # Errors
    /// [`UnwrapError`]
    pub fn unwrap(&self, id: u32, wrapped: &[u8]) -> Result<SealingKey, UnwrapError> {
        let rest = wrapped.strip_prefix(&[WRAP_VERSION]).ok_or(UnwrapError)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LENGTH>().ok_or(UnwrapError)?;
        let mut sealed = Zeroizing::new(sealed.to_vec());
        let plain = self.0.open(*nonce, &bound_to(id), &mut sealed).ok_or(UnwrapError)?;
        plain.try_into().map(SealingKey::from_random).map_err(|_| UnwrapError)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(***)")
    }
}

fn bound_to(id: u32) -> Vec<u8> {
    [&[WRAP_VERSION], PURPOSE, &id.to_be_bytes()].concat()
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
