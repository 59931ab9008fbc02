//! Where chat is logged, as a test has it: writes down what it is asked, and answers what takes its time at once with
//! success, or when and as the test says.

use control::{BoxFuture, ChatLogs};
use engine::RoomDirectory;
use model::{AccountId, Destination, LoggingConfigurationKey, RoomKey};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// One thing that was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    Probe(AccountId, Destination),
    Open(LoggingConfigurationKey, Destination),
    Stop(LoggingConfigurationKey),
    Flush(LoggingConfigurationKey),
    Discard(LoggingConfigurationKey),
    /// And whether the room was gone by then.
    FlushRoom(RoomKey, bool),
}

/// What was asked and waits for the test's word; dropped, it panics where it is waited for.
pub(crate) struct Held {
    pub(crate) asked: Asked,
    answer: oneshot::Sender<bool>,
}

impl Held {
    /// Lets it end like this.
    pub(crate) fn ends(self, well: bool) {
        self.answer.send(well).unwrap();
    }
}

/// Where what waits comes out.
pub(crate) struct Waiting(mpsc::UnboundedReceiver<Held>);

impl Waiting {
    /// The next that waits; it must come.
    pub(crate) async fn next(&mut self) -> Held {
        timeout(Duration::from_secs(20), self.0.recv()).await.unwrap().unwrap()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

pub(crate) struct RecordingLogs {
    directory: Arc<RoomDirectory>,
    asked: Mutex<Vec<Asked>>,
    held: Mutex<Option<mpsc::UnboundedSender<Held>>>,
}

impl RecordingLogs {
    pub(crate) fn new(directory: Arc<RoomDirectory>) -> Self {
        Self { directory, asked: Mutex::default(), held: Mutex::default() }
    }

    /// From now on probes and flushes wait; they come out here.
    pub(crate) fn hold(&self) -> Waiting {
        let (sender, held) = mpsc::unbounded_channel();
        *self.held.lock().unwrap() = Some(sender);
        Waiting(held)
    }

    /// What was asked since this was asked last.
    pub(crate) fn take(&self) -> Vec<Asked> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    fn write(&self, asked: Asked) {
        self.asked.lock().unwrap().push(asked);
    }

    fn outcome(&self, asked: Asked) -> BoxFuture<bool> {
        self.write(asked.clone());
        let Some(held) = self.held.lock().unwrap().clone() else { return Box::pin(async { true }) };
        let (answer, answered) = oneshot::channel();
        held.send(Held { asked, answer }).ok();
        Box::pin(async { answered.await.unwrap() })
    }
}

impl ChatLogs for RecordingLogs {
    fn probe(&self, account: AccountId, destination: Destination) -> BoxFuture<bool> {
        self.outcome(Asked::Probe(account, destination))
    }

    fn open(&self, key: LoggingConfigurationKey, destination: Destination) {
        self.write(Asked::Open(key, destination));
    }

    fn stop(&self, key: LoggingConfigurationKey) {
        self.write(Asked::Stop(key));
    }

    fn flush(&self, key: LoggingConfigurationKey) -> BoxFuture<bool> {
        self.outcome(Asked::Flush(key))
    }

    fn discard(&self, key: LoggingConfigurationKey) {
        self.write(Asked::Discard(key));
    }

    fn flush_room(&self, room: RoomKey) {
        self.write(Asked::FlushRoom(room, self.directory.find(room).is_none()));
    }
}
