//! A sink of each kind, where it leads to, and batches for it.

use crate::fake::Fake;
use delivery::{
    DeclarationSources, Destinations, DestinationsFile, LogBatch, LogRecord, Sink, SinkError, SinkParts,
    SinkTimeLimits, Target,
};
use flate2::read::GzDecoder;
use model::{AccountId, Destination, Id, Monotonic, Now, Region, Timestamp};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;

pub const KEY_ID: &str = "AKIDEXAMPLE";
pub const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// All kinds of destinations, each named `chat`.
pub const KINDS: [Kind; 3] = [Kind::S3, Kind::CloudWatchLogs, Kind::Firehose];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    S3,
    CloudWatchLogs,
    Firehose,
}

impl Kind {
    pub const fn word(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::CloudWatchLogs => "cloudwatch_logs",
            Self::Firehose => "firehose",
        }
    }

    pub fn destination(self) -> Destination {
        match self {
            Self::S3 => Destination::parse_bucket("chat").unwrap(),
            Self::CloudWatchLogs => Destination::parse_log_group("chat").unwrap(),
            Self::Firehose => Destination::parse_delivery_stream("chat").unwrap(),
        }
    }
}

/// A clock that stands.
pub fn clock() -> Now {
    Now {
        wall: Timestamp::from_second(1_700_000_000).unwrap(),
        monotonic: Monotonic::from_nanos(1_000_000_000),
    }
}

pub fn account() -> AccountId {
    AccountId::parse("123456789012").unwrap()
}

pub fn room() -> Id {
    Id::parse("AbCdEfGhIjKl").unwrap()
}

/// Lines `0` to `count - 1`, a millisecond apart.
pub fn batch(number: u64, count: usize) -> LogBatch {
    let at = |index: usize| clock().wall + Duration::from_millis(index as u64);
    let record = |index: usize| LogRecord {
        at: at(index),
        room: room(),
        line: format!("{{\"n\":{index}}}").into_bytes().into(),
    };
    let records = (0..count).map(record).collect();
    LogBatch { account: account(), room: Some(room()), number, records, rejected: 0 }
}

/// The lines of [`batch`].
pub fn lines(range: std::ops::Range<usize>) -> Vec<String> {
    range.map(|index| format!("{{\"n\":{index}}}")).collect()
}

/// Destinations, with nothing in the environment but `variables`.
pub fn compile(file: &str, variables: &[(&str, &str)]) -> Result<Destinations, String> {
    let file: DestinationsFile = toml::from_str(file).map_err(|error| error.message().to_owned())?;
    let variable =
        |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let text_of = |path: &Path| -> io::Result<String> { std::fs::read_to_string(path) };
    let sources = DeclarationSources { variable: &variable, text_of: &text_of };
    let region = Region::parse("us-west-2").unwrap();
    Destinations::compile(file, sources, &region, account()).map_err(|error| error.to_string())
}

pub struct Stage {
    pub runtime: Runtime,
    pub sink: Sink,
    pub kind: Kind,
    pub folder: TempDir,
    /// None where the destination is local.
    pub fake: Option<Fake>,
}

impl Stage {
    /// A sink that leads to a stand-in. Ten seconds are enough for any that answers at all.
    pub fn remote(kind: Kind) -> Self {
        Self::with_secret(kind, SECRET, Duration::from_secs(10))
    }

    pub fn with_secret(kind: Kind, secret: &str, limit: Duration) -> Self {
        let fake = Fake::start();
        let file = format!(
            "[[destination]]\nkind = \"{}\"\nendpoint = \"{}\"\nregion = \"eu-west-1\"\n\
             credentials = {{ access_key_id = \"{KEY_ID}\", secret_access_key = \"{secret}\" }}\n",
            kind.word(),
            fake.peer.url(""),
        );
        Self::new(kind, &file, Some(fake), limit)
    }

    /// A sink into local files.
    pub fn local(kind: Kind) -> Self {
        Self::new(kind, "", None, Duration::from_secs(10))
    }

    pub fn new(kind: Kind, file: &str, fake: Option<Fake>, limit: Duration) -> Self {
        let target = compile(file, &[]).unwrap().find(account(), &kind.destination());
        Self::of(kind, &target, fake, limit)
    }

    pub fn of(kind: Kind, target: &Target, fake: Option<Fake>, limit: Duration) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let parts = SinkParts {
            region: Region::parse("us-west-2").unwrap(),
            local_folder: folder.path().join("chat-logs"),
            time_limits: SinkTimeLimits { deliver: limit, probe: limit },
            clock,
            runtime: runtime.handle().clone(),
        };
        let sink = Sink::open(target, &kind.destination(), parts);
        Self { runtime, sink, kind, folder, fake }
    }

    /// Delivers, and says how many records were lost.
    pub fn deliver(&self, batch: &mut LogBatch) -> Result<u64, SinkError> {
        self.runtime.block_on(self.sink.deliver(batch))?;
        assert_eq!(batch.records, [], "what was delivered is taken out");
        Ok(batch.rejected)
    }

    pub fn probe(&self) -> Result<(), SinkError> {
        self.runtime.block_on(self.sink.probe(account()))
    }

    pub fn fake(&self) -> &Fake {
        self.fake.as_ref().unwrap()
    }

    /// The folder of the account's local files.
    pub fn files(&self) -> PathBuf {
        self.folder.path().join("chat-logs").join(account().to_string())
    }

    /// All lines that arrived: in order, but for S3, where only those of one object are.
    pub fn arrived(&self) -> Vec<String> {
        let text = match &self.fake {
            None => all_files(&self.files()).into_iter().map(|path| text_of(&path)).collect(),
            Some(fake) => fake.with(|state| match self.kind {
                Kind::S3 => {
                    let logs = state.objects.iter().filter(|(key, _)| key.ends_with(".log.gz"));
                    logs.map(|(_, (_, body))| unzipped(body)).collect()
                }
                Kind::CloudWatchLogs => {
                    state.events.iter().map(|(_, _, message)| format!("{message}\n")).collect()
                }
                Kind::Firehose => String::from_utf8(state.records.clone()).unwrap(),
            }),
        };
        assert!(text.is_empty() || text.ends_with('\n'));
        text.lines().map(str::to_owned).collect()
    }
}

/// The text of a file, unzipped if need be.
pub fn text_of(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap();
    if path.extension().unwrap() == "gz" { unzipped(&bytes) } else { String::from_utf8(bytes).unwrap() }
}

pub fn unzipped(bytes: &[u8]) -> String {
    let mut text = String::new();
    GzDecoder::new(bytes).read_to_string(&mut text).unwrap();
    text
}

/// All files in a folder and in those below it.
pub fn all_files(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(all_files(&path)) } else { files.push(path) }
    }
    files.sort();
    files
}
