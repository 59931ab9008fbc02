//! All chat logging of a server: routes from configurations to lanes, the writing thread, a task for each lane.

use super::back_off::BackOff;
use super::batch::SinkError;
use super::counters::{LogCounters, LogReading};
use super::deleted_rooms::DeletedRooms;
use super::lane::Lane;
use super::lane_folder::{self, Found};
use super::lane_name::LaneName;
use super::lanes::{Lanes, Running};
use super::means::{self, Means};
use super::sinks::LogSinks;
use super::spool::queue::{Queue, Route};
use super::spool::{files, writer::Writer};
use super::trouble::Trouble;
use super::worker;
use engine::{ChatLog, Publication};
use model::{AccountId, Destination, Id, LoggingConfigurationKey, Now, RoomKey};
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::timeout;

/// How many destinations of one configuration may have something left; beyond, the oldest is given up.
const MOST_LANES: usize = 8;

/// Limits of chat logging.
#[derive(Debug, Clone, Copy)]
pub struct ChatLogSettings {
    /// Bytes that may lie on the disk for one destination of one configuration; beyond, the oldest go.
    pub spool_bytes: u64,
    /// Bytes that may lie on the disk in all; shared evenly where that is less than each may have.
    pub disk_bytes: u64,
    /// Bytes that may wait in memory for the disk.
    pub memory_bytes: usize,
    /// How long a configuration that is deleted may take to deliver what it has.
    pub flush_limit: Duration,
    /// How destinations are left alone that fail.
    pub back_off: BackOff,
}

/// What [`ChatLogs`] are made of.
pub struct ChatLogParts {
    /// Where the spool is.
    pub spool: PathBuf,
    /// The limits.
    pub settings: ChatLogSettings,
    /// The destinations.
    pub sinks: Arc<dyn LogSinks>,
    /// Where deliveries run; its timers must be enabled.
    pub runtime: Handle,
    /// The time.
    pub clock: fn() -> Now,
    /// 128 random bits.
    pub random: fn() -> u128,
}

/// All chat logging of a server.
pub struct ChatLogs {
    queue: Arc<Queue>,
    means: Arc<Means>,
    settings: ChatLogSettings,
    spool: PathBuf,
    runtime: Handle,
    lanes: Mutex<Lanes>,
    /// Held while routes change: between what is decided and what is done nothing else must come.
    routing: Mutex<()>,
    writer: Mutex<Option<thread::JoinHandle<()>>>,
    deleted_rooms: DeletedRooms,
}

impl ChatLogs {
    /// Opens the spool, and goes on delivering what is in it. Blocks while it reads.
    ///
    /// # Errors
    /// The system's: the spool cannot be made or read, or there is no thread to be had.
    pub fn open(parts: ChatLogParts) -> io::Result<Arc<Self>> {
        let ChatLogParts { spool, settings, sinks, runtime, clock, random } = parts;
        files::make_folder(&spool)?;
        let trouble = Arc::new(Trouble::default());
        let queue = Arc::new(Queue::new(settings.memory_bytes));
        let writer = Writer::new(Arc::clone(&queue), Arc::clone(&trouble), settings.spool_bytes);
        let writer = thread::Builder::new().name("log-spool".to_owned()).spawn(move || writer.run())?;
        let logs = Arc::new(Self {
            queue,
            means: Arc::new(Means {
                sinks,
                clock,
                random,
                back_off: settings.back_off,
                trouble,
                failing: Arc::new(Semaphore::new(means::FAILING)),
                extra: Arc::new(Semaphore::new(means::EXTRA)),
            }),
            settings,
            spool,
            runtime,
            lanes: Mutex::new(Lanes::new(settings.disk_bytes)),
            routing: Mutex::default(),
            writer: Mutex::new(Some(writer)),
            deleted_rooms: DeletedRooms::default(),
        });
        logs.find_lanes()?;
        Ok(logs)
    }

    /// One that cannot be understood stops no other.
    fn find_lanes(self: &Arc<Self>) -> io::Result<()> {
        for name in lane_folder::names(&self.spool)? {
            let means = self.lock().means(name.configuration);
            match lane_folder::find(&self.spool, name, means) {
                Ok(found) => drop(self.run(found)),
                Err(error) => self.means.trouble.lane_not_found(&name, &error),
            }
        }
        Ok(())
    }

