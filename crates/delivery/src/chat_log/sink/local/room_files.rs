//! The local files that hold what one room said, found again and again while the server writes them.
//!
//! **Invariant:** nothing is locked, made or changed: a server does not notice it.

use super::append::whole_length;
use super::log_file::{Content, LogFile};
use super::object::is_temporary;
use super::path::{self, BUCKETS, ENDING, GROUPS};
use crate::chat_log::sink::key;
use model::{AccountId, Id, Region, Timestamp};
use std::collections::{HashMap, HashSet};
use std::fs::{self, File, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// More folders in each other than a log group's name has characters are none of ours.
const MAX_DEPTH: usize = 1_024;

/// Which room is meant.
#[derive(Debug, Clone)]
pub struct WhichRoom {
    /// Its id.
    pub id: Id,
    /// Its account; any without it.
    pub account: Option<AccountId>,
    /// Its region, where files tell regions apart; any without it.
    pub region: Option<Region>,
}

/// The files of a room, of buckets and of log groups. Those of delivery streams do not tell rooms apart.
#[derive(Debug)]
pub struct RoomFiles {
    folder: PathBuf,
    room: WhichRoom,
    objects: HashSet<PathBuf>,
    /// How far files that grow have been found, each by its device and number there.
    lengths: HashMap<(u64, u64), u64>,
}

/// What was found.
#[derive(Debug, Default)]
pub struct FoundFiles {
    /// Files whose lines follow one another: a stream with those that were rotated, oldest first, or one object.
    pub chains: Vec<Vec<LogFile>>,
    /// Files on their way to their names.
    pub temporary: Vec<PathBuf>,
    /// Files whose last line has no end yet. That line is in no chain.
    pub torn: Vec<PathBuf>,
    /// What could not be looked at.
    pub unreadable: Vec<(PathBuf, io::Error)>,
}

impl RoomFiles {
    /// The files under `folder`, which lie in a folder for each account.
    #[must_use]
    pub fn new(folder: PathBuf, room: WhichRoom) -> Self {
        Self { folder, room, objects: HashSet::new(), lengths: HashMap::new() }
    }

    /// What is there that was not there when this was last called. It waits for the disk.
    ///
    /// # Errors
    /// The folder cannot be read. What is wrong below it is in [`FoundFiles`].
    pub fn find(&mut self) -> io::Result<FoundFiles> {
        let mut found = FoundFiles::default();
        let mut accounts = Vec::new();
        for entry in fs::read_dir(&self.folder)? {
            let account = entry?.file_name().to_str().and_then(|name| AccountId::parse(name).ok());
            accounts.extend(account.filter(|it| self.room.account.is_none_or(|account| account == *it)));
        }
        accounts.sort_unstable();
        for account in accounts {
            let folder = path::account(&self.folder, account);
            self.find_objects(account, &folder.join(BUCKETS), 0, &mut found);
            self.find_streams(&folder.join(GROUPS), 0, &mut found);
        }
        Ok(found)
    }

    fn find_objects(&mut self, account: AccountId, folder: &Path, depth: usize, found: &mut FoundFiles) {
        for bucket in found.list(folder).folders {
            if path::is_continued(&bucket) && depth < MAX_DEPTH {
                self.find_objects(account, &folder.join(bucket), depth + 1, found);
                continue;
            }
            let objects = folder.join(bucket).join(key::objects(account));
            let regions = match &self.room.region {
                Some(region) => vec![region.to_string()],
                None => found.list(&objects).folders,
            };
            for region in regions {
                let room = objects.join(region).join(key::room_name(self.room.id));
                self.find_objects_of_room(room, found);
            }
        }
    }

    fn find_objects_of_room(&mut self, room: PathBuf, found: &mut FoundFiles) {
        // Year, month, day, hour.
        const DEPTH: usize = 4;
        let mut folders = vec![(room, 0)];
        while let Some((folder, depth)) = folders.pop() {
            let listed = found.list(&folder);
            if depth < DEPTH {
                folders.extend(listed.folders.iter().map(|name| (folder.join(name), depth + 1)));
            }
            for name in listed.files {
                let path = folder.join(&name);
                if is_temporary(&name) {
                    found.temporary.push(path);
                } else if name.ends_with(key::OBJECT_ENDING) && self.objects.insert(path.clone()) {
                    let changed_at = fs::metadata(&path).ok().as_ref().and_then(changed_at);
                    let begins_at = key::minute_of(&name);
                    found.chains.push(vec![LogFile { path, begins_at, changed_at, content: Content::Gzip }]);
                }
            }
        }
    }

    fn find_streams(&mut self, folder: &Path, depth: usize, found: &mut FoundFiles) {
        // The file that grows is opened before the others are listed: if it is renamed between the two, it is listed as
        // well, but none is missed.
        let is_of_streams = path::is_of_streams(folder);
        let growing = if is_of_streams { self.growing(folder, found) } else { None };
        let listed = found.list(folder);
        if is_of_streams {
            self.add_stream(folder, &listed.files, growing, found);
        }
        if depth < MAX_DEPTH {
            for name in listed.folders {
                self.find_streams(&folder.join(name), depth + 1, found);
            }
        }
    }

    fn growing(&self, folder: &Path, found: &mut FoundFiles) -> Option<(PathBuf, File, Metadata)> {
        let path = folder.join(path::room_stream(self.room.id));
        // Opening what is no file could wait for ever.
        if !fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file()) {
            return None;
        }
        let opened = File::open(&path).and_then(|file| Ok((file.metadata()?, file)));
        match opened {
            Ok((metadata, file)) => Some((path, file, metadata)),
            Err(error) => {
                found.failed(path, error);
                None
            }
        }
    }

    fn add_stream(
        &mut self,
        folder: &Path,
        files: &[String],
        growing: Option<(PathBuf, File, Metadata)>,
        found: &mut FoundFiles,
    ) {
        let mut chain = Vec::new();
        for name in rotated_of(&key::room_name(self.room.id), files) {
            let path = folder.join(name);
            let is_growing = |metadata: &Metadata| {
                growing.as_ref().is_some_and(|(_, _, growing)| number(growing) == number(metadata))
            };
            match fs::metadata(&path) {
                Ok(metadata) if is_growing(&metadata) => {}
                Ok(metadata) => chain.extend(self.grown(path, &metadata, metadata.len(), None)),
                Err(error) => found.failed(path, error),
            }
        }
        if let Some((path, file, metadata)) = growing {
            match whole_length(&file) {
                Ok(whole) => {
                    if whole < metadata.len() {
                        found.torn.push(path.clone());
                    }
                    chain.extend(self.grown(path, &metadata, whole, Some(file)));
                }
                Err(error) => found.failed(path, error),
            }
        }
        if !chain.is_empty() {
            found.chains.push(chain);
        }
    }

    /// What a file has more than when it was last found.
    fn grown(&mut self, path: PathBuf, metadata: &Metadata, to: u64, open: Option<File>) -> Option<LogFile> {
        let known = self.lengths.insert(number(metadata), to).unwrap_or(0);
        // A write that failed half-way is taken back: a file may have become shorter.
        let from = known.min(to);
        let content = Content::Bytes { from, to, open: open.map(Arc::new) };
        let changed_at = changed_at(metadata);
        (from < to).then_some(LogFile { path, begins_at: None, changed_at, content })
    }
}

