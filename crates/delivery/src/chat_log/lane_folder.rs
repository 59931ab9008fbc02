//! A lane's folder: made, found again at the start, removed. Each call blocks.

use super::counters::LogCounters;
use super::cursor::Cursor;
use super::lane::Lane;
use super::lane_name::LaneName;
use super::spool::{Place, files};
use model::Destination;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

const DESTINATION: &str = "destination.json";

/// A destination as it is written into the folder: what was accepted for it goes there, whatever its configuration
/// says by then.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Written {
    S3(String),
    CloudwatchLogs(String),
    Firehose(String),
}

impl Written {
    fn of(destination: &Destination) -> Self {
        match destination {
            Destination::S3(name) => Self::S3(name.to_string()),
            Destination::CloudWatchLogs(name) => Self::CloudwatchLogs(name.to_string()),
            Destination::Firehose(name) => Self::Firehose(name.to_string()),
        }
    }

    fn parse(&self) -> Option<Destination> {
        let parsed = match self {
            Self::S3(name) => Destination::parse_bucket(name),
            Self::CloudwatchLogs(name) => Destination::parse_log_group(name),
            Self::Firehose(name) => Destination::parse_delivery_stream(name),
        };
        parsed.ok()
    }
}

/// Makes a lane that there was not.
///
/// # Errors
/// The system's.
pub(super) fn create(
    spool: &Path,
    name: LaneName,
    destination: &Destination,
    counters: Arc<LogCounters>,
) -> io::Result<Lane> {
    let folder = spool.join(name.to_string());
    files::make_folder(&folder)?;
    fs::write(folder.join(DESTINATION), serde_json::to_vec(&Written::of(destination))?)?;
    fs::File::open(folder.join(DESTINATION))?.sync_all()?;
    files::sync_folder(&folder)?;
    files::sync_folder(spool)?;
    let start = Place { segment: 0, offset: 0, record: 0 };
    Ok(Lane::new((name, destination.clone()), folder, counters, Vec::new(), start))
}

/// A lane as it was left.
pub(super) struct Found {
    pub(super) lane: Lane,
    pub(super) cursor: Cursor,
}

/// The names of the lanes in a spool.
///
/// # Errors
/// The system's.
pub(super) fn names(spool: &Path) -> io::Result<Vec<LaneName>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(spool)? {
        names.extend(entry?.file_name().to_str().and_then(LaneName::parse));
    }
    names.sort_unstable();
    Ok(names)
}

/// Finds a lane again; none if its folder does not say where it goes, as after a crash while it was made: then nothing
/// is in it.
///
/// # Errors
/// The system's.
pub(super) fn find(spool: &Path, name: LaneName, counters: Arc<LogCounters>) -> io::Result<Option<Found>> {
    let folder = spool.join(name.to_string());
    let written = match fs::read(folder.join(DESTINATION)) {
        Ok(bytes) => serde_json::from_slice::<Written>(&bytes).ok(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    let Some(destination) = written.and_then(|written| written.parse()) else { return Ok(None) };
    let segments = files::find(&folder)?;
    let cursor = Cursor::read(&folder)?.unwrap_or_else(|| {
        let start = Place { segment: 0, offset: 0, record: 0 };
        Cursor::at(segments.first().map_or(start, super::spool::Segment::start))
    });
    for segment in segments.iter().filter(|segment| segment.end() <= cursor.at) {
        files::remove(&folder, segment.number)?;
    }
    let lane = Lane::new((name, destination), folder, counters, segments, cursor.at);
    Ok(Some(Found { lane, cursor }))
}

/// Removes a lane with everything in it.
///
/// # Errors
/// The system's.
pub(super) fn remove(lane: &Lane) -> io::Result<()> {
    match fs::remove_dir_all(&lane.folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
