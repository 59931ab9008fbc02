//! What the operations stand on, put together once by the server. Knows no operation.

use crate::ChatLogs;
use crate::access::Access;
use crate::audit::Audit;
use crate::call_rates::CallRates;
use crate::logging_writes::LoggingWrites;
use crate::page_token::PageTokens;
use crate::room_writes::RoomWrites;
use auth::KeyRing;
use engine::{Bus, RoomDirectory};
use model::{Quotas, Region, ReviewHandlerUri};
use std::fmt;
use std::sync::Arc;
use store::{Store, StoreError};

/// What a [`Control`] is made of.
pub struct ControlParts {
    /// The region that the server answers for.
    pub region: Region,
    /// The quotas and call rates of every account.
    pub quotas: Arc<Quotas>,
    /// What survives a restart.
    pub store: Store,
    /// The way to the rooms.
    pub bus: Arc<dyn Bus>,
    /// Where chat is logged.
    pub chat_logs: Arc<dyn ChatLogs>,
    /// Which rooms exist; the bus keeps it.
    pub directory: Arc<RoomDirectory>,
    /// Gives the keys that seal chat tokens now; they change while the server runs.
    pub token_keys: Arc<dyn Fn() -> Arc<KeyRing> + Send + Sync>,
    /// 32 random bytes that seal page tokens; drawn at start, so a page token does not outlive the process.
    pub page_token_key: [u8; 32],
    /// Who may do what.
    pub access: Arc<Access>,
    /// Where decisions are written down.
    pub audit: Arc<dyn Audit>,
    /// Whether a review handler is mapped to something that can be called.
    pub has_handler: Arc<dyn Fn(&ReviewHandlerUri) -> bool + Send + Sync>,
    /// Draws 128 random bits that nobody can guess.
    pub random: fn() -> u128,
}

/// The control plane: runs calls.
pub struct Control {
    pub(crate) region: Region,
    pub(crate) quotas: Arc<Quotas>,
    pub(crate) store: Store,
    pub(crate) bus: Arc<dyn Bus>,
    pub(crate) directory: Arc<RoomDirectory>,
    pub(crate) token_keys: Arc<dyn Fn() -> Arc<KeyRing> + Send + Sync>,
    pub(crate) page_tokens: PageTokens,
    pub(crate) access: Arc<Access>,
    pub(crate) audit: Arc<dyn Audit>,
    pub(crate) has_handler: Arc<dyn Fn(&ReviewHandlerUri) -> bool + Send + Sync>,
    pub(crate) random: fn() -> u128,
    pub(crate) call_rates: CallRates,
    pub(crate) room_writes: RoomWrites,
    pub(crate) logging_writes: LoggingWrites,
}

impl Control {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: ControlParts) -> Self {
        Self {
            region: parts.region,
            quotas: parts.quotas,
            room_writes: RoomWrites::new(
                parts.store.clone(),
                Arc::clone(&parts.bus),
                Arc::clone(&parts.chat_logs),
            ),
            logging_writes: LoggingWrites::new(parts.store.clone(), parts.chat_logs),
            store: parts.store,
            bus: parts.bus,
            directory: parts.directory,
            token_keys: parts.token_keys,
            page_tokens: PageTokens::new(&parts.page_token_key),
            access: parts.access,
            audit: parts.audit,
            has_handler: parts.has_handler,
            random: parts.random,
            call_rates: CallRates::default(),
        }
    }

    /// Takes up the logging configurations where the process before this one left them: those in use receive again, and
    /// what was under way goes on. Called once, before the first call of an operation.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn resume_chat_logs(&self) -> Result<(), StoreError> {
        self.logging_writes.resume().await
    }
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Control({})", self.region)
    }
}
