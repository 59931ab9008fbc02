//! The lanes that run, and the counts of all configurations. Knows no route.

use super::counters::LogCounters;
use super::lane::Lane;
use super::lane_name::LaneName;
use model::LoggingConfigurationKey;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::task::AbortHandle;

/// For how many configurations there are counts; beyond, those go that have no lane any more.
const MOST_COUNTED: usize = 10_000;

/// The lanes that run.
#[derive(Default)]
pub(super) struct Lanes {
    pub(super) running: BTreeMap<LaneName, Running>,
    pub(super) counters: BTreeMap<LoggingConfigurationKey, Arc<LogCounters>>,
}

/// A lane and its task.
pub(super) struct Running {
    pub(super) lane: Arc<Lane>,
    pub(super) task: AbortHandle,
}

impl Lanes {
    /// The lanes of a configuration, oldest first.
    pub(super) fn of(&self, key: LoggingConfigurationKey) -> Vec<Arc<Lane>> {
        let first = LaneName { configuration: key, generation: 0 };
        let last = LaneName { configuration: key, generation: u64::MAX };
        self.running.range(first..=last).map(|(_, running)| Arc::clone(&running.lane)).collect()
    }

    pub(super) fn all(&self) -> Vec<Arc<Lane>> {
        self.running.values().map(|running| Arc::clone(&running.lane)).collect()
    }

    pub(super) fn counters(&mut self, key: LoggingConfigurationKey) -> Arc<LogCounters> {
        if self.counters.len() >= MOST_COUNTED {
            let running: BTreeSet<_> = self.running.keys().map(|name| name.configuration).collect();
            self.counters.retain(|key, _| running.contains(key));
        }
        Arc::clone(self.counters.entry(key).or_default())
    }
}
