//! Why nothing could be measured: one sentence each, with what to do.

use super::digits::grouped;
use std::io;
use std::path::PathBuf;

/// Why nothing could be measured.
#[derive(Debug, thiserror::Error)]
pub(in crate::cli) enum BenchError {
    /// More senders than viewers.
    #[error(
        "{rate} messages a second need {senders} viewers that send, as a connection may send 10 a second (AWS's \
         quota), and the smallest room has {viewers}: take more viewers or a lower rate"
    )]
    TooFewViewers {
        /// Messages a second in a room.
        rate: f64,
        /// Senders that it needs.
        senders: u32,
        /// Viewers of the smallest room.
        viewers: u32,
    },
    /// More rooms than viewers.
    #[error("{rooms} rooms need at least as many viewers, and there are {viewers}")]
    EmptyRooms {
        /// Rooms.
        rooms: u32,
        /// Viewers of all of them.
        viewers: u32,
    },
    /// `RLIMIT_NOFILE`.
    #[error(
        "this needs {} file descriptors, and the limit on open files (RLIMIT_NOFILE) is {}: raise it with `ulimit -n \
         {needed}` (or LimitNOFILE={needed} in a systemd unit, or nofile in /etc/security/limits.conf), or take fewer \
         viewers",
        grouped(*needed), grouped(*limit)
    )]
    Descriptors {
        /// How many it takes.
        needed: u64,
        /// How many there may be.
        limit: u64,
    },
    /// A file for the results.
    #[error("cannot write {}: {cause}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
    /// The chart.
    #[error("cannot draw the chart: {0}")]
    Chart(String),
    /// The own server.
    #[error("cannot start a server to measure: {0}")]
    OwnServer(String),
    /// Our own handler and a server elsewhere.
    #[error("a server elsewhere needs --handler: the ARN of a review handler that its review file names")]
    HandlerElsewhere,
    /// A handler and a server of our own.
    #[error(
        "the server that is started does not know {0}: give it a --review-file, or name another with --endpoint"
    )]
    NoReviewFile(String),
    /// The own handler.
    #[error("cannot start a review handler: {0}")]
    OwnHandler(io::Error),
    /// The own server is gone.
    #[error("the server ended while it was measured: {0}")]
    ServerEnded(String),
    /// The messaging endpoint's name or certificate store.
    #[error("cannot connect to {endpoint}: {cause}")]
    Endpoint {
        /// The messaging endpoint.
        endpoint: String,
        /// What is missing.
        cause: String,
    },
    /// The crowd's threads.
    #[error("cannot start the crowd: {0}")]
    Crowd(io::Error),
    /// No guest got in.
    #[error("nobody got in; the first refusal: {0}")]
    NobodyConnected(String),
    /// Tokens for a storm.
    #[error(
        "the server made {made} of {wanted} chat tokens in {seconds} s, and a token lives one minute: it makes them \
         too slowly for a storm of that size; take fewer viewers"
    )]
    TokensTooSlow {
        /// Tokens that were made.
        made: usize,
        /// Tokens that the storm needs.
        wanted: usize,
        /// The time it took.
        seconds: u64,
    },
    /// `--pin`
    #[error("cannot pin threads to cores: {0}")]
    Pin(String),
    /// A second Ctrl-C.
    #[error("a second signal: ended at once{0}; to see the report, send one only")]
    CutShort(&'static str),
}
