//! A lane's segments as files of a folder: found at the start, appended to, read, removed. Each call blocks.
//!
//! **Invariant:** what an append has answered is on the disk; what it has not answered is cut off before anything else
//! is written behind it.

use super::place::{Place, Segment};
use super::segment::{self, BODY_BYTES_MAX, Decoded, RecordView};
use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const EXTENSION: &str = "seg";
/// How much is read at once where records follow each other.
const CHUNK_BYTES: usize = 256 * 1024;
/// How much is read at once where one record stands alone; most are smaller.
const RECORD_BYTES: usize = 2 * 1024;

/// Makes the folder, and those above it; only we may look into it.
pub(crate) fn make_folder(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Makes what was done in a folder last: files that were made, renamed and removed.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

pub(crate) fn path(folder: &Path, number: u64) -> PathBuf {
    // As many digits as a number can have, so that names are in the order of numbers.
    folder.join(format!("{number:020}.{EXTENSION}"))
}

/// Removes a segment; one that is gone already is no error.
pub(crate) fn remove(folder: &Path, number: u64) -> io::Result<()> {
    match fs::remove_file(path(folder, number)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

/// Finds the segments of a folder, oldest first. What a crash left at the end of the last one is cut off. What is no
/// segment is passed over.
pub(crate) fn find(folder: &Path) -> io::Result<Vec<Segment>> {
    let mut numbers: Vec<u64> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let number = name
            .to_str()
            .and_then(|name| name.strip_suffix(EXTENSION)?.strip_suffix('.')?.parse::<u64>().ok());
        numbers.extend(number);
    }
    numbers.sort_unstable();
    let mut found: Vec<Segment> = Vec::new();
    for number in numbers {
        let path = path(folder, number);
        let Some(first_record) = read_header(&path)? else {
            // A crash before the header was on the disk, or no file of ours: nothing can be read of it.
            fs::remove_file(&path)?;
            continue;
        };
        if let Some(before) = found.last_mut() {
            before.records = first_record.saturating_sub(before.first_record);
        }
        found.push(Segment { number, first_record, records: 0, bytes: fs::metadata(&path)?.len() });
    }
    if let Some(last) = found.last_mut() {
        *last = cut(&path(folder, last.number), *last)?;
    }
    Ok(found)
}

fn read_header(path: &Path) -> io::Result<Option<u64>> {
    let mut header = [0; segment::HEADER_BYTES];
    match File::open(path)?.read_exact_at(&mut header, 0) {
        Ok(()) => Ok(segment::parse_header(&header)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// Counts the records of the last segment, and cuts off what is none.
fn cut(path: &Path, segment: Segment) -> io::Result<Segment> {
    let file = OpenOptions::new().read(true).write(true).open(path)?;
    let (mut at, mut reader) = (segment.start(), Reader::default());
    while let Read::Records(next) = reader.scan_file(&file, at, segment.bytes, &mut |_, _, _| {})? {
        at = next;
    }
    if at.offset < segment.bytes {
        file.set_len(at.offset)?;
        file.sync_all()?;
    }
    Ok(Segment { records: at.record - segment.first_record, bytes: at.offset, ..segment })
}

/// The segment that is written on.
#[derive(Debug)]
pub(crate) struct Appender {
    file: File,
    segment: Segment,
}

impl Appender {
    /// Begins a segment.
    pub(crate) fn create(folder: &Path, number: u64, first_record: u64) -> io::Result<Self> {
        let path = path(folder, number);
        let begun = Self::begin(folder, &path, first_record);
        if begun.is_err() {
            // What is left of it would be in the way, and a disk that is full needs every block.
            let _ = fs::remove_file(&path);
        }
        let bytes = segment::HEADER_BYTES as u64;
        Ok(Self { file: begun?, segment: Segment { number, first_record, records: 0, bytes } })
    }

    fn begin(folder: &Path, path: &Path, first_record: u64) -> io::Result<File> {
        let options = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).clone();
        let file = options.open(path)?;
        file.write_all_at(&segment::header(first_record), 0)?;
        file.sync_all()?;
        sync_folder(folder)?;
        Ok(file)
    }

    /// Goes on with a segment that was found.
    pub(crate) fn resume(folder: &Path, segment: Segment) -> io::Result<Self> {
        Ok(Self { file: OpenOptions::new().write(true).open(path(folder, segment.number))?, segment })
    }

    /// What is on the disk for sure.
    pub(crate) const fn segment(&self) -> Segment {
        self.segment
    }

    /// Appends so many encoded records; they are on the disk when this answers.
    ///
    /// # Errors
    /// The system's. Nothing was appended then.
    pub(crate) fn append(&mut self, records: &[u8], count: u64) -> io::Result<Segment> {
        let written =
            self.file.write_all_at(records, self.segment.bytes).and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            // Also for a reader after a crash: half a record must not be taken for a whole one's beginning.
            let _ = self.file.set_len(self.segment.bytes);
            return Err(error);
        }
        self.segment.bytes += records.len() as u64;
        self.segment.records += count;
        Ok(self.segment)
    }
}

/// What a scan came upon.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Read {
    /// Records, up to here.
    Records(Place),
    /// The end.
    End,
    /// Something that is no record.
    Damage,
}

/// Reads records, of one segment after the other. Keeps its buffer.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    open: Option<(u64, Arc<File>)>,
    buffer: Vec<u8>,
}

impl Reader {
    /// Reads some records from `at` on, not beyond `end`, a length of the segment; each is shown with where it begins
    /// and ends.
    ///
    /// # Errors
    /// The system's; `NotFound` where the segment was removed.
    pub(crate) fn scan(
        &mut self,
        folder: &Path,
        at: Place,
        end: u64,
        show: &mut dyn FnMut(Place, Place, RecordView<'_>),
    ) -> io::Result<Read> {
        let file = self.open(folder, at.segment)?;
        self.scan_file(&file, at, end, show)
    }

    /// The record at this place of a segment; none if there is none.
    ///
    /// # Errors
    /// The system's; `NotFound` where the segment was removed.
    pub(crate) fn record(
        &mut self,
        folder: &Path,
        segment: u64,
        offset: u64,
    ) -> io::Result<Option<RecordView<'_>>> {
        let file = self.open(folder, segment)?;
        self.fill(&file, offset, RECORD_BYTES)?;
        if matches!(segment::decode(&self.buffer), Decoded::Incomplete) {
            self.fill(&file, offset, BODY_BYTES_MAX + RECORD_BYTES)?;
        }
        match segment::decode(&self.buffer) {
            Decoded::Record(record, _) => Ok(Some(record)),
            Decoded::Incomplete | Decoded::Damaged => Ok(None),
        }
    }

    fn scan_file(
        &mut self,
        file: &File,
        at: Place,
        end: u64,
        show: &mut dyn FnMut(Place, Place, RecordView<'_>),
    ) -> io::Result<Read> {
        let left = usize::try_from(end.saturating_sub(at.offset)).unwrap_or(usize::MAX);
        if left == 0 {
            return Ok(Read::End);
        }
        self.fill(file, at.offset, left.min(CHUNK_BYTES))?;
        if left > CHUNK_BYTES && matches!(segment::decode(&self.buffer), Decoded::Incomplete) {
            self.fill(file, at.offset, left.min(BODY_BYTES_MAX + CHUNK_BYTES))?;
        }
        let (mut place, mut rest) = (at, self.buffer.as_slice());
        while let Decoded::Record(record, taken) = segment::decode(rest) {
            let next = Place { offset: place.offset + taken as u64, record: place.record + 1, ..place };
            show(place, next, record);
            place = next;
            rest = rest.get(taken..).unwrap_or_default();
        }
        Ok(if place == at { Read::Damage } else { Read::Records(place) })
    }

    /// Fills the buffer with at most `most` bytes from `offset` on.
    fn fill(&mut self, file: &File, offset: u64, most: usize) -> io::Result<()> {
        self.buffer.resize(most, 0);
        let mut filled = 0;
        while let Some(room) = self.buffer.get_mut(filled..).filter(|room| !room.is_empty()) {
            match file.read_at(room, offset + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        self.buffer.truncate(filled);
        Ok(())
    }

    fn open(&mut self, folder: &Path, number: u64) -> io::Result<Arc<File>> {
        if let Some((open, file)) = &self.open
            && *open == number
        {
            return Ok(Arc::clone(file));
        }
        let file = Arc::new(File::open(path(folder, number))?);
        self.open = Some((number, Arc::clone(&file)));
        Ok(file)
    }
}

#[cfg(test)]
mod tests;
