//! Records of many files, the earliest first. Only the files are open that have a record of that time.

use super::line::Line;
use super::notices::Notices;
use super::record::Record;
use delivery::LogFile;
use model::Timestamp;
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::io::{self, BufRead};
use std::path::PathBuf;

/// Records of all chains of files, in order as far as each chain keeps it.
pub(super) struct Merge<'a> {
    chains: Vec<Chain>,
    /// The time of each chain's next record, or one that none of its records is before.
    next: BinaryHeap<Reverse<(Timestamp, usize)>>,
    notices: &'a mut Notices,
}

/// Files whose records follow one another.
struct Chain {
    files: VecDeque<LogFile>,
    open: Option<(PathBuf, Box<dyn BufRead>)>,
    next: Option<Record>,
}

impl<'a> Merge<'a> {
    /// Of chains of files. Opens none yet.
    pub(super) fn new(chains: impl Iterator<Item = VecDeque<LogFile>>, notices: &'a mut Notices) -> Self {
        let chains: Vec<_> = chains.map(|files| Chain { files, open: None, next: None }).collect();
        let begins_at = |chain: &Chain| chain.files.front().and_then(LogFile::begins_at);
        let first = |(index, chain)| Reverse((begins_at(chain).unwrap_or(Timestamp::MIN), index));
        let next = chains.iter().enumerate().map(first).collect();
        Self { chains, next, notices }
    }
}

impl Iterator for Merge<'_> {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        loop {
            let Reverse((_, index)) = self.next.pop()?;
            let chain = self.chains.get_mut(index)?;
            let record = chain.next.take();
            chain.advance(self.notices);
            if let Some(next) = &chain.next {
                self.next.push(Reverse((next.at, index)));
            }
            if record.is_some() {
                return record;
            }
        }
    }
}

impl Chain {
    /// Reads on to the next record, if there is one.
    fn advance(&mut self, notices: &mut Notices) {
        while self.next.is_none() {
            let Some((path, reader)) = &mut self.open else {
                let Some(file) = self.files.pop_front() else { return };
                match file.open() {
                    Ok(reader) => self.open = Some((file.path().to_owned(), reader)),
                    // It was old, and the server removed it meanwhile.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => notices.miss(file.path(), &format!("cannot be read ({error})")),
                }
                continue;
            };
            match Line::read(reader.as_mut()) {
                Ok(Line::Whole(line)) => {
                    self.next = Record::parse(line);
                    if self.next.is_none() {
                        notices.miss(path, "a line in it is no record and was left out");
                    }
                }
                Ok(Line::TooLong) => notices.miss(path, "a line in it is too long and was left out"),
                Ok(Line::Torn) => notices.miss(path, "its last line is not whole and was left out"),
                Ok(Line::End) => self.open = None,
                Err(error) => {
                    notices.miss(path, &format!("is damaged and was read up to there ({error})"));
                    self.open = None;
                }
            }
        }
    }
}