    /// From now on what rooms say that have this configuration goes to this destination; what was accepted before goes
    /// where it was accepted for.
    ///
    /// # Errors
    /// The system's: there is no place on the disk for it. What is said is lost then, and counted.
    pub fn set_route(
        self: &Arc<Self>,
        key: LoggingConfigurationKey,
        destination: &Destination,
    ) -> io::Result<()> {
        let _one_at_a_time = self.routing.lock().unwrap_or_else(PoisonError::into_inner);
        let routed = self.queue.routed(key);
        if routed.is_some_and(|lane| lane.destination == *destination) {
            return Ok(());
        }
        let mut lanes = self.lock().of(key);
        lanes.retain(|lane| !lane.is_given_up());
        let lane = match lanes.last() {
            // As after a start: it is gone on with.
            Some(lane) if lane.destination == *destination && !lane.is_retired() => Arc::clone(lane),
            newest => match self.new_lane(key, destination, newest) {
                Ok(lane) => lane,
                Err(error) => {
                    // What is said now was not meant for the destination before.
                    let (counters, _) = self.lock().means(key);
                    self.queue.route(key, Some(Route::Nowhere(counters)));
                    return Err(error);
                }
            },
        };
        self.queue.route(key, Some(Route::To(lane)));
        if let Some(oldest) = lanes.first().filter(|_| lanes.len() >= MOST_LANES) {
            self.give_up(Arc::clone(oldest), "their configuration has changed its destination too often");
        }
        Ok(())
    }

    /// A lane with a name that no lane had before.
    fn new_lane(
        self: &Arc<Self>,
        key: LoggingConfigurationKey,
        destination: &Destination,
        newest: Option<&Arc<Lane>>,
    ) -> io::Result<Arc<Lane>> {
        let now = u64::try_from((self.means.clock)().wall.as_millisecond()).unwrap_or_default();
        let mut generation = now.max(newest.map_or(0, |lane| lane.name.generation) + 1);
        loop {
            let name = LaneName { configuration: key, generation };
            let means = self.lock().means(key);
            match lane_folder::create(&self.spool, name, destination, means) {
                Ok(found) => return Ok(self.run(found)),
                // The clock was set back.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => generation += 1,
                Err(error) => return Err(error),
            }
        }
    }

    /// Nothing more is taken for the configuration. What was accepted is delivered still.
    pub fn end_route(&self, key: LoggingConfigurationKey) {
        let _one_at_a_time = self.routing.lock().unwrap_or_else(PoisonError::into_inner);
        self.queue.route(key, None);
    }

    /// All routes are set that were set before the start: what is left of others is delivered, and then gone.
    pub fn settle(&self) {
        let _one_at_a_time = self.routing.lock().unwrap_or_else(PoisonError::into_inner);
        let lanes = self.lock().all();
        for lane in lanes {
            let is_routed =
                self.queue.routed(lane.name.configuration).is_some_and(|routed| Arc::ptr_eq(&routed, &lane));
            // One that is retired is sealed when all that was said for it has come.
            if !is_routed && !lane.is_retired() {
                lane.seal();
            }
        }
    }

    /// Delivers what was accepted for a configuration, without waiting for more. Whether that was done within the
    /// limit.
    pub async fn flush(&self, key: LoggingConfigurationKey) -> bool {
        let lanes = self.lock().of(key);
        self.flush_lanes(lanes, self.settings.flush_limit).await
    }

    /// Each by itself: one that the disk does not take holds up no other.
    async fn flush_lanes(&self, lanes: Vec<Arc<Lane>>, limit: Duration) -> bool {
        let mut flushing = JoinSet::new();
        for lane in lanes {
            let barrier = self.queue.barrier(std::slice::from_ref(&lane));
            flushing.spawn(async move {
                barrier.await;
                let target = lane.flush();
                lane.delivered(target).await;
            });
        }
        timeout(limit, async { while flushing.join_next().await.is_some() {} }).await.is_ok()
    }

    /// What a room said that was deleted is delivered now, and not when its batch is full.
    pub fn flush_room(self: &Arc<Self>, room: RoomKey) {
        if !self.deleted_rooms.add(room) {
            return;
        }
        let logs = Arc::clone(self);
        self.runtime.spawn(async move {
            while let Some(deleted) = logs.deleted_rooms.take() {
                let lanes = logs.lock().all();
                // A disk that takes nothing of one lane does not hold up the others for ever.
                let _ = timeout(logs.settings.flush_limit, logs.queue.barrier(&lanes)).await;
                for lane in lanes {
                    deleted.flush(&lane);
                }
            }
        });
    }

