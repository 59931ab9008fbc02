//! The lanes that run, and the counts of all configurations. Knows no route.

use super::counters::LogCounters;
use super::lane::Lane;
use super::lane_name::LaneName;
use super::share::Share;
use model::LoggingConfigurationKey;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::task::AbortHandle;

/// For how many configurations there are counts; beyond, those go that have no lane any more.
const MOST_COUNTED: usize = 10_000;

/// The lanes that run.
pub(super) struct Lanes {
    share: Arc<Share>,
    pub(super) running: BTreeMap<LaneName, Running>,
    pub(super) counters: BTreeMap<LoggingConfigurationKey, Arc<LogCounters>>,
}

/// A lane and its task.
pub(super) struct Running {
    pub(super) lane: Arc<Lane>,
    pub(super) task: AbortHandle,
}

impl Lanes {
    /// None yet, for so many bytes on the disk.
    pub(super) fn new(bytes: u64) -> Self {
        let share = Arc::new(Share::new(bytes));
        Self { share, running: BTreeMap::new(), counters: BTreeMap::new() }
    }

    /// The lanes of a configuration, oldest first.
    pub(super) fn of(&self, key: LoggingConfigurationKey) -> Vec<Arc<Lane>> {
        let first = LaneName { configuration: key, generation: 0 };
        let last = LaneName { configuration: key, generation: u64::MAX };
        self.running.range(first..=last).map(|(_, running)| Arc::clone(&running.lane)).collect()
    }

    pub(super) fn all(&self) -> Vec<Arc<Lane>> {
        self.running.values().map(|running| Arc::clone(&running.lane)).collect()
    }

    /// Takes in one more.
    pub(super) fn insert(&mut self, running: Running) {
        self.running.insert(running.lane.name, running);
        self.share.divide(self.running.len());
    }

    /// Takes out one that has come to its end.
    pub(super) fn remove(&mut self, name: &LaneName) {
        self.running.remove(name);
        self.share.divide(self.running.len());
    }

    /// What a lane of this configuration needs.
    pub(super) fn means(&mut self, key: LoggingConfigurationKey) -> (Arc<LogCounters>, Arc<Share>) {
        (self.counters(key), Arc::clone(&self.share))
    }

    fn counters(&mut self, key: LoggingConfigurationKey) -> Arc<LogCounters> {
        if self.counters.len() >= MOST_COUNTED {
            let running: BTreeSet<_> = self.running.keys().map(|name| name.configuration).collect();
            self.counters.retain(|key, _| running.contains(key));
        }
        Arc::clone(self.counters.entry(key).or_default())
    }
}
