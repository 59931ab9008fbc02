//! What is counted about chat logging, for whoever shows it.
//!
//! Source of the three errors' names: user guide, "Monitoring Amazon IVS Chat".

use std::sync::atomic::{AtomicU64, Ordering};

/// A number that only grows.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub(super) fn read(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The counts of one configuration.
#[derive(Debug, Default)]
pub(super) struct LogCounters {
    pub(super) accepted: Counter,
    pub(super) spooled: Counter,
    pub(super) delivered: Counter,
    pub(super) lost_before_disk: Counter,
    pub(super) lost_to_limit: Counter,
    pub(super) lost_to_damage: Counter,
    pub(super) discarded: Counter,
    pub(super) rejected: Counter,
    pub(super) access_denied: Counter,
    pub(super) not_found: Counter,
    pub(super) other_errors: Counter,
}

/// One reading of a configuration's counts. All but the last two only grow while the server runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LogReading {
    /// Records that were to be kept.
    pub accepted: u64,
    /// Records that came to the disk.
    pub spooled: u64,
    /// Records that the destination confirmed.
    pub delivered: u64,
    /// Records that were lost because the disk could not follow, or had no place for the lane.
    pub lost_before_disk: u64,
    /// Records that were lost because the destination was behind for too long; of the range under way also those that
    /// it had confirmed.
    pub lost_to_limit: u64,
    /// Records that could not be read from the disk any more.
    pub lost_to_damage: u64,
    /// Records that were given up with their configuration.
    pub discarded: u64,
    /// Records that the destination took and then did not keep, or that it refused for what they are.
    pub rejected: u64,
    /// AWS's `LogDestinationAccessDeniedError`: attempts.
    pub access_denied: u64,
    /// AWS's `LogDestinationResourceNotFoundErrors`: attempts.
    pub not_found: u64,
    /// AWS's `LogDestinationErrors`: all other failed attempts.
    pub other_errors: u64,
    /// Bytes that lie in the spool.
    pub spool_bytes: u64,
    /// Records that are not delivered yet.
    pub backlog: u64,
}

impl LogCounters {
    pub(super) fn read(&self) -> LogReading {
        LogReading {
            accepted: self.accepted.read(),
            spooled: self.spooled.read(),
            delivered: self.delivered.read(),
            lost_before_disk: self.lost_before_disk.read(),
            lost_to_limit: self.lost_to_limit.read(),
            lost_to_damage: self.lost_to_damage.read(),
            discarded: self.discarded.read(),
            rejected: self.rejected.read(),
            access_denied: self.access_denied.read(),
            not_found: self.not_found.read(),
            other_errors: self.other_errors.read(),
            spool_bytes: 0,
            backlog: 0,
        }
    }
}
