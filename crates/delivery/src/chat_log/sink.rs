//! Sinks: the ways from a batch to its destination. They retry nothing; when it is tried again is the caller's to say.

mod api;
mod cloudwatch_logs;
mod firehose;
mod key;
mod local;
mod refusal;
mod s3;

pub use local::{FoundFiles, LocalFiles, LocalSettings, LogFile, RoomFiles, Tidied, WhichRoom};

use super::batch::{BatchLimits, LogBatch, SinkError};
use super::destinations::{Target, Way};
use api::Api;
use cloudwatch_logs::CloudWatchLogs;
use firehose::Firehose;
use local::{LocalObjects, LocalStream, StreamFile};
use model::{AccountId, Destination, Now, Region};
use s3::S3;
use std::path::PathBuf;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::time::timeout;

/// How many objects of a bucket are put at once. One that is put again overwrites.
const OBJECTS_AT_ONCE: usize = 4;

/// What a sink needs of the house.
#[derive(Clone)]
pub struct SinkParts {
    /// The server's region, as it stands in the names of S3 objects.
    pub region: Region,
    /// The folder under which local files lie.
    pub local_folder: PathBuf,
    /// How long calls may take.
    pub time_limits: SinkTimeLimits,
    /// What time it is.
    pub clock: fn() -> Now,
    /// Where blocking work goes, and the looking after access keys.
    pub runtime: Handle,
}

/// How long calls of a sink may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SinkTimeLimits {
    /// One [`Sink::deliver`].
    pub deliver: Duration,
    /// One [`Sink::probe`].
    pub probe: Duration,
}

impl Default for SinkTimeLimits {
    fn default() -> Self {
        Self { deliver: Duration::from_secs(60), probe: Duration::from_secs(10) }
    }
}

/// A destination in use.
pub struct Sink {
    way: SinkWay,
    limits: BatchLimits,
    time_limits: SinkTimeLimits,
}

enum SinkWay {
    S3(S3),
    CloudWatchLogs(CloudWatchLogs),
    Firehose(Firehose),
    Objects(LocalObjects),
    Stream(LocalStream),
}

impl Sink {
    /// Opens no connection and no file yet.
    #[must_use]
    pub fn open(target: &Target, destination: &Destination, parts: SinkParts) -> Self {
        let limits = limits(target, destination);
        let time_limits = parts.time_limits;
        let way = match (&target.way, destination) {
            (Way::Aws(aws), Destination::S3(bucket)) => {
                SinkWay::S3(S3::new(Api::new(aws, &parts), bucket, parts))
            }
            (Way::Aws(aws), Destination::CloudWatchLogs(group)) => {
                SinkWay::CloudWatchLogs(CloudWatchLogs::new(Api::new(aws, &parts), group))
            }
            (Way::Aws(aws), Destination::Firehose(stream)) => {
                SinkWay::Firehose(Firehose::new(Api::new(aws, &parts), stream))
            }
            (Way::Local(_), Destination::S3(bucket)) => SinkWay::Objects(LocalObjects::new(bucket, parts)),
            (Way::Local(settings), Destination::CloudWatchLogs(group)) => {
                let file = StreamFile::OfGroup(group.clone());
                SinkWay::Stream(LocalStream::new(file, settings.rotate_bytes, parts))
            }
            (Way::Local(settings), Destination::Firehose(stream)) => {
                let file = StreamFile::OfDeliveryStream(stream.clone());
                SinkWay::Stream(LocalStream::new(file, settings.rotate_bytes, parts))
            }
        };
        Self { way, limits, time_limits }
    }

    /// How the destination wants its records cut into batches.
    #[must_use]
    pub const fn limits(&self) -> BatchLimits {
        self.limits
    }

    /// Delivers a batch, in order. What has been delivered is taken out of it, also where an error ends it early or
    /// the caller drops the future: only what is left is to be tried again. What was lost is added to its `rejected`.
    ///
    /// # Errors
    /// [`SinkError`]
    pub async fn deliver(&self, batch: &mut LogBatch) -> Result<(), SinkError> {
        let delivery = async {
            match &self.way {
                SinkWay::S3(sink) => sink.deliver(batch).await,
                SinkWay::CloudWatchLogs(sink) => sink.deliver(batch).await,
                SinkWay::Firehose(sink) => sink.deliver(batch).await,
                SinkWay::Objects(sink) => sink.deliver(batch).await,
                SinkWay::Stream(sink) => sink.deliver(batch).await,
            }
        };
        timeout(self.time_limits.deliver, delivery).await.unwrap_or_else(|_| Err(no_answer()))
    }

    /// Whether the destination can be written to now by this account.
    ///
    /// # Errors
    /// [`SinkError`], the one that a delivery would meet.
    pub async fn probe(&self, account: AccountId) -> Result<(), SinkError> {
        let probe = async {
            match &self.way {
                SinkWay::S3(sink) => sink.probe(account).await,
                SinkWay::CloudWatchLogs(sink) => sink.probe().await,
                SinkWay::Firehose(sink) => sink.probe().await,
                SinkWay::Objects(sink) => sink.probe(account).await,
                SinkWay::Stream(sink) => sink.probe(account).await,
            }
        };
        timeout(self.time_limits.probe, probe).await.unwrap_or_else(|_| Err(no_answer()))
    }
}

fn no_answer() -> SinkError {
    SinkError::Passing("no answer in time".into())
}

fn limits(target: &Target, destination: &Destination) -> BatchLimits {
    let (is_by_room, bytes_beside, records, at_once) = match destination {
        // A line's end.
        Destination::S3(_) => (true, 1, u64::MAX, OBJECTS_AT_ONCE),
        Destination::CloudWatchLogs(_) => {
            (true, cloudwatch_logs::BYTES_BESIDE, cloudwatch_logs::MAX_EVENTS, 1)
        }
        Destination::Firehose(_) => (false, 1, firehose::MAX_RECORDS, 1),
    };
    let (wait, bytes) = (target.wait.longest, target.wait.bytes);
    BatchLimits { is_by_room, wait, bytes, bytes_beside, records, at_once }
}

/// The records' lines, each with its end.
fn joined(batch: &LogBatch) -> Vec<u8> {
    let length = batch.records.iter().map(|record| record.line.len() + 1).sum();
    let mut lines = Vec::with_capacity(length);
    for record in &batch.records {
        lines.extend_from_slice(&record.line);
        lines.push(b'\n');
    }
    lines
}
