//! Writes to logging configurations, each with what follows from it: a destination is proved before chat goes there,
//! and a configuration goes when what it accepted has been delivered. The store first, then the logs.
//!
//! What takes its time runs in tasks of its own, which outlive the caller. A configuration that a task is about stands
//! in CREATING, UPDATING or DELETING, which keeps other changes away from it, and which a restart takes up again.
//!
//! It must not know who asks, what may be asked, or how a state is shown.

mod steps;

use crate::ChatLogs;
use crate::turns::Turns;
use model::{
    Destination, Limit, LoggingConfiguration, LoggingConfigurationKey, LoggingConfigurationState as State,
    ResourceName, Timestamp,
};
use std::sync::Arc;
use std::time::Duration;
use steps::{Ending, Resumption};
use store::{CreateError, LoggingConfigurationError, Store, StoreError};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

/// How long an operation waits for what follows from it. A destination that is well answers within it, and most
/// clients take the state in the answer for the last word; one that is not shall not keep a caller longer.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long to wait before the outcome of a step is written again, where the store could not take it.
const STORE_PAUSE: Duration = Duration::from_secs(1);

/// The way to write a logging configuration.
pub(crate) struct LoggingWrites(Arc<Parts>);

struct Parts {
    store: Store,
    chat_logs: Arc<dyn ChatLogs>,
    turns: Turns,
}

/// What an update changes; what is not given stays.
pub(crate) struct LoggingChange {
    pub(crate) name: Option<ResourceName>,
    pub(crate) destination: Option<Destination>,
}

impl LoggingChange {
    /// A destination that is given is proved anew, even if it is the one before: it may have been made meanwhile.
    fn apply_to(self, configuration: &mut LoggingConfiguration) {
        if let Some(name) = self.name {
            configuration.name = name;
        }
        if let Some(destination) = self.destination {
            configuration.destination = destination;
            configuration.state = State::Updating;
        }
    }
}

impl LoggingWrites {
    pub(crate) fn new(store: Store, chat_logs: Arc<dyn ChatLogs>) -> Self {
        Self(Arc::new(Parts { store, chat_logs, turns: Turns::new() }))
    }

    /// As [`Store::create_logging_configuration`], in CREATING; comes back in the state that it has reached after
    /// [`PATIENCE`].
    pub(crate) async fn create(
        &self,
        configuration: LoggingConfiguration,
        quota: Limit,
    ) -> Result<LoggingConfiguration, CreateError> {
        let (parts, key) = (Arc::clone(&self.0), configuration.key);
        let step = async move {
            let configuration = LoggingConfiguration { state: State::Creating, ..configuration };
            let written = parts.store.create_logging_configuration(configuration, quota).await?;
            let proving = parts.prove(written.clone());
            Ok((written, proving))
        };
        let (written, proving) = self.0.turns.run::<_, CreateError>(key, step).await?;
        Ok(within_patience(proving).await.flatten().unwrap_or(written))
    }

    /// As [`Store::update_logging_configuration`]; with a new destination it comes back as a created one does.
    pub(crate) async fn update(
        &self,
        key: LoggingConfigurationKey,
        now: Timestamp,
        change: LoggingChange,
    ) -> Result<LoggingConfiguration, LoggingConfigurationError> {
        let parts = Arc::clone(&self.0);
        let step = async move {
            let apply = |configuration: &mut LoggingConfiguration| change.apply_to(configuration);
            let written = parts.store.update_logging_configuration(key, now, apply).await?;
            let proving = (written.state == State::Updating).then(|| parts.prove(written.clone()));
            Ok((written, proving))
        };
        let (written, proving) = self.0.turns.run::<_, LoggingConfigurationError>(key, step).await?;
        let Some(proving) = proving else { return Ok(written) };
        Ok(within_patience(proving).await.flatten().unwrap_or(written))
    }

