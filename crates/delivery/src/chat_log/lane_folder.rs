//! A lane's folder: made, found again at the start, removed. Each call blocks.
//!
//! **Invariant:** a folder with a lane's name is whole. It is made under another name and gets its own when all of it
//! is on the disk, and it loses it before anything of it is removed.

use super::counters::LogCounters;
use super::cursor::{Cursor, CursorFiles};
use super::lane::Lane;
use super::lane_name::LaneName;
use super::share::Share;
use super::spool::{Place, files};
use model::Destination;
use serde::{Deserialize, Serialize};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

const DESTINATION: &str = "destination.json";
/// What is being made, and what is being removed.
const UNFINISHED: [&str; 2] = [".new", ".gone"];

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

/// A lane with how far it is delivered.
pub(super) struct Found<L = Lane> {
    pub(super) lane: L,
    pub(super) cursor: Cursor,
    pub(super) files: CursorFiles,
}

/// Makes a lane that there was not.
///
/// # Errors
/// The system's; then nothing is there that has the lane's name.
pub(super) fn create(
    spool: &Path,
    name: LaneName,
    destination: &Destination,
    means: (Arc<LogCounters>, Arc<Share>),
) -> io::Result<Found> {
    let (folder, new) = (spool.join(name.to_string()), unfinished(spool, &name, 0));
    let made = make(&new, destination).and_then(|()| match fs::exists(&folder) {
        Ok(true) => Err(io::ErrorKind::AlreadyExists.into()),
        Ok(false) => fs::rename(&new, &folder).and_then(|()| files::sync_folder(spool)),
        Err(error) => Err(error),
    });
    if let Err(error) = made {
        let _ = fs::remove_dir_all(&new);
        return Err(error);
    }
    let start = Cursor::at(Place { segment: 0, offset: 0, record: 0 });
    let (files, _) = CursorFiles::open(&folder)?;
    let lane = Lane::new((name, destination.clone()), folder, means, Vec::new(), &start);
    Ok(Found { lane, cursor: start, files })
}

fn make(new: &Path, destination: &Destination) -> io::Result<()> {
    files::make_folder(new)?;
    fs::write(new.join(DESTINATION), serde_json::to_vec(&Written::of(destination))?)?;
    fs::File::open(new.join(DESTINATION))?.sync_all()?;
    // The cursor's place on the disk is taken now.
    CursorFiles::open(new)?;
    files::sync_folder(new)
}

fn unfinished(spool: &Path, name: &LaneName, what: usize) -> PathBuf {
    spool.join(format!("{name}{}", UNFINISHED.get(what).copied().unwrap_or_default()))
}

/// The names of the lanes in a spool. What was being made or removed when the server ended is removed.
///
/// # Errors
/// The system's.
pub(super) fn names(spool: &Path) -> io::Result<Vec<LaneName>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(spool)? {
        let entry = entry?;
        let file_name = entry.file_name();
        let Some(text) = file_name.to_str() else { continue };
        let is_unfinished = UNFINISHED
            .iter()
            .any(|end| text.strip_suffix(end).is_some_and(|name| LaneName::parse(name).is_some()));
        if is_unfinished {
            fs::remove_dir_all(entry.path())?;
        }
        names.extend(LaneName::parse(text));
    }
    names.sort_unstable();
    Ok(names)
}

/// Finds a lane again.
///
/// # Errors
/// The system's, and `InvalidData` for a folder that does not say where its lane goes.
pub(super) fn find(spool: &Path, name: LaneName, means: (Arc<LogCounters>, Arc<Share>)) -> io::Result<Found> {
    let folder = spool.join(name.to_string());
    let written: Option<Written> = serde_json::from_slice(&fs::read(folder.join(DESTINATION))?).ok();
    let destination = written.and_then(|written| written.parse()).ok_or(io::ErrorKind::InvalidData)?;
    let segments = files::find(&folder)?;
    let (cursor_files, cursor) = CursorFiles::open(&folder)?;
    let cursor = cursor.unwrap_or_else(|| {
        let start = Place { segment: 0, offset: 0, record: 0 };
        Cursor::at(segments.first().map_or(start, super::spool::Segment::start))
    });
    for segment in segments.iter().filter(|segment| segment.end() <= cursor.at) {
        files::remove(&folder, segment.number)?;
    }
    let lane = Lane::new((name, destination), folder, means, segments, &cursor);
    Ok(Found { lane, cursor, files: cursor_files })
}

/// Removes a lane with everything in it.
///
/// # Errors
/// The system's.
pub(super) fn remove(lane: &Lane) -> io::Result<()> {
    let Some(spool) = lane.folder.parent() else { return Ok(()) };
    let gone = unfinished(spool, &lane.name, 1);
    match fs::rename(&lane.folder, &gone) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        renamed => renamed?,
    }
    files::sync_folder(spool)?;
    fs::remove_dir_all(gone)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means() -> (Arc<LogCounters>, Arc<Share>) {
        (Arc::default(), Arc::new(Share::new(1)))
    }

    #[test]
    fn a_folder_with_a_lane_s_name_is_whole() {
        let spool = tempfile::tempdir().unwrap();
        let name = LaneName::parse("123456789012-AbCdEfGhIjKl-7").unwrap();
        let bucket = Destination::parse_bucket("bucket").unwrap();
        let made = create(spool.path(), name, &bucket, means()).unwrap();
        let again = create(spool.path(), name, &bucket, means()).map(|_| ());
        assert_eq!(again.unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(find(spool.path(), name, means()).unwrap().lane.destination, bucket);
        // What a kill leaves in the middle of either.
        for end in UNFINISHED {
            fs::create_dir(spool.path().join(format!("{name}{end}"))).unwrap();
        }
        fs::create_dir(spool.path().join("mine.gone")).unwrap();
        assert_eq!(names(spool.path()).unwrap(), [name]);
        assert_eq!(fs::read_dir(spool.path()).unwrap().count(), 2, "the lane, and what is none of ours");
        remove(&made.lane).unwrap();
        remove(&made.lane).unwrap();
        assert_eq!(names(spool.path()).unwrap(), []);
        fs::create_dir(spool.path().join(name.to_string())).unwrap();
        assert!(find(spool.path(), name, means()).is_err(), "somebody took its destination away");
    }
}
