//! The sinks in use, as the destinations file says them now.

use super::destinations::{Destinations, Target};
use super::sink::{LocalSettings, Sink, SinkParts};
use super::sinks::{LogSink, LogSinks};
use arc_swap::ArcSwap;
use model::{AccountId, Destination};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// How many sinks are kept at most. Past that all are let go, and opened again when they are asked for.
const MOST: usize = 1_024;

/// The sinks in use.
pub struct OpenSinks {
    destinations: ArcSwap<Destinations>,
    parts: SinkParts,
    open: Mutex<HashMap<(AccountId, Destination), OpenSink>>,
}

struct OpenSink {
    target: Target,
    sink: Arc<Sink>,
}

impl OpenSinks {
    /// Opens none yet.
    #[must_use]
    pub fn new(destinations: Destinations, parts: SinkParts) -> Self {
        Self { destinations: ArcSwap::from_pointee(destinations), parts, open: Mutex::default() }
    }

    /// Takes other destinations. They hold for what is tried from now on, also where it was tried before.
    pub fn replace(&self, destinations: Destinations) {
        self.destinations.store(Arc::new(destinations));
    }

    /// How local files are kept.
    #[must_use]
    pub fn local(&self) -> LocalSettings {
        self.destinations.load().local()
    }
}

impl LogSinks for OpenSinks {
    fn sink(&self, account: AccountId, destination: &Destination) -> Arc<dyn LogSink> {
        let target = self.destinations.load().find(account, destination);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (account, destination.clone());
        if let Some(known) = open.get(&key).filter(|known| known.target == target) {
            return Arc::clone(&known.sink) as Arc<dyn LogSink>;
        }
        if open.len() >= MOST {
            open.clear();
        }
        let sink = Arc::new(Sink::open(&target, destination, self.parts.clone()));
        open.insert(key, OpenSink { target, sink: Arc::clone(&sink) });
        sink
    }
}