    /// Begins to delete what [`Store::begin_deleting_logging_configuration`] lets go, and waits [`PATIENCE`] for the
    /// end.
    pub(crate) async fn delete(&self, key: LoggingConfigurationKey) -> Result<(), LoggingConfigurationError> {
        let parts = Arc::clone(&self.0);
        let step = async move {
            let before = parts.store.begin_deleting_logging_configuration(key).await?;
            let ending = Ending::of(before.state);
            let now = LoggingConfiguration { state: State::Deleting, ..before };
            Ok(parts.end(now, ending))
        };
        let ended = self.0.turns.run::<_, LoggingConfigurationError>(key, step).await?;
        within_patience(ended).await;
        Ok(())
    }

    /// Takes up after a start what the one before left.
    pub(crate) async fn resume(&self) -> Result<(), StoreError> {
        for configuration in self.0.store.all_logging_configurations().await? {
            match Resumption::of(configuration.state) {
                Resumption::Open => self.0.chat_logs.open(configuration.key, configuration.destination),
                Resumption::Prove => drop(self.0.prove(configuration)),
                Resumption::End => drop(self.0.end(configuration, Ending::Flush)),
                Resumption::Nothing => {}
            }
        }
        Ok(())
    }
}

impl Parts {
    /// Tries the destination of what was just written, and settles its state by that.
    fn prove(self: &Arc<Self>, seen: LoggingConfiguration) -> JoinHandle<Option<LoggingConfiguration>> {
        let parts = Arc::clone(self);
        tokio::spawn(async move {
            let (logs, tried) = (Arc::clone(&parts.chat_logs), (seen.key.account, seen.destination.clone()));
            // In a task of its own: a probe that panics has not succeeded, and the state must not stay in between.
            let probe = tokio::spawn(async move { logs.probe(tried.0, tried.1).await });
            let state = seen.state.after_probe(probe.await.unwrap_or(false))?;
            let is_settled = parts.settle(&seen, Some(state)).await;
            is_settled.then_some(LoggingConfiguration { state, ..seen })
        })
    }

    /// Brings one that is DELETING to its end.
    fn end(self: &Arc<Self>, seen: LoggingConfiguration, ending: Ending) -> JoinHandle<()> {
        let (parts, key) = (Arc::clone(self), seen.key);
        if ending == Ending::Flush {
            parts.chat_logs.stop(key);
        }
        tokio::spawn(async move {
            let logs = Arc::clone(&parts.chat_logs);
            let flushing = tokio::spawn(async move {
                match ending {
                    Ending::AtOnce => true,
                    Ending::Flush => logs.flush(key).await,
                    Ending::Discard => {
                        logs.discard(key);
                        true
                    }
                }
            });
            let is_over = flushing.await.unwrap_or(false);
            parts.settle(&seen, (!is_over).then_some(State::DeleteFailed)).await;
        })
    }

    /// Writes what became of the configuration, a state or its end, unless it has been changed since it was seen. The
    /// store not taking it must not leave the configuration in between, so it is asked until it does.
    async fn settle(&self, seen: &LoggingConfiguration, outcome: Option<State>) -> bool {
        loop {
            match self.try_to_settle(seen, outcome).await {
                Ok(is_settled) => return is_settled,
                Err(StoreError::Unavailable { .. }) => sleep(STORE_PAUSE).await,
                Err(_) => return false,
            }
        }
    }

    async fn try_to_settle(
        &self,
        seen: &LoggingConfiguration,
        outcome: Option<State>,
    ) -> Result<bool, StoreError> {
        let turn = self.turns.of(seen.key);
        let _turn = turn.lock().await;
        let Some(state) = outcome else { return self.store.delete_logging_configuration(seen.key).await };
        let is_settled = self.store.settle_logging_configuration(seen, state).await?;
        match state {
            State::Active if is_settled => self.chat_logs.open(seen.key, seen.destination.clone()),
            State::UpdateFailed if is_settled => self.chat_logs.stop(seen.key),
            _ => {}
        }
        Ok(is_settled)
    }
}

/// What a task comes to, if it does in time; it goes on in any case.
async fn within_patience<T>(task: JoinHandle<T>) -> Option<T> {
    timeout(PATIENCE, task).await.ok()?.ok()
}
