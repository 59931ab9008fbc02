//! How often: a rate, and a limiter that keeps to it in one number.

use crate::Monotonic;

/// So many a second; at least one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate(u32);

impl Rate {
    /// `per_second` a second; zero counts as one, for a rate that never admits is a different thing.
    #[must_use]
    pub const fn per_second(per_second: u32) -> Self {
        Self(if per_second == 0 { 1 } else { per_second })
    }

    /// How many a second.
    #[must_use]
    pub const fn get(self) -> u32 {
        self.0
    }
}

/// A generic cell rate limiter (ITU-T I.371): one number says when the bucket will be empty again.
///
/// A second's worth may come at once; after that, one each `1 / rate`. What is refused costs nothing. AWS does not
/// say which form its windows have (see `docs/compatibility.md`).
#[derive(Debug, Clone, Copy, Default)]
pub struct RateLimiter {
    /// The theoretical arrival time, in nanoseconds of the monotonic clock.
    empty_at: u64,
}

const SECOND: u64 = 1_000_000_000;

impl RateLimiter {
    /// Whether one more may come at `now`; if so, it is counted.
    #[must_use]
    pub fn admit(&mut self, rate: Rate, now: Monotonic) -> bool {
        let after = self.after_one(rate, now);
        *self = after.unwrap_or(*self);
        after.is_some()
    }

    /// The limiter with one more counted, if one may come at `now`. For those who ask somebody else too before they
    /// count.
    #[must_use]
    pub fn after_one(self, rate: Rate, now: Monotonic) -> Option<Self> {
        Self::next(self.empty_at, rate, now).map(|empty_at| Self { empty_at })
    }

    /// Takes back one that was counted: what it was for was not done.
    pub const fn give_back(&mut self, rate: Rate) {
        self.empty_at = self.empty_at.saturating_sub(SECOND / rate.0 as u64);
    }

    /// The pure step: the new state if one more may come. For those who keep the number in an atomic.
    #[must_use]
    pub fn next(empty_at: u64, rate: Rate, now: Monotonic) -> Option<u64> {
        let interval = SECOND / u64::from(rate.0);
        let from = empty_at.max(now.as_nanos());
        let filled = from.saturating_add(interval);
        (filled <= now.as_nanos().saturating_add(SECOND)).then_some(filled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admitted(limiter: &mut RateLimiter, rate: u32, at_ms: u64, tries: usize) -> usize {
        let now = Monotonic::from_nanos(at_ms * 1_000_000);
        (0..tries).filter(|_| limiter.admit(Rate::per_second(rate), now)).count()
    }

    #[test]
    fn a_second_s_worth_at_once_then_the_rate() {
        let mut limiter = RateLimiter::default();
        assert_eq!(admitted(&mut limiter, 10, 5_000, 50), 10);
        assert_eq!(admitted(&mut limiter, 10, 5_099, 50), 0);
        assert_eq!(admitted(&mut limiter, 10, 5_100, 50), 1);
        assert_eq!(admitted(&mut limiter, 10, 7_000, 50), 10);
    }

    #[test]
    fn an_even_stream_at_the_rate_is_never_refused() {
        let mut limiter = RateLimiter::default();
        let through: usize = (0..1_000).map(|tick| admitted(&mut limiter, 100, tick * 10, 1)).sum();
        assert_eq!(through, 1_000);
    }

    #[test]
    fn what_is_given_back_was_not_counted() {
        let mut limiter = RateLimiter::default();
        for _ in 0..100 {
            assert_eq!(admitted(&mut limiter, 10, 1_000, 1), 1);
            limiter.give_back(Rate::per_second(10));
        }
        assert_eq!(admitted(&mut limiter, 10, 1_000, 50), 10);
    }

    #[test]
    fn a_changed_rate_holds_at_once() {
        let mut limiter = RateLimiter::default();
        assert_eq!(admitted(&mut limiter, 1, 1_000, 5), 1);
        assert_eq!(admitted(&mut limiter, 100, 2_000, 500), 100);
    }
}
