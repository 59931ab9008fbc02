//! What is counted about reviews, for whoever shows it. Knows no handler and no clock.
//!
//! Source of `InvocationErrors` and `ResponseValidationErrors`: user guide, "Monitoring Amazon IVS Chat".

use super::breaker::BreakerState;
use model::{AccountId, ReviewHandlerUri};
use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// For how many handlers there are counters of their own; further ones share [`OTHER`].
const MAX_HANDLERS: usize = 1_000;
/// How many of them one account may bring up, so that it does not use up the names.
const MAX_HANDLERS_OF_ACCOUNT: usize = MAX_HANDLERS / 10;
/// The name of all handlers beyond.
pub(super) const OTHER: &str = "other";

/// What became of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReviewLabel {
    /// The message went out as it was.
    Allow,
    /// The message went out otherwise.
    Changed,
    /// The message was refused.
    Deny,
    /// Fallback: no answer in time.
    FallbackTimeout,
    /// Fallback: no connection, or it broke.
    FallbackUnreachable,
    /// Fallback: the handler or its service said that it failed, or there is nothing to sign with.
    FallbackError,
    /// Fallback: the answer is of no use.
    FallbackInvalid,
    /// Fallback: too many reviews of the room or of the server at once.
    FallbackTooMany,
    /// Fallback: the handler's breaker is open.
    FallbackBreaker,
    /// Fallback: nothing stands behind the ARN.
    FallbackUnmapped,
}

impl ReviewLabel {
    /// All of them, in the order of [`ReviewTally::results`].
    pub const ALL: [Self; 10] = [
        Self::Allow,
        Self::Changed,
        Self::Deny,
        Self::FallbackTimeout,
        Self::FallbackUnreachable,
        Self::FallbackError,
        Self::FallbackInvalid,
        Self::FallbackTooMany,
        Self::FallbackBreaker,
        Self::FallbackUnmapped,
    ];

    /// The label; in shadow mode `shadow_` goes before it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Changed => "changed",
            Self::Deny => "deny",
            Self::FallbackTimeout => "fallback_timeout",
            Self::FallbackUnreachable => "fallback_unreachable",
            Self::FallbackError => "fallback_error",
            Self::FallbackInvalid => "fallback_invalid",
            Self::FallbackTooMany => "fallback_too_many",
            Self::FallbackBreaker => "fallback_breaker",
            Self::FallbackUnmapped => "fallback_unmapped",
        }
    }
}

/// How long reviews took.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReviewLatencies {
    /// How many took at most as long as the bound of the same index in [`ReviewLatencies::BOUNDS_US`] and longer than
    /// the bound before; the last counts those beyond all bounds.
    pub buckets: [u64; 15],
    /// All of them together.
    pub sum: Duration,
}

impl ReviewLatencies {
    /// The upper bounds of the buckets but the last, which has none, in microseconds: rule sets of our own take tens of
    /// them, handlers elsewhere thousands.
    pub const BOUNDS_US: [u64; 14] = [
        50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000, 500_000, 1_000_000,
    ];

    /// How many there were.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.buckets.iter().sum()
    }

    fn add(&mut self, took: Duration) {
        let fits = |bound: &u64| took <= Duration::from_micros(*bound);
        let index = Self::BOUNDS_US.iter().position(fits).unwrap_or(Self::BOUNDS_US.len());
        if let Some(bucket) = self.buckets.get_mut(index) {
            *bucket += 1;
        }
        self.sum = self.sum.saturating_add(took);
    }
}

/// The counts of one handler, either of reviews that decide or of those in shadow mode.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReviewTally {
    results: [u64; 10],
    /// How long those took that were really asked, from the message's admission to the outcome.
    pub latencies: ReviewLatencies,
}

impl ReviewTally {
    /// How often each thing became of a review.
    pub fn results(&self) -> impl Iterator<Item = (ReviewLabel, u64)> {
        ReviewLabel::ALL.into_iter().zip(self.results)
    }

    /// How often this became of a review.
    #[must_use]
    pub fn result(&self, label: ReviewLabel) -> u64 {
        self.results().find(|(found, _)| *found == label).map_or(0, |(_, count)| count)
    }

    /// AWS's `InvocationErrors`: the handler could not be run, for whatever reason.
    #[must_use]
    pub fn invocation_errors(&self) -> u64 {
        let is_one = |label| label > ReviewLabel::Deny && label != ReviewLabel::FallbackInvalid;
        self.results().filter(|(label, _)| is_one(*label)).map(|(_, count)| count).sum()
    }

    /// AWS's `ResponseValidationErrors`: the handler's answer was of no use.
    #[must_use]
    pub fn response_validation_errors(&self) -> u64 {
        self.result(ReviewLabel::FallbackInvalid)
    }
}

/// The counts of one handler.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HandlerCounters {
    /// Reviews that decided.
    pub decided: ReviewTally,
    /// Reviews in shadow mode.
    pub shadow: ReviewTally,
}

