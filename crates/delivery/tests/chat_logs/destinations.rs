//! Destinations in memory, that do as they are told.

use delivery::{BatchLimits, LogBatch, LogSink, LogSinks, SinkError, SinkFuture};
use model::{AccountId, Destination, Id};
use std::collections::{BTreeMap, VecDeque};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::Notify;

/// What a destination does with one batch.
#[derive(Debug, Clone, Copy)]
pub enum Deed {
    Take,
    /// Answers that it did not.
    Fail(fn(Box<str>) -> SinkError),
    /// Takes it, and the answer is lost.
    TakeAndFail,
    /// Takes every second record.
    TakeHalf,
    /// Never answers.
    Hang,
}

/// What a destination has: by name, the batches in the order in which they came; with number, room and lines.
pub type Taken = Vec<(u64, Option<String>, Vec<String>)>;

/// All destinations of a test.
#[derive(Default)]
pub struct Destinations {
    taken: Mutex<BTreeMap<String, Taken>>,
    deeds: Mutex<BTreeMap<String, VecDeque<Deed>>>,
    /// What happens when nothing is planned; by name.
    habits: Mutex<BTreeMap<String, Deed>>,
    /// Draws deeds, if it is set.
    pub lot: Mutex<Option<Lot>>,
    pub attempts: AtomicU64,
    pub asked: Notify,
    /// Those that belong to a server that was killed reach nobody.
    life: Mutex<Arc<AtomicBool>>,
    pub limits: Mutex<Option<BatchLimits>>,
}

/// Deeds by a seeded lot: of 100, so many of each.
pub struct Lot {
    pub random: fn(&mut u64) -> u64,
    pub state: u64,
    pub failing: u64,
}

fn name(destination: &Destination) -> String {
    match destination {
        Destination::S3(name) => format!("s3/{name}"),
        Destination::CloudWatchLogs(name) => format!("logs/{name}"),
        Destination::Firehose(name) => format!("firehose/{name}"),
    }
}

impl Destinations {
    /// The destinations as one server sees them, until it is killed.
    pub fn life(self: Arc<Self>) -> Arc<dyn LogSinks> {
        let is_alive = Arc::new(AtomicBool::new(true));
        *self.life.lock().unwrap() = Arc::clone(&is_alive);
        Arc::new(Life { destinations: self, is_alive })
    }

    /// The server that was started last is killed.
    pub fn die(&self) {
        self.life.lock().unwrap().store(false, Ordering::SeqCst);
    }

    pub fn plan(&self, destination: &Destination, deeds: &[Deed]) {
        self.deeds.lock().unwrap().entry(name(destination)).or_default().extend(deeds);
    }

    pub fn always(&self, destination: &Destination, deed: Deed) {
        self.habits.lock().unwrap().insert(name(destination), deed);
    }

    /// The batches that a destination took.
    pub fn taken(&self, destination: &Destination) -> Taken {
        self.taken.lock().unwrap().get(&name(destination)).cloned().unwrap_or_default()
    }

    /// What was said, as the destination has it, in the order in which it came.
    pub fn lines(&self, destination: &Destination) -> Vec<String> {
        self.taken(destination).into_iter().flat_map(|(_, _, lines)| lines).collect()
    }

    /// The same for one room's batches.
    pub fn always_for(&self, destination: &Destination, room: Id, deed: Deed) {
        self.habits.lock().unwrap().insert(format!("{}#{room}", name(destination)), deed);
    }

