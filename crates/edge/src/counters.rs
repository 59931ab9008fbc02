//! What a shard counts: plain numbers of its own, read out when someone asks.

use engine::{PublicationKind, Refusal};

/// Why a connection ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseReason {
    /// The client said goodbye.
    Client,
    /// The client was gone without a word.
    Lost,
    /// A moderator disconnected the user.
    Kicked,
    /// The session had lasted as long as its token allowed.
    Expired,
    /// The client broke the WebSocket protocol.
    Protocol,
    /// The client answered no ping.
    Idle,
    /// The client did not read, and its outbox was full.
    SlowReader,
    /// The client did not read for too long.
    Stalled,
    /// The server let go of it to stop.
    Drained,
    /// It had a place, but no socket ever came.
    Abandoned,
}

impl CloseReason {
    /// How many reasons there are.
    pub const COUNT: usize = 10;

    /// Their labels, in the order of the variants.
    pub const LABELS: [&'static str; Self::COUNT] = [
        "client",
        "lost",
        "kicked",
        "expired",
        "protocol",
        "idle",
        "slow_reader",
        "stalled",
        "drained",
        "abandoned",
    ];
}

/// A shard's numbers; all only grow but `connections` and `outbox_bytes`.
#[derive(Debug, Default, Clone)]
pub struct ShardCounters {
    /// Connections now.
    pub connections: u64,
    /// Bytes kept now for clients that do not read.
    pub outbox_bytes: u64,
    /// Connections that got their socket.
    pub opened: u64,
    /// Connections that ended, by [`CloseReason`].
    pub closed: [u64; CloseReason::COUNT],
    /// Requests, by [`wire::ActionKind`].
    pub requests: [u64; 3],
    /// Requests refused, by [`Refusal::index`].
    pub refused: [u64; Refusal::REASONS.len()],
    /// Publications that came, by [`PublicationKind::index`].
    pub publications: [u64; PublicationKind::ACTIONS.len()],
    /// Frames handed to viewers, by [`PublicationKind::index`].
    pub deliveries: [u64; PublicationKind::ACTIONS.len()],
    /// Passes over the viewers of a room.
    pub passes: u64,
    /// Writes to sockets in passes; fewer than deliveries when passes gather.
    pub writes: u64,
    /// Bytes that sockets took.
    pub bytes_written: u64,
}

impl ShardCounters {
    /// Adds another shard's numbers.
    pub fn add(&mut self, other: &Self) {
        fn all<const N: usize>(mine: &mut [u64; N], theirs: &[u64; N]) {
            mine.iter_mut().zip(theirs).for_each(|(mine, theirs)| *mine += theirs);
        }
        self.connections += other.connections;
        self.outbox_bytes += other.outbox_bytes;
        self.opened += other.opened;
        self.passes += other.passes;
        self.writes += other.writes;
        self.bytes_written += other.bytes_written;
        all(&mut self.closed, &other.closed);
        all(&mut self.requests, &other.requests);
        all(&mut self.refused, &other.refused);
        all(&mut self.publications, &other.publications);
        all(&mut self.deliveries, &other.deliveries);
    }

    pub(crate) fn count<const N: usize>(counters: &mut [u64; N], index: usize, by: u64) {
        if let Some(counter) = counters.get_mut(index) {
            *counter += by;
        }
    }
}
