//! Turns: steps that are about the same thing run one after the other, each in a task of its own.
//!
//! It must not know what the things or the steps are.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use store::StoreError;
use tokio::sync::Mutex;

/// How many things can have their turn at once, about; what shares a lock only waits.
const TURNS: usize = 64;

pub(crate) struct Turns([Arc<Mutex<()>>; TURNS]);

impl Turns {
    pub(crate) fn new() -> Self {
        Self(std::array::from_fn(|_| Arc::default()))
    }

    /// The lock that whoever has the turn of `key` holds.
    pub(crate) fn of(&self, key: impl Hash) -> Arc<Mutex<()>> {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        self.0.get(hasher.finish() as usize % TURNS).map(Arc::clone).unwrap_or_default()
    }

    /// Runs a step about `key` when those before it are done. The turn keeps what a step announces in the order of its
    /// writes; the task keeps the two together when the caller goes away between them.
    pub(crate) async fn run<T, E>(
        &self,
        key: impl Hash,
        step: impl Future<Output = Result<T, E>> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let turn = self.of(key);
        let task = tokio::spawn(async move {
            let _turn = turn.lock().await;
            step.await
        });
        task.await.unwrap_or_else(|ended| Err(StoreError::Unavailable { detail: ended.to_string() }.into()))
    }
}