/// Names in a folder, in order.
#[derive(Default)]
struct Listed {
    folders: Vec<String>,
    files: Vec<String>,
}

impl FoundFiles {
    fn list(&mut self, folder: &Path) -> Listed {
        let listed = list(folder);
        listed.unwrap_or_else(|error| {
            self.failed(folder.to_owned(), error);
            Listed::default()
        })
    }

    fn failed(&mut self, path: PathBuf, error: io::Error) {
        // It was never there, or was removed meanwhile.
        if error.kind() != io::ErrorKind::NotFound {
            self.unreadable.push((path, error));
        }
    }
}

/// Names that are no text are none of ours, nor are links.
fn list(folder: &Path) -> io::Result<Listed> {
    let mut listed = Listed::default();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let kind = entry.file_type()?;
        if kind.is_dir() {
            listed.folders.push(name);
        } else if kind.is_file() {
            listed.files.push(name);
        }
    }
    listed.folders.sort_unstable();
    listed.files.sort_unstable();
    Ok(listed)
}

/// The files that a stream's was renamed to, oldest first.
fn rotated_of<'a>(stream: &str, files: &'a [String]) -> Vec<&'a str> {
    let rotated = files.iter().filter_map(|name| {
        let (of, stamp, n) = path::rotation(name.strip_suffix(ENDING)?)?;
        (of == stream).then_some((stamp, n, name.as_str()))
    });
    let mut rotated: Vec<_> = rotated.collect();
    rotated.sort_unstable();
    rotated.into_iter().map(|(_, _, name)| name).collect()
}

fn number(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

fn changed_at(metadata: &Metadata) -> Option<Timestamp> {
    Timestamp::try_from(metadata.modified().ok()?).ok()
}
