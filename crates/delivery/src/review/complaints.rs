//! Messages that fall back without anybody being asked: said in the log, and not for each message.

use super::counters::{OTHER, ReviewLabel};
use super::failure::FailureLog;
use model::{Monotonic, ReviewHandlerUri};
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// For how many handlers and causes there are lines of their own at a time.
const MOST: usize = 1_000;

/// What was said lately, by handler and cause.
#[derive(Debug, Default)]
pub(super) struct Complaints(Mutex<BTreeMap<(Box<str>, ReviewLabel), FailureLog>>);

impl Complaints {
    /// A message met its room's fallback, for this cause.
    pub(super) fn hear(&self, uri: &ReviewHandlerUri, cause: ReviewLabel, now: Monotonic) {
        let Some(messages) = self.count(uri.as_str(), cause, now) else { return };
        let (uri, cause) = (uri.as_str(), cause.as_str());
        tracing::warn!(target: "review", uri, cause, messages, "messages meet the fallback, and no handler is asked");
    }

    fn count(&self, uri: &str, cause: ReviewLabel, now: Monotonic) -> Option<u64> {
        let mut logs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = (Box::from(uri), cause);
        if logs.len() >= MOST && !logs.contains_key(&key) {
            logs.retain(|_, log| !log.is_due(now));
            if logs.len() >= MOST {
                key.0 = OTHER.into();
            }
        }
        logs.entry(key).or_default().count(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: u64) -> Monotonic {
        Monotonic::from_nanos(second * 1_000_000_000)
    }

    #[test]
    fn each_handler_and_cause_has_a_line_in_ten_seconds() {
        let complaints = Complaints::default();
        let count = |uri, cause, second| complaints.count(uri, cause, at(second));
        let (unmapped, breaker) = (ReviewLabel::FallbackUnmapped, ReviewLabel::FallbackBreaker);
        assert_eq!(count("a", unmapped, 0), Some(1));
        assert_eq!([count("a", unmapped, 1), count("a", unmapped, 9)], [None, None]);
        assert_eq!([count("a", breaker, 1), count("b", unmapped, 1)], [Some(1), Some(1)]);
        assert_eq!(count("a", unmapped, 10), Some(3));
    }

    #[test]
    fn what_is_kept_is_bounded_and_old_lines_make_room() {
        let complaints = Complaints::default();
        let cause = ReviewLabel::FallbackTooMany;
        let lines = (0..1_500).filter_map(|name| complaints.count(&name.to_string(), cause, at(0))).count();
        assert_eq!((lines, complaints.0.lock().unwrap().len()), (1_001, 1_001));
        assert_eq!(complaints.count("new", cause, at(10)), Some(1));
        assert_eq!(complaints.0.lock().unwrap().len(), 1);
    }
}
