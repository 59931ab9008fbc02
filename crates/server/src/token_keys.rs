//! The keys that seal chat tokens: kept in the store under the master key, rotated with overlap.

use crate::config::Config;
use crate::{clock, entropy};
use arc_swap::ArcSwap;
use auth::{KeyRing, MasterKey, SealingKey, TokenKey};
use jiff::SignedDuration;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use store::{Store, StoreError, TokenKeyRow};

/// Why there are no token keys.
#[derive(Debug, thiserror::Error)]
pub enum TokenKeysError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A new key could not be wrapped.
    #[error("cannot wrap a token key: {0}")]
    Wrap(#[from] auth::SealError),
}

/// The keys now, and how to keep them fresh.
pub(crate) struct TokenKeys {
    ring: ArcSwap<KeyRing>,
    master: Arc<MasterKey>,
    rotate_after: SignedDuration,
    store: Store,
    /// Keys that the master key does not open, of which the log has told.
    unopened: Mutex<HashSet<u32>>,
}

impl TokenKeys {
    /// Loads the keys; makes the first, if there is none.
    ///
    /// # Errors
    /// [`TokenKeysError`]
    pub(crate) async fn open(
        config: &Config,
        master: Arc<MasterKey>,
        store: Store,
    ) -> Result<Self, TokenKeysError> {
        let rotate_after = SignedDuration::try_from(config.token_key_rotation).unwrap_or(SignedDuration::MAX);
        let (ring, unopened) = (ArcSwap::default(), Mutex::default());
        let keys = Self { ring, master, rotate_after, store, unopened };
        keys.rotate().await?;
        Ok(keys)
    }

    /// The keys now.
    #[must_use]
    pub(crate) fn ring(&self) -> Arc<KeyRing> {
        self.ring.load_full()
    }

    /// Reads the store's keys, adds one if it is due and drops those that have expired. To be called every few minutes.
    ///
    /// # Errors
    /// [`TokenKeysError`]; the keys then stay as they were.
    pub(crate) async fn rotate(&self) -> Result<(), TokenKeysError> {
        let now = clock::now().wall;
        let mut ring = self.load().await?;
        if ring.rotation(now, self.rotate_after).is_key_due {
            let key = SealingKey::from_random(entropy::bytes());
            let key = TokenKey::new(entropy::bits() as u32, key, now).rotating_after(self.rotate_after);
            let wrapped = self.master.wrap(&key, entropy::bytes())?;
            let (id, created_at, expires_at) = (key.id(), key.created_at(), key.expires_at());
            // With one chance in four thousand million the id is taken; then the next round makes another.
            if self.store.add_token_key(TokenKeyRow { id, wrapped, created_at, expires_at }).await? {
                tracing::info!("a new key seals chat tokens from now on");
            }
            ring = self.load().await?;
        }
        self.store.delete_expired_token_keys(now).await?;
        self.ring.store(Arc::new(ring));
        Ok(())
    }

    /// A key that this master key does not open is left alone: another node may hold the other master key.
    async fn load(&self) -> Result<KeyRing, TokenKeysError> {
        let unwrap = |row: TokenKeyRow| match self.master.unwrap(row.id, &row.wrapped) {
            Ok(key) => Some(TokenKey::kept(row.id, row.created_at, row.expires_at, key)),
            Err(error) => {
                if self.unopened.lock().unwrap_or_else(PoisonError::into_inner).insert(row.id) {
                    tracing::warn!(
                        key = row.id,
                        %error,
                        "a stored token key cannot be opened; its tokens are refused. This is said once"
                    );
                }
                None
            }
        };
        Ok(KeyRing::new(self.store.token_keys().await?.into_iter().filter_map(unwrap).collect()))
    }
}
