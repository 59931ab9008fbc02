//! Why a handler that was called gave no usable answer, and how often that is said in the log.

use super::answer::AnswerError;
use super::counters::ReviewLabel;
use super::watches::Sign;
use crate::aws::{self, NoCredentials};
use model::{Monotonic, ReviewHandlerUri};
use std::time::Duration;

/// What went wrong with one call. Shows neither a message nor a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    #[error("no answer in time")]
    TimedOut,
    #[error("no connection, or it broke: {0}")]
    Unreachable(String),
    #[error("it answered with status {0}")]
    Status(u16),
    /// A status that the handler itself chose, about this message perhaps.
    #[error("it answered with status {0}")]
    OwnStatus(u16),
    #[error("the function failed")]
    FunctionError,
    #[error("{0}")]
    NoCredentials(#[from] NoCredentials),
    #[error("its ARN makes no URL")]
    NoUrl,
    #[error("its answer is of no use: {0}")]
    Invalid(#[from] AnswerError),
}

impl Failure {
    /// A call that did not get through.
    pub(super) fn of(error: &reqwest::Error) -> Self {
        if error.is_timeout() {
            return Self::TimedOut;
        }
        let cause = aws::innermost(error);
        Self::Unreachable(cause.unwrap_or_else(|| "the request could not be made".into()))
    }

    /// Where it is counted.
    pub(super) const fn label(&self) -> ReviewLabel {
        match self {
            Self::TimedOut => ReviewLabel::FallbackTimeout,
            Self::Unreachable(_) => ReviewLabel::FallbackUnreachable,
            Self::Status(_)
            | Self::OwnStatus(_)
            | Self::FunctionError
            | Self::NoCredentials(_)
            | Self::NoUrl => ReviewLabel::FallbackError,
            Self::Invalid(_) => ReviewLabel::FallbackInvalid,
        }
    }

    /// What it says about the handler. A function that fails on a message, or answers nonsense, is alive: if that
    /// opened the breaker, anybody who finds such a message could have everybody else's go out unreviewed. Without a
    /// call there is nothing to be said.
    pub(super) const fn sign(&self) -> Sign {
        match self {
            Self::TimedOut | Self::Unreachable(_) | Self::Status(_) => Sign::Dead,
            Self::FunctionError | Self::OwnStatus(_) | Self::Invalid(_) => Sign::Alive,
            Self::NoCredentials(_) | Self::NoUrl => Sign::None,
        }
    }
}

/// How far apart two lines about one endpoint's failures are.
const APART: Duration = Duration::from_secs(10);

/// Whether it is time for a line again.
#[derive(Debug, Default)]
pub(super) struct FailureLog {
    next_at: Monotonic,
    since: u64,
}

impl FailureLog {
    /// Counts a failure; `Some` when a line is due, with how many there were since the last one.
    pub(super) fn count(&mut self, now: Monotonic) -> Option<u64> {
        self.since += 1;
        if !self.is_due(now) {
            return None;
        }
        self.next_at = now.after(APART);
        Some(std::mem::take(&mut self.since))
    }

    /// Whether the next failure makes a line.
    pub(super) fn is_due(&self, now: Monotonic) -> bool {
        now >= self.next_at
    }

    /// Counts a handler's failure, and says it when a line is due.
    pub(super) fn tell(&mut self, endpoint: &str, uri: &ReviewHandlerUri, failure: &Failure, now: Monotonic) {
        if let Some(failures) = self.count(now) {
            let uri = uri.as_str();
            tracing::warn!(target: "review", endpoint, uri, failures, last = %failure, "a review handler fails");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_in_ten_seconds_tells_of_all() {
        let mut log = FailureLog::default();
        let mut count = |seconds: u64| log.count(Monotonic::from_nanos(seconds * 1_000_000_000));
        assert_eq!([1, 2, 10].map(&mut count), [Some(1), None, None]);
        assert_eq!([11, 12, 30].map(&mut count), [Some(3), None, Some(2)]);
    }
}