/// The breaker of one handler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakerReading {
    /// The endpoint: scheme, host and port.
    pub endpoint: Box<str>,
    /// Of a function behind a Lambda API its ARN.
    pub uri: Option<Box<str>>,
    /// Of a handler over HTTP the account in the ARNs, each of which has a breaker of its own.
    pub account: Option<Box<str>>,
    /// Where it stands.
    pub state: BreakerState,
}

/// All numbers about reviews at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReviewCounters {
    /// By the handler's ARN, AWS's dimension `Uri`; at most 1,000, of one account 100, and `other`.
    pub handlers: BTreeMap<Box<str>, HandlerCounters>,
    /// The breakers of the endpoints that were called since they were mapped.
    pub breakers: Vec<BreakerReading>,
}

/// Which of a handler's tallies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Decides,
    Shadow,
}

/// Where it is counted. A lock per review is nothing beside the review.
#[derive(Debug, Default)]
pub(super) struct Ledger(Mutex<Book>);

#[derive(Debug, Default)]
struct Book {
    handlers: BTreeMap<Box<str>, HandlerCounters>,
    /// How many names each account brought up.
    names: HashMap<AccountId, usize>,
}

impl Ledger {
    /// Counts one review for an account; `took` if the handler was asked.
    pub(super) fn count(
        &self,
        (account, uri): (AccountId, &ReviewHandlerUri),
        mode: Mode,
        label: ReviewLabel,
        took: Option<Duration>,
    ) {
        let mut book = self.lock();
        let counters = book.counters(account, uri.as_str());
        let tally = match mode {
            Mode::Decides => &mut counters.decided,
            Mode::Shadow => &mut counters.shadow,
        };
        for (found, count) in ReviewLabel::ALL.iter().zip(&mut tally.results) {
            *count += u64::from(*found == label);
        }
        if let Some(took) = took {
            tally.latencies.add(took);
        }
    }

    pub(super) fn read(&self) -> BTreeMap<Box<str>, HandlerCounters> {
        self.lock().handlers.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    /// The handler's own counters while there is room for them.
    fn counters(&mut self, account: AccountId, uri: &str) -> &mut HandlerCounters {
        let mut name = uri;
        if !self.handlers.contains_key(uri) {
            let names = self.names.entry(account).or_default();
            if self.handlers.len() < MAX_HANDLERS && *names < MAX_HANDLERS_OF_ACCOUNT {
                *names += 1;
            } else {
                name = OTHER;
            }
        }
        self.handlers.entry(name.into()).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(number: u64) -> AccountId {
        AccountId::from_number(number).unwrap()
    }

    fn uri(number: usize) -> ReviewHandlerUri {
        ReviewHandlerUri::parse(&format!("arn:aws:lambda:r:123456789012:function:f{number}")).unwrap()
    }

    #[test]
    fn results_become_aws_s_metrics() {
        let ledger = Ledger::default();
        for label in ReviewLabel::ALL {
            ledger.count((account(1), &uri(0)), Mode::Decides, label, None);
        }
        ledger.count((account(1), &uri(0)), Mode::Shadow, ReviewLabel::FallbackError, None);
        let counters = ledger.read().remove(uri(0).as_str()).unwrap();
        assert_eq!(counters.decided.invocation_errors(), 6);
        assert_eq!(counters.decided.response_validation_errors(), 1);
        assert_eq!(counters.shadow.result(ReviewLabel::FallbackError), 1);
        assert_eq!(counters.decided.latencies.count(), 0);
    }

    #[test]
    fn a_latency_falls_into_the_first_bucket_that_holds_it() {
        let mut latencies = ReviewLatencies::default();
        for microseconds in [0, 50, 51, 200_000, 200_001, 1_000_000, 1_000_001] {
            latencies.add(Duration::from_micros(microseconds));
        }
        assert_eq!(latencies.buckets, [2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1]);
        assert_eq!((latencies.count(), latencies.sum), (7, Duration::from_micros(2_400_103)));
    }

    #[test]
    fn names_are_bounded_and_no_account_uses_them_up() {
        let ledger = Ledger::default();
        let count =
            |by, name| ledger.count((account(by), &uri(name)), Mode::Decides, ReviewLabel::Allow, None);
        (0..1_100).for_each(|name| count(1, name));
        assert_eq!(ledger.read().len(), 101);
        // What another one brought up is counted under its name, whoever uses it.
        count(2, 1_100);
        count(1, 1_100);
        count(1, 0);
        for by in 3..20 {
            (0..100).for_each(|name| count(by, by as usize * 10_000 + name));
        }
        let handlers = ledger.read();
        assert_eq!(handlers.len(), 1_000);
        assert_eq!(handlers[uri(0).as_str()].decided.result(ReviewLabel::Allow), 2);
        assert_eq!(handlers[uri(1_100).as_str()].decided.result(ReviewLabel::Allow), 2);
        assert_eq!(handlers[OTHER].decided.result(ReviewLabel::Allow), 1_000 + 1_700 - 898);
    }
}
