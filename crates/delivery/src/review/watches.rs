//! The health of the handlers behind one endpoint: a breaker for each, and what of it is said in the log. It asks
//! nobody.
//!
//! There are [`MOST`] at most. Another one takes the place of the closed one that was not asked for the longest time;
//! if none is closed it has no breaker, and never another handler's.

use super::breaker::{Breaker, BreakerState, Change, Pass};
use super::failure::{Failure, FailureLog};
use model::{Monotonic, ReviewHandlerUri};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// For how many handlers of one endpoint there are breakers.
pub(super) const MOST: usize = 1_000;

/// What is known of the handlers behind one endpoint.
#[derive(Debug, Default)]
pub(super) struct Watches(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    watches: BTreeMap<Box<str>, Watch>,
    /// How often anybody was asked for.
    asked: u64,
    /// For the log's lines about handlers that have no place.
    unwatched: FailureLog,
}

/// What is known of one handler's health.
#[derive(Debug)]
struct Watch {
    /// The endpoint's name.
    name: Box<str>,
    breaker: Breaker,
    failures: FailureLog,
    /// When it was asked for last, by [`Kept::asked`].
    asked: u64,
}

/// What a call says about its handler's health.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sign {
    Alive,
    Dead,
    /// It was not called, or not given the time to answer.
    None,
}

/// How a call ended.
pub(super) struct Ending<'a> {
    pub(super) uri: &'a ReviewHandlerUri,
    pub(super) pass: Pass,
    pub(super) sign: Sign,
    pub(super) failure: Option<&'a Failure>,
    pub(super) now: Monotonic,
    /// 128 random bits.
    pub(super) random: u128,
}

impl Watches {
    /// Asks for a call; `None` while the handler is left alone. `name` is the endpoint's.
    pub(super) fn pass(&self, handler: &str, name: impl FnOnce() -> String, now: Monotonic) -> Option<Pass> {
        let mut kept = self.lock();
        kept.asked += 1;
        let asked = kept.asked;
        if !kept.watches.contains_key(handler) {
            if !kept.has_place() {
                return Some(Pass::UNWATCHED);
            }
            kept.watches.insert(handler.into(), Watch::new(name().into()));
        }
        let watch = kept.watches.get_mut(handler)?;
        watch.asked = asked;
        watch.breaker.pass(now)
    }

    /// Takes in how a call ended: for the breaker, and for the log.
    pub(super) fn report(&self, handler: &str, name: impl FnOnce() -> String, ending: &Ending<'_>) {
        let mut kept = self.lock();
        let Some(watch) = kept.watches.get_mut(handler) else {
            if let Some(failure) = ending.failure {
                kept.unwatched.tell(&name(), ending.uri, failure, ending.now);
            }
            return;
        };
        let Ending { uri, pass, now, random, .. } = *ending;
        let change = match ending.sign {
            Sign::Alive => watch.breaker.succeeded(pass, now),
            Sign::Dead => watch.breaker.failed(pass, now, random),
            Sign::None => watch.breaker.returned(pass, now),
        };
        if let Some(failure) = ending.failure {
            watch.failures.tell(&watch.name, uri, failure, now);
        }
        watch.tell(uri, change);
    }

    /// Each handler with its endpoint's name and where its breaker stands.
    pub(super) fn states(&self) -> Vec<(Box<str>, Box<str>, BreakerState)> {
        let kept = self.lock();
        let states = kept.watches.iter();
        states.map(|(handler, watch)| (handler.clone(), watch.name.clone(), watch.breaker.state())).collect()
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Whether there is a place for another one; makes one if that is possible.
    fn has_place(&mut self) -> bool {
        if self.watches.len() < MOST {
            return true;
        }
        let closed = self.watches.iter().filter(|(_, watch)| watch.breaker.state() == BreakerState::Closed);
        let oldest = closed.min_by_key(|(_, watch)| watch.asked).map(|(handler, _)| handler.clone());
        oldest.is_some_and(|handler| self.watches.remove(&handler).is_some())
    }
}

impl Watch {
    fn new(name: Box<str>) -> Self {
        Self { name, breaker: Breaker::default(), failures: FailureLog::default(), asked: 0 }
    }

    fn tell(&self, uri: &ReviewHandlerUri, change: Option<Change>) {
        let (endpoint, uri) = (&*self.name, uri.as_str());
        match change {
            Some(Change::Opened(back_off)) => {
                let probe_in_ms = back_off.as_millis();
                tracing::warn!(target: "review", endpoint, uri, probe_in_ms, "the breaker of a review handler opens");
            }
            Some(Change::Closed) => {
                tracing::warn!(target: "review", endpoint, uri, "the breaker of a review handler closes");
            }
            None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Monotonic = Monotonic::from_nanos(1_000_000_000_000);

    fn pass(watches: &Watches, handler: usize) -> Option<Pass> {
        watches.pass(&handler.to_string(), String::new, NOW)
    }

    fn end(watches: &Watches, handler: usize, sign: Sign) {
        let uri = ReviewHandlerUri::parse("").unwrap();
        let Some(pass) = pass(watches, handler) else { return };
        let ending = Ending { uri: &uri, pass, sign, failure: None, now: NOW, random: 0 };
        watches.report(&handler.to_string(), String::new, &ending);
    }

    fn open(watches: &Watches, handler: usize) {
        (0..5).for_each(|_| end(watches, handler, Sign::Dead));
        assert_eq!(pass(watches, handler), None);
    }

    #[test]
    fn who_was_not_asked_for_the_longest_time_makes_room_unless_it_is_left_alone() {
        let watches = Watches::default();
        open(&watches, 0);
        (1..MOST).for_each(|handler| end(&watches, handler, Sign::Alive));
        end(&watches, 1, Sign::Alive);
        end(&watches, MOST, Sign::Alive);
        let kept = |handler: usize| watches.lock().watches.contains_key(handler.to_string().as_str());
        assert_eq!([0, 1, 2, 3, MOST].map(kept), [true, true, false, true, true]);
        assert_eq!(watches.states().len(), MOST);
    }

    #[test]
    fn nobody_has_a_share_in_another_s_breaker() {
        let watches = Watches::default();
        (0..MOST).for_each(|handler| open(&watches, handler));
        for stranger in MOST..MOST + 10 {
            end(&watches, stranger, Sign::Dead);
        }
        assert_eq!(pass(&watches, MOST), Some(Pass::UNWATCHED));
        assert_eq!(watches.states().len(), MOST);
    }
}
