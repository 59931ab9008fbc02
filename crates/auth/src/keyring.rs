//! The keys that seal chat tokens: which of them seals, which open, when the next one is due. It knows neither the
//! store nor what is in a token.

use crate::cipher::SealingKey;
use jiff::SignedDuration;
use model::Timestamp;

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

#[cfg(test)]
mod tests;
