//! Failures of a destination in a row: counted under AWS's names, and told now and then.

use super::batch::SinkError;
use super::lane::Lane;
use model::Monotonic;
use std::time::Duration;

/// How often a failure that lasts is told.
const TELL_AGAIN: Duration = Duration::from_secs(60);

/// Failures in a row.
#[derive(Debug, Default)]
pub(super) struct Streak {
    failures: u32,
    told_at: Option<Monotonic>,
}

impl Streak {
    /// One more.
    pub(super) fn failed(&mut self, lane: &Lane, error: &SinkError, now: Monotonic) {
        self.failures = self.failures.saturating_add(1);
        let counter = match error {
            SinkError::AccessDenied(_) => &lane.counters.access_denied,
            SinkError::NotFound(_) => &lane.counters.not_found,
            SinkError::Passing(_) | SinkError::Refused(_) => &lane.counters.other_errors,
        };
        counter.add(1);
        if self.told_at.is_none_or(|at| now.since(at) >= TELL_AGAIN) {
            self.told_at = Some(now);
            let (configuration, failures) = (lane.name.configuration.id.as_str(), self.failures);
            let (bytes, records) = lane.backlog();
            tracing::warn!(
                target: "chat_log", configuration, destination = ?lane.destination, %error, failures, bytes, records,
                "the chat log is not delivered; it is kept and tried again"
            );
        }
    }

    /// The end of it.
    pub(super) fn succeeded(&mut self, lane: &Lane) {
        if self.failures > 0 {
            let (configuration, failures) = (lane.name.configuration.id.as_str(), self.failures);
            tracing::info!(target: "chat_log", configuration, failures, "the chat log is delivered again");
        }
        *self = Self::default();
    }

    /// How many.
    pub(super) const fn failures(&self) -> u32 {
        self.failures
    }
}
