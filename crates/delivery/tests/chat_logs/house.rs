//! Chat logs over a spool in a folder of their own, with destinations that keep what they take, and a clock that goes
//! on by itself.

use crate::destinations::Destinations;
use delivery::{BackOff, BatchLimits, ChatLogParts, ChatLogSettings, ChatLogs, LogReading};
use engine::{ChatLog as _, Position, Publication, PublicationKind};
use model::{AccountId, Destination, Id, LoggingConfigurationKey, Monotonic, Now, RoomKey, Timestamp};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// A millisecond later with each look.
pub fn clock() -> Now {
    static LOOKS: AtomicU64 = AtomicU64::new(0);
    let passed = Duration::from_millis(LOOKS.fetch_add(1, Ordering::SeqCst));
    Now {
        wall: Timestamp::from_second(1_700_000_000).unwrap().checked_add(passed).unwrap(),
        monotonic: Monotonic::default().after(passed),
    }
}

pub fn id(text: &str) -> Id {
    Id::parse(&format!("{text:A<12}")).unwrap()
}

pub fn key(name: &str) -> LoggingConfigurationKey {
    LoggingConfigurationKey { account: AccountId::parse("123456789012").unwrap(), id: id(name) }
}

pub fn bucket(name: &str) -> Destination {
    Destination::parse_bucket(name).unwrap()
}

pub fn group(name: &str) -> Destination {
    Destination::parse_log_group(name).unwrap()
}

pub fn stream(name: &str) -> Destination {
    Destination::parse_delivery_stream(name).unwrap()
}

pub fn settings() -> ChatLogSettings {
    let soon = (Duration::from_millis(2), Duration::from_millis(8));
    ChatLogSettings {
        spool_bytes: 1 << 30,
        disk_bytes: 1 << 40,
        memory_bytes: 1 << 24,
        flush_limit: PATIENCE,
        back_off: BackOff { passing: soon, refused: soon },
    }
}

/// Batches that end with what is flushed, and with nothing else.
pub fn patient() -> BatchLimits {
    BatchLimits {
        is_by_room: true,
        wait: Duration::from_secs(1_000_000),
        bytes: 1 << 40,
        bytes_beside: 0,
        records: 1_000_000,
        at_once: 1,
    }
}

pub struct House {
    pub folder: TempDir,
    pub destinations: Arc<Destinations>,
    pub logs: Arc<ChatLogs>,
    settings: ChatLogSettings,
    said: AtomicU64,
}

impl House {
    pub fn new(settings: ChatLogSettings) -> Self {
        let (folder, destinations) = (tempfile::tempdir().unwrap(), Arc::new(Destinations::default()));
        let logs = open(folder.path(), settings, &destinations);
        Self { folder, destinations, logs, settings, said: AtomicU64::new(0) }
    }

    /// Ends without delivering anything more, and starts again on the same disk.
    pub async fn restart(&mut self) {
        self.logs.shut_down(Duration::ZERO).await;
        self.logs = open(self.folder.path(), self.settings, &self.destinations);
    }

    /// Starts again on a picture of the disk, taken while everything went on, as after a `kill -9`.
    pub fn crash(&mut self) {
        let picture = tempfile::tempdir().unwrap();
        copy(self.folder.path(), picture.path());
        // What the killed one does still, it does elsewhere and unseen.
        self.destinations.die();
        let dead = std::mem::replace(&mut self.folder, picture);
        self.logs = open(self.folder.path(), self.settings, &self.destinations);
        drop(dead);
    }

    pub fn route(&self, name: &str, destination: &Destination) {
        self.logs.set_route(key(name), destination).unwrap();
    }

    /// Says one thing in a room; answers what.
    pub fn say(&self, room: &str, to: &[&str]) -> String {
        let number = self.said.fetch_add(1, Ordering::SeqCst);
        let said = format!("{room}{number}");
        let text = format!(r#"{{"Id":"{said}"}}"#);
        let publication = Publication {
            room: RoomKey { account: key("X").account, id: id(room) },
            position: Position { epoch: 1, seq: number },
            kind: PublicationKind::Message,
            sent_at: clock().wall,
            frame: text.into_bytes().into(),
            text_at: 0,
        };
        let to: Vec<Id> = to.iter().map(|name| id(name)).collect();
        self.logs.append(&Arc::new(publication), &to);
        said
    }

    pub fn reading(&self, name: &str) -> LogReading {
        let readings = self.logs.readings();
        readings
            .into_iter()
            .find(|(found, _)| *found == key(name))
            .map(|(_, reading)| reading)
            .unwrap_or_default()
    }

    pub async fn flush(&self, name: &str) {
        assert!(self.logs.flush(key(name)).await, "{:?}", self.reading(name));
    }

    /// How often each thing came to a destination.
    pub fn times(&self, destination: &Destination) -> BTreeMap<String, u32> {
        let mut times = BTreeMap::new();
        self.destinations
            .lines(destination)
            .into_iter()
            .for_each(|line| *times.entry(line).or_default() += 1);
        times
    }

    /// Waits until it is so; looks again whenever a destination was asked for something.
    pub async fn until(&self, is_so: impl Fn() -> bool) {
        let wait = async {
            while !is_so() {
                let _ = timeout(Duration::from_millis(20), self.destinations.asked.notified()).await;
            }
        };
        timeout(PATIENCE, wait).await.unwrap();
    }

    /// The names of the folders in the spool.
    pub fn lanes(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

fn open(spool: &Path, settings: ChatLogSettings, destinations: &Arc<Destinations>) -> Arc<ChatLogs> {
    ChatLogs::open(ChatLogParts {
        spool: spool.to_owned(),
        settings,
        sinks: Arc::clone(destinations).life(),
        runtime: Handle::current(),
        clock,
        random: || 500,
    })
    .unwrap()
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    let Ok(entries) = std::fs::read_dir(from) else { return };
    for entry in entries.map(Result::unwrap) {
        let target = to.join(entry.file_name());
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => copy(&entry.path(), &target),
            // What is removed meanwhile is not in the picture.
            _ => drop(std::fs::copy(entry.path(), target)),
        }
    }
}
