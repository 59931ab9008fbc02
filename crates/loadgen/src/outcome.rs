//! What a crowd saw, added up over its threads.

use hdrhistogram::Histogram;
use std::time::Duration;

/// Everything that a crowd saw from its start to its end.
#[derive(Debug, Clone, Default)]
pub struct Outcome {
    /// How its guests got in.
    pub connects: Connects,
    /// What was sent and received, by group.
    pub groups: Vec<GroupOutcome>,
    /// How hard the crowd itself worked.
    pub effort: Effort,
}

/// How guests got in.
#[derive(Debug, Clone)]
pub struct Connects {
    /// Handshakes that were answered with 101.
    pub connected: u64,
    /// Handshakes that failed.
    pub failed: u64,
    /// Why the first of them failed.
    pub first_failure: Option<String>,
    /// Connections that the server ended, or that broke, and not because of [`crate::Crowd::scatter`] or the end.
    pub closed: u64,
    /// Those of them whose guest was a stalled one.
    pub closed_stalled: u64,
    /// From the first `connect` to the last answered handshake, breaks between [`crate::Crowd::scatter`] and the next
    /// guest left out.
    pub lasting: Duration,
    /// From `connect` to the answered handshake, in microseconds.
    pub handshake_us: Histogram<u64>,
}

/// One group's messages.
#[derive(Debug, Clone)]
pub struct GroupOutcome {
    /// Messages sent.
    pub sent: u64,
    /// Messages that the server answered with an error, and the first such answer.
    pub refused: u64,
    /// The first refusal, as the server wrote it.
    pub first_refusal: Option<String>,
    /// Deliveries that there should have been: for each message that was not refused, one for each viewer that was in
    /// its room when sending began, has not left and is not stalled.
    pub expected: u64,
    /// Deliveries, those to viewers that came in after sending began included.
    pub delivered: u64,
    /// Deliveries missing.
    pub lost: u64,
    /// Deliveries that a viewer had more than once.
    pub doubled: u64,
    /// Viewers that saw all messages of their room, but in another order than most of the others.
    pub disordered: u64,
    /// From when the message was due until its frame was read, in microseconds.
    pub latency_us: Histogram<u64>,
    /// The same over time; without the intervals in which nothing came.
    pub timeline: Vec<Interval>,
}

/// A stretch of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// Its beginning, from when sending began.
    pub at: Duration,
    /// Deliveries in it.
    pub delivered: u64,
    /// Median latency in microseconds.
    pub p50_us: u64,
    /// 99th percentile in microseconds.
    pub p99_us: u64,
    /// The worst in microseconds.
    pub max_us: u64,
}

/// How hard the crowd worked: whether it, and not the server, was the limit.
#[derive(Debug, Clone)]
pub struct Effort {
    /// The share of the time while messages were sent that the busiest thread computed, 0 to 1.
    pub busiest_thread: f64,
    /// How much later than due messages were sent, in microseconds.
    pub lag_us: Histogram<u64>,
}

/// An empty histogram of microseconds, up to ten minutes, to three digits.
pub(crate) fn histogram() -> Histogram<u64> {
    // The bounds are constants that the library accepts; were it not so, an auto-resizing one holds as much.
    Histogram::new_with_bounds(1, 600_000_000, 3).unwrap_or_else(|_| unreachable!("constant bounds"))
}

impl Default for Connects {
    fn default() -> Self {
        Self {
            connected: 0,
            failed: 0,
            first_failure: None,
            closed: 0,
            closed_stalled: 0,
            lasting: Duration::ZERO,
            handshake_us: histogram(),
        }
    }
}

impl Default for Effort {
    fn default() -> Self {
        Self { busiest_thread: 0.0, lag_us: histogram() }
    }
}
