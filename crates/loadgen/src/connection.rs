//! One guest's connection: where it stands, what it has got and what waits for its socket. Small, because there are
//! tens of thousands of them.

use crate::crowd::Role;
use crate::opening::Opening;
use crate::tally::Account;
use crate::transport::{Transport, is_under_way};
use std::collections::VecDeque;
use std::io::{self, ErrorKind};
use std::time::Duration;
use websocket::Decoder;

/// How many bytes wait for a socket before further frames are turned away.
const BACKLOG_BYTES: usize = 256 * 1024;

pub(crate) struct Connection {
    pub(crate) transport: Transport,
    pub(crate) stage: Stage,
    pub(crate) role: Role,
    pub(crate) room: u32,
    pub(crate) decoder: Decoder,
    /// Absent when messages do not count for it.
    pub(crate) account: Option<Account>,
    backlog: Option<Box<Backlog>>,
}

/// How far a guest has come.
pub(crate) enum Stage {
    Opening { opening: Box<Opening>, began: Duration },
    In,
}

/// What became of a frame.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Handed {
    /// The socket has all of it.
    Written,
    /// The socket will have it later.
    Kept,
    /// Too much waits already: this frame will never be sent.
    TurnedAway,
}

/// What waits for a socket.
#[derive(Default)]
struct Backlog {
    bytes: Vec<u8>,
    /// Where in `bytes` each message ends, and when it was due.
    messages: VecDeque<(usize, Duration)>,
}

impl Backlog {
    /// Forgets what was written. Answers when each message of it was due.
    fn take(&mut self, written: usize) -> Vec<Duration> {
        self.bytes.drain(..written.min(self.bytes.len()));
        let whole = self.messages.partition_point(|(end, _)| *end <= written);
        let messages = self.messages.drain(..whole).map(|(_, due)| due).collect();
        self.messages.iter_mut().for_each(|(end, _)| *end -= written);
        messages
    }
}

impl Connection {
    pub(crate) const fn new(
        transport: Transport,
        role: Role,
        room: u32,
        stage: Stage,
        decoder: Decoder,
    ) -> Self {
        Self { transport, stage, role, room, decoder, account: None, backlog: None }
    }

    pub(crate) const fn is_in(&self) -> bool {
        matches!(self.stage, Stage::In)
    }

    /// Hands a frame to the socket; `due` if it is a message.
    pub(crate) fn hand(&mut self, frame: &[u8], due: Option<Duration>) -> io::Result<Handed> {
        let mut rest = frame;
        if self.backlog.is_none() {
            write(&mut self.transport, &mut rest)?;
            if rest.is_empty() {
                return Ok(Handed::Written);
            }
        }
        let backlog = self.backlog.get_or_insert_default();
        if !backlog.bytes.is_empty() && backlog.bytes.len() + frame.len() > BACKLOG_BYTES {
            return Ok(Handed::TurnedAway);
        }
        backlog.bytes.extend_from_slice(rest);
        backlog.messages.extend(due.map(|due| (backlog.bytes.len(), due)));
        Ok(Handed::Kept)
    }

    /// Writes what waits. Answers when each message of which the socket now has all was due.
    pub(crate) fn flush(&mut self) -> io::Result<Vec<Duration>> {
        self.transport.flush()?;
        let Some(backlog) = &mut self.backlog else { return Ok(Vec::new()) };
        let mut rest = &*backlog.bytes;
        write(&mut self.transport, &mut rest)?;
        let taken = backlog.take(backlog.bytes.len() - rest.len());
        if backlog.bytes.is_empty() {
            self.backlog = None;
        }
        Ok(taken)
    }

    /// How many messages wait.
    pub(crate) fn waiting_messages(&self) -> usize {
        self.backlog.as_ref().map_or(0, |backlog| backlog.messages.len())
    }
}

/// Writes as much as the socket takes.
fn write(transport: &mut Transport, bytes: &mut &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match transport.write(bytes) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(taken) => *bytes = bytes.get(taken..).unwrap_or_default(),
            Err(error) if is_under_way(&error) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

impl Stage {
    /// Writes what is left of the request. `Err` when the connection could not be made.
    pub(crate) fn ask(&mut self, transport: &mut Transport) -> io::Result<()> {
        let Self::Opening { opening, .. } = self else { return Ok(()) };
        if let Some(error) = transport.connect_error() {
            return Err(error);
        }
        transport.flush()?;
        let mut rest = opening.request.get(opening.written..).unwrap_or_default();
        write(transport, &mut rest)?;
        opening.written = opening.request.len() - rest.len();
        Ok(())
    }
}