    /// Gives up what was accepted for a configuration that has no route any more.
    pub fn discard(self: &Arc<Self>, key: LoggingConfigurationKey) {
        let lanes = self.lock().of(key);
        for lane in lanes {
            self.give_up(lane, "their configuration was deleted");
        }
    }

    /// Ends a lane that has no route any more, with what is in it.
    fn give_up(self: &Arc<Self>, lane: Arc<Lane>, why: &'static str) {
        if !lane.give_up() {
            return;
        }
        let (logs, barrier) = (Arc::clone(self), self.queue.barrier(std::slice::from_ref(&lane)));
        self.runtime.spawn(async move {
            // Behind it nothing comes to this lane.
            barrier.await;
            logs.abort(&lane);
            let (_, records) = lane.backlog();
            lane.counters.discarded.add(records);
            if records > 0 {
                logs.means.trouble.lost(&lane.name, records, why);
            }
            logs.forget(lane).await;
        });
    }

    /// Whether records of this account could be delivered to this destination now.
    pub async fn probe(&self, account: AccountId, destination: &Destination) -> Result<(), SinkError> {
        self.means.sinks.sink(account, destination).probe(account).await
    }

    /// Whatever waits because a destination failed is tried again now: it may be reached otherwise.
    pub fn try_now(&self) {
        let lanes = self.lock().all();
        lanes.iter().for_each(|lane| lane.urge());
    }

    /// What is wrong with the disk; nothing, most of the time.
    #[must_use]
    pub fn trouble(&self) -> Option<Box<str>> {
        self.means.trouble.now()
    }

    /// What was counted until now, by configuration.
    #[must_use]
    pub fn readings(&self) -> Vec<(LoggingConfigurationKey, LogReading)> {
        let lanes = self.lock();
        let reading = |(key, counters): (&LoggingConfigurationKey, &Arc<LogCounters>)| {
            let mut reading = counters.read();
            for lane in lanes.of(*key) {
                let (bytes, records) = lane.backlog();
                reading.spool_bytes += bytes;
                reading.backlog += records;
            }
            (*key, reading)
        };
        lanes.counters.iter().map(reading).collect()
    }

    /// Takes nothing more, delivers what was accepted within `limit`, and ends. What is left stays on the disk for the
    /// next start.
    pub async fn shut_down(&self, limit: Duration) {
        let lanes = self.lock().all();
        if !self.flush_lanes(lanes, limit).await {
            tracing::warn!(target: "chat_log", "not all of the chat log was delivered; the rest is kept on the disk");
        }
        self.queue.close();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        let _ = spawn_blocking(move || writer.map(thread::JoinHandle::join)).await;
        // What began meanwhile too.
        let lanes = self.lock().all();
        for lane in lanes {
            self.abort(&lane);
        }
    }

    /// Runs a lane, behind those of its configuration that have the same destination: else a room's records would come
    /// there in two orders.
    fn run(self: &Arc<Self>, found: Found) -> Arc<Lane> {
        let Found { lane, cursor, files } = found;
        let lane = Arc::new(lane);
        let (logs, finished, means) = (Arc::downgrade(self), Arc::clone(&lane), Arc::clone(&self.means));
        let mut lanes = self.lock();
        let mut others = lanes.of(lane.name.configuration).into_iter();
        let before = others.rfind(|other| other.destination == lane.destination);
        let found = Found { lane: Arc::clone(&lane), cursor, files };
        let task = self.runtime.spawn(async move {
            let is_over = worker::run(found, before, means).await;
            if let Some(logs) = logs.upgrade().filter(|_| is_over) {
                logs.forget(finished).await;
            }
        });
        lanes.insert(Running { lane: Arc::clone(&lane), task: task.abort_handle() });
        lane
    }

    fn abort(&self, lane: &Lane) {
        if let Some(running) = self.lock().running.get(&lane.name) {
            running.task.abort();
        }
    }

    /// Removes a lane that has come to its end.
    async fn forget(&self, lane: Arc<Lane>) {
        let gone = Arc::clone(&lane);
        if let Ok(Err(error)) = spawn_blocking(move || lane_folder::remove(&gone)).await {
            let folder = lane.folder.display();
            tracing::warn!(target: "chat_log", %error, %folder, "a folder of the spool cannot be removed");
        }
        self.lock().remove(&lane.name);
        lane.finish();
    }

    fn lock(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ChatLog for ChatLogs {
    fn append(&self, publication: &Arc<Publication>, to: &[Id]) {
        self.queue.say(publication, to);
    }
}
