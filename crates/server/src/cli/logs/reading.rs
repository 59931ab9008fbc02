//! From the files of a room to its records, for one run of a command. Knows no way to show them.

use super::LogsError;
use super::in_order::InOrder;
use super::merge::Merge;
use super::notices::Notices;
use super::pattern::Pattern;
use super::record::Record;
use super::screen::Screen;
use super::seen::Seen;
use super::when::Window;
use crate::cli::error::CliError;
use delivery::{FoundFiles, LogFile, RoomFiles, WhichRoom};
use model::Id;
use std::io;
use std::path::PathBuf;

/// One run over the files of a room.
pub(super) struct Reading {
    pub(super) window: Window,
    pub(super) notices: Notices,
    room: Id,
    folder: PathBuf,
    files: RoomFiles,
}

impl Reading {
    /// Looks at nothing yet.
    pub(super) fn new(folder: PathBuf, room: WhichRoom, window: Window) -> Self {
        let (id, files) = (room.id, RoomFiles::new(folder.clone(), room));
        Self { window, notices: Notices::default(), room: id, folder, files }
    }

    /// Prints every record.
    pub(super) fn print(mut self, mut screen: Screen) -> Result<(), CliError> {
        let chains = self.existing()?;
        let mut seen = Seen::default();
        for record in records(&chains, self.window, &mut seen, &mut self.notices) {
            screen.show(&record)?;
        }
        screen.flush()?;
        Ok(self.notices.end()?)
    }

    /// Prints the records that have the pattern.
    pub(super) fn print_matching(mut self, pattern: &Pattern, mut screen: Screen) -> Result<(), CliError> {
        let chains = self.existing()?;
        let (mut seen, mut is_found) = (Seen::default(), false);
        let records = records(&chains, self.window, &mut seen, &mut self.notices);
        for record in records.filter(|record| pattern.is_in(record)) {
            screen.show(&record)?;
            is_found = true;
        }
        screen.flush()?;
        self.notices.end()?;
        if is_found { Ok(()) } else { Err(LogsError::NoMatch { room: self.room }.into()) }
    }

    /// The files that there are.
    pub(super) fn existing(&mut self) -> Result<Vec<Vec<LogFile>>, LogsError> {
        let found = self.find().map_err(|cause| self.unreadable(cause))?;
        self.notices.tell_unfinished(&found);
        if found.chains.is_empty() { Err(self.nothing()) } else { Ok(found.chains) }
    }

    /// The files that there are to begin with: none is no error, and neither is no folder.
    pub(super) fn existing_or_not_yet(&mut self) -> Result<Vec<Vec<LogFile>>, LogsError> {
        let found = self.added()?;
        if found.is_empty() {
            crate::cli::complain(&format!("{}; waiting for them", self.nothing()));
        }
        Ok(found)
    }

    /// The files that were added, and what was added to others.
    pub(super) fn added(&mut self) -> Result<Vec<Vec<LogFile>>, LogsError> {
        match self.find() {
            Ok(found) => Ok(found.chains),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(cause) => Err(self.unreadable(cause)),
        }
    }

    fn find(&mut self) -> io::Result<FoundFiles> {
        let found = self.files.find()?;
        self.notices.tell_unreadable(&found);
        Ok(found)
    }

    fn nothing(&self) -> LogsError {
        LogsError::NoFiles { room: self.room, folder: self.folder.clone() }
    }

    fn unreadable(&self, cause: io::Error) -> LogsError {
        LogsError::Folder { folder: self.folder.clone(), cause }
    }
}

/// The records of files that a window holds, in order, each once.
pub(super) fn records<'a>(
    chains: &[Vec<LogFile>],
    window: Window,
    seen: &'a mut Seen,
    notices: &'a mut Notices,
) -> impl Iterator<Item = Record> + use<'a> {
    let chains = chains.iter().map(|chain| {
        let files = chain.iter().filter(|file| window.may_hold(file));
        files.cloned().collect()
    });
    let records = Merge::new(chains, notices).filter(move |record| window.holds(record.at));
    InOrder::new(records, seen)
}