    fn deed(&self, destination: &str, room: Option<Id>) -> Deed {
        let of_room = room.map(|room| format!("{destination}#{room}"));
        if let Some(deed) = of_room.and_then(|name| self.habits.lock().unwrap().get(&name).copied()) {
            return deed;
        }
        if let Some(deed) = self.deeds.lock().unwrap().get_mut(destination).and_then(VecDeque::pop_front) {
            return deed;
        }
        if let Some(deed) = self.habits.lock().unwrap().get(destination) {
            return *deed;
        }
        let mut lot = self.lot.lock().unwrap();
        let Some(lot) = &mut *lot else { return Deed::Take };
        let drawn = (lot.random)(&mut lot.state) % 100;
        if drawn >= lot.failing {
            return Deed::Take;
        }
        match drawn % 5 {
            0 => Deed::Fail(SinkError::Passing),
            1 => Deed::Fail(SinkError::AccessDenied),
            2 => Deed::Fail(SinkError::NotFound),
            3 => Deed::TakeAndFail,
            // Objects are put as a whole, and events of one call too.
            _ if destination.starts_with("firehose") => Deed::TakeHalf,
            _ => Deed::TakeAndFail,
        }
    }

    fn keep(&self, destination: &str, batch: &LogBatch) {
        let said = |line: &[u8]| {
            let record: serde_json::Value = serde_json::from_slice(line).unwrap();
            record["payload"]["Id"].as_str().unwrap().to_owned()
        };
        let lines = batch.records.iter().map(|record| said(&record.line)).collect();
        let room = batch.room.map(|room| room.to_string());
        self.taken.lock().unwrap().entry(destination.to_owned()).or_default().push((
            batch.number,
            room,
            lines,
        ));
    }
}

struct Life {
    destinations: Arc<Destinations>,
    is_alive: Arc<AtomicBool>,
}

impl LogSinks for Life {
    fn sink(&self, _: AccountId, destination: &Destination) -> Arc<dyn LogSink> {
        Arc::new(Sink {
            destinations: Arc::clone(&self.destinations),
            is_alive: Arc::clone(&self.is_alive),
            name: name(destination),
            is_by_room: !matches!(destination, Destination::Firehose(_)),
        })
    }
}

struct Sink {
    destinations: Arc<Destinations>,
    is_alive: Arc<AtomicBool>,
    name: String,
    is_by_room: bool,
}

impl LogSink for Sink {
    fn limits(&self) -> BatchLimits {
        let limits = self.destinations.limits.lock().unwrap().unwrap_or(BatchLimits {
            is_by_room: true,
            wait: Duration::from_millis(5),
            bytes: 4_000,
            bytes_beside: 0,
            records: 20,
            at_once: 1,
        });
        BatchLimits { is_by_room: self.is_by_room, ..limits }
    }

    fn deliver<'a>(&'a self, batch: &'a mut LogBatch) -> SinkFuture<'a, ()> {
        Box::pin(async move {
            if !self.is_alive.load(Ordering::SeqCst) {
                return std::future::pending().await;
            }
            let deed = self.destinations.deed(&self.name, batch.room);
            self.destinations.attempts.fetch_add(1, Ordering::SeqCst);
            let lost = || Err(SinkError::Passing("as planned".into()));
            let done = match deed {
                Deed::Take => {
                    self.destinations.keep(&self.name, batch);
                    Ok(())
                }
                Deed::Fail(error) => Err(error("as planned".into())),
                Deed::TakeAndFail => {
                    self.destinations.keep(&self.name, batch);
                    lost()
                }
                Deed::TakeHalf => {
                    let mut at = 0_u32;
                    let (taken, left) = std::mem::take(&mut batch.records).into_iter().partition(|_| {
                        at += 1;
                        at % 2 == 1
                    });
                    batch.records = taken;
                    self.destinations.keep(&self.name, batch);
                    batch.records = left;
                    lost()
                }
                Deed::Hang => std::future::pending().await,
            };
            self.destinations.asked.notify_waiters();
            done
        })
    }

    fn probe(&self, _: AccountId) -> SinkFuture<'_, ()> {
        Box::pin(async move {
            match self.destinations.deed(&self.name, None) {
                Deed::Fail(error) => Err(error("as planned".into())),
                _ => Ok(()),
            }
        })
    }
}
