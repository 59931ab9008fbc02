//! A file that grows by whole lines, and is renamed when it is large.
//!
//! **Invariant:** whoever changes a stream's file holds its lock and has looked that it still has its name; so neither
//! rotation nor tidying takes a file from under somebody who writes.

use super::path::rotated;
use super::{folder, folder_of};
use crate::chat_log::sink::key::second_stamp;
use model::Timestamp;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;

/// How often a file may be taken away between opening and locking it.
const MOST_TRIES: u32 = 16;
/// How many files may be rotated in one second.
const MOST_IN_A_SECOND: u32 = 1_000;
const BLOCK: usize = 64 * 1024;

/// When a file is renamed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rotation {
    /// Past so many bytes.
    pub(super) bytes: u64,
    pub(super) now: Timestamp,
}

/// Appends lines, all or none of them, and has the disk keep them.
pub(super) fn append(path: &Path, lines: &[u8], rotation: Rotation) -> io::Result<()> {
    append_with(path, lines, rotation, |mut file, lines| file.write_all(lines))
}

fn append_with(
    path: &Path,
    lines: &[u8],
    rotation: Rotation,
    write: impl Fn(&File, &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    for _ in 0..MOST_TRIES {
        folder::make(folder_of(path))?;
        let file = OpenOptions::new().read(true).append(true).create(true).mode(0o600).open(path)?;
        file.lock()?;
        if !has_its_name(&file, path) {
            continue;
        }
        let length = cut_torn_line(&file)?;
        if length >= rotation.bytes {
            rotate(path, rotation.now)?;
            continue;
        }
        let written = write(&file, lines).and_then(|()| file.sync_data());
        if written.is_err() {
            // Should this fail as well, the next append cuts the torn line.
            let _ = file.set_len(length);
        }
        written?;
        return if length == 0 { folder::sync(folder_of(path)) } else { Ok(()) };
    }
    Err(io::ErrorKind::ResourceBusy.into())
}

/// Whether a path still leads to this file.
pub(super) fn has_its_name(file: &File, path: &Path) -> bool {
    let (Ok(file), Ok(named)) = (file.metadata(), fs::symlink_metadata(path)) else { return false };
    (file.dev(), file.ino()) == (named.dev(), named.ino())
}

/// Cuts what stands after the last line's end: a crash left it, and it will be delivered again. Gives the length.
fn cut_torn_line(file: &File) -> io::Result<u64> {
    let whole = whole_length(file)?;
    if whole < file.metadata()?.len() {
        file.set_len(whole)?;
    }
    Ok(whole)
}

/// How long a file is up to its last line's end.
pub(super) fn whole_length(file: &File) -> io::Result<u64> {
    let length = file.metadata()?.len();
    let mut whole = length;
    let mut block = vec![0; BLOCK];
    while whole > 0 {
        let from = if whole == length { length - 1 } else { whole.saturating_sub(BLOCK as u64) };
        let size = usize::try_from(whole - from).unwrap_or(BLOCK).min(BLOCK);
        let Some(part) = block.get_mut(..size) else { break };
        file.read_exact_at(part, from)?;
        let end = part.iter().rposition(|byte| *byte == b'\n');
        whole = from + end.map_or(0, |end| end as u64 + 1);
        if end.is_some() {
            break;
        }
    }
    Ok(whole)
}

fn rotate(path: &Path, now: Timestamp) -> io::Result<()> {
    let stamp = second_stamp(now);
    let free = (0..MOST_IN_A_SECOND).map(|n| rotated(path, &stamp, n)).find(|path| !path.exists());
    fs::rename(path, free.ok_or(io::ErrorKind::ResourceBusy)?)?;
    folder::sync(folder_of(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rotation(bytes: u64) -> Rotation {
        Rotation { bytes, now: "2026-11-21T16:40:11Z".parse().unwrap() }
    }

    #[test]
    fn a_torn_line_is_cut_before_the_next_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.ndjson");
        append(&path, b"one\n", rotation(1 << 20)).unwrap();
        for torn in ["x".to_owned(), "x".repeat(BLOCK), "x".repeat(3 * BLOCK + 1)] {
            OpenOptions::new().append(true).open(&path).unwrap().write_all(torn.as_bytes()).unwrap();
            append(&path, b"two\n", rotation(1 << 20)).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
            fs::write(&path, "one\n").unwrap();
        }
        fs::write(&path, "no line's end").unwrap();
        append(&path, b"two\n", rotation(1 << 20)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two\n");
    }

    #[test]
    fn what_does_not_fit_on_the_disk_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.ndjson");
        append(&path, b"one\n", rotation(1 << 20)).unwrap();
        let half = |mut file: &File, lines: &[u8]| {
            file.write_all(&lines[..lines.len() / 2])?;
            Err(io::ErrorKind::StorageFull.into())
        };
        let error = append_with(&path, b"two\nthree\n", rotation(1 << 20), half).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\n");
        append(&path, b"two\n", rotation(1 << 20)).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one\ntwo\n");
    }

    #[test]
    fn a_large_file_is_renamed_and_a_new_one_begun() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("b.ndjson");
        for line in ["1\n", "2\n", "3\n", "4\n", "5\n"] {
            append(&path, line.as_bytes(), rotation(4)).unwrap();
        }
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read("b.20261121T164011Z-0.ndjson"), "1\n2\n");
        assert_eq!(read("b.20261121T164011Z-1.ndjson"), "3\n4\n");
        assert_eq!(read("b.ndjson"), "5\n");
    }

    #[test]
    fn writers_at_once_neither_lose_nor_tear_a_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = &folder.path().join("b.ndjson");
        std::thread::scope(|scope| {
            for writer in 0..4 {
                scope.spawn(move || {
                    for n in 0..20 {
                        append(path, format!("{writer}-{n}\n").as_bytes(), rotation(64)).unwrap();
                    }
                });
            }
        });
        let files = fs::read_dir(folder.path()).unwrap();
        let texts = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
        let mut lines: Vec<String> =
            texts.flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>()).collect();
        lines.sort();
        let mut expected: Vec<String> =
            (0..4).flat_map(|writer| (0..20).map(move |n| format!("{writer}-{n}"))).collect();
        expected.sort();
        assert_eq!(lines, expected);
    }
}
