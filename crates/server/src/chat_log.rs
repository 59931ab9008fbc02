//! Chat logging as this server is configured: where the spool and local files lie, the file that says where everything
//! else is, and the door through which the operations reach it.

use crate::config::Config;
use crate::declared_file::{self, DeclaredFileError};
use crate::{clock, entropy};
use control::BoxFuture;
use delivery::{
    ChatLogParts, ChatLogs, Destinations, DestinationsFile, LocalFiles, LogReading, LogSinks, OpenSinks,
    SinkParts, SinkTimeLimits, Tidied,
};
use model::{AccountId, Destination, LoggingConfigurationKey, RoomKey};
use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::runtime::Handle;

/// The folder of local chat logs, in the data directory.
pub(crate) const LOCAL_FOLDER: &str = "logs";
/// The folder of what is not delivered yet.
const SPOOL_FOLDER: &str = "log-spool";

/// Why chat cannot be logged.
#[derive(Debug, thiserror::Error)]
pub enum ChatLogError {
    /// The file that says where chat logs go.
    #[error("the chat log file is refused: {0}")]
    File(#[from] DeclaredFileError),
    /// The spool.
    #[error("cannot open the spool of chat logs {}: {source}", path.display())]
    Spool {
        /// Its folder.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// Chat logging.
pub(crate) struct ChatLogging {
    pub(crate) logs: Arc<ChatLogs>,
    sinks: Arc<OpenSinks>,
    local_folder: PathBuf,
    /// Routes that the disk had no place for; they are tried again.
    missing: Mutex<BTreeMap<LoggingConfigurationKey, Destination>>,
}

impl ChatLogging {
    /// Opens the spool, and goes on delivering what is in it. Deliveries run on this runtime.
    ///
    /// # Errors
    /// [`ChatLogError`]
    pub(crate) fn open(config: &Config) -> Result<Arc<Self>, ChatLogError> {
        let local_folder = config.data_dir.join(LOCAL_FOLDER);
        let parts = SinkParts {
            region: config.region.clone(),
            local_folder: local_folder.clone(),
            time_limits: SinkTimeLimits::default(),
            clock: clock::now,
            runtime: Handle::current(),
        };
        let sinks = Arc::new(OpenSinks::new(read(config)?, parts));
        let spool = config.data_dir.join(SPOOL_FOLDER);
        let logs = ChatLogs::open(ChatLogParts {
            spool: spool.clone(),
            settings: config.chat_log.limits,
            sinks: Arc::clone(&sinks) as Arc<dyn LogSinks>,
            runtime: Handle::current(),
            clock: clock::now,
            random: entropy::bits,
        });
        let logs = logs.map_err(|source| ChatLogError::Spool { path: spool, source })?;
        Ok(Arc::new(Self { logs, sinks, local_folder, missing: Mutex::default() }))
    }

    /// Reads the file again. One that is wrong changes nothing.
    ///
    /// # Errors
    /// [`ChatLogError::File`]
    pub(crate) fn reload(&self, config: &Config) -> Result<(), ChatLogError> {
        self.sinks.replace(read(config)?);
        self.logs.try_now();
        Ok(())
    }

    /// What was counted until now.
    pub(crate) fn readings(&self) -> Vec<(LoggingConfigurationKey, LogReading)> {
        self.logs.readings()
    }

    /// Removes local files that are too old or too much. Blocks.
    pub(crate) fn tidy(&self) {
        let files = LocalFiles::new(self.local_folder.clone(), self.sinks.local());
        match files.tidy(clock::now().wall) {
            Ok(Tidied { files: 0, failed: 0, .. }) => {}
            Ok(Tidied { files, bytes, failed }) => {
                tracing::info!(target: "chat_log", files, bytes, failed, "old local chat logs are removed");
            }
            Err(error) => {
                tracing::warn!(target: "chat_log", %error, "local chat logs cannot be looked through")
            }
        }
    }

    /// Tries again what the disk had no place for. Blocks.
    pub(crate) fn catch_up(&self) {
        let mut missing = self.missing();
        let waiting: Vec<_> = missing.iter().map(|(key, destination)| (*key, destination.clone())).collect();
        for (key, destination) in waiting {
            self.set_route(&mut missing, key, destination);
        }
    }

    /// Sets a route, or remembers that it is missing. Whoever else changes one waits, so that what is remembered is
    /// what was wanted last.
    fn set_route(
        &self,
        missing: &mut BTreeMap<LoggingConfigurationKey, Destination>,
        key: LoggingConfigurationKey,
        destination: Destination,
    ) {
        match self.logs.set_route(key, &destination) {
            Ok(()) => drop(missing.remove(&key)),
            Err(error) => {
                let configuration = key.id.as_str();
                tracing::error!(
                    target: "chat_log", configuration, %error,
                    "there is no place in the spool for a logging configuration; what is said is not logged"
                );
                missing.insert(key, destination);
            }
        }
    }

    /// What is wrong with the disk; nothing, most of the time.
    pub(crate) fn trouble(&self) -> Option<Box<str>> {
        let missing = self.missing().len();
        let without_place = || format!("the spool has no place for {missing} logging configurations").into();
        self.logs.trouble().or_else(|| (missing > 0).then(without_place))
    }

    fn missing(&self) -> MutexGuard<'_, BTreeMap<LoggingConfigurationKey, Destination>> {
        self.missing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(config: &Config) -> Result<Destinations, DeclaredFileError> {
    let own = (&config.region, config.account_id);
    match &config.chat_log_file {
        None => Ok(Destinations::all_local()),
        Some(path) => declared_file::compile(path, |file: DestinationsFile, sources| {
            Destinations::compile(file, sources, own.0, own.1)
        }),
    }
}

impl control::ChatLogs for ChatLogging {
    fn probe(&self, account: AccountId, destination: Destination) -> BoxFuture<bool> {
        let logs = Arc::clone(&self.logs);
        Box::pin(async move {
            match logs.probe(account, &destination).await {
                Ok(()) => true,
                Err(error) => {
                    tracing::warn!(target: "chat_log", ?destination, %error, "a destination cannot be written to");
                    false
                }
            }
        })
    }

    fn open(&self, key: LoggingConfigurationKey, destination: Destination) {
        self.set_route(&mut self.missing(), key, destination);
    }

    fn stop(&self, key: LoggingConfigurationKey) {
        let mut missing = self.missing();
        missing.remove(&key);
        self.logs.end_route(key);
    }

    fn flush(&self, key: LoggingConfigurationKey) -> BoxFuture<bool> {
        let logs = Arc::clone(&self.logs);
        Box::pin(async move { logs.flush(key).await })
    }

    fn discard(&self, key: LoggingConfigurationKey) {
        self.logs.discard(key);
    }

    fn flush_room(&self, room: RoomKey) {
        self.logs.flush_room(room);
    }
}
