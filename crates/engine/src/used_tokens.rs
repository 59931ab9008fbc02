//! The tokens that were spent and could be shown once more.

use model::{Monotonic, Now, Timestamp};
use std::collections::HashSet;
use std::mem;
use std::time::Duration;

/// Remembers each token until it has expired, and a little longer; after that its own time refuses it.
///
/// Two generations: one that takes in, one that only remembers. A generation is forgotten as a whole, with its memory,
/// when the last of its tokens may be, so a token may be remembered for a lifetime too long, never too short. A connect
/// storm then costs no second list in the order of expiry, and leaves nothing behind.
#[derive(Debug, Default)]
pub(crate) struct UsedTokens {
    young: Generation,
    old: Generation,
}

#[derive(Debug, Default)]
struct Generation {
    ids: HashSet<u128>,
    /// Until when the last of them is remembered.
    until: Monotonic,
}

/// How much longer than its expiry a token is remembered: who opened it in time may have been held up before the room
/// heard of it, and the clock on the wall may be set back a little.
const GRACE: Duration = Duration::from_secs(60);

impl UsedTokens {
    /// Whether the token was not used before; from now on it was.
    pub(crate) fn spend(&mut self, token: u128, expires_at: Timestamp, now: Now) -> bool {
        self.forget_expired(now.monotonic);
        if self.old.ids.contains(&token) || !self.young.ids.insert(token) {
            return false;
        }
        self.young.until = self.young.until.max(now.monotonic_at(expires_at).after(GRACE));
        true
    }

    /// Forgets what may be forgotten. Answers whether nothing is left.
    pub(crate) fn settle(&mut self, now: Monotonic) -> bool {
        self.forget_expired(now);
        self.young.ids.is_empty() && self.old.ids.is_empty()
    }

    fn forget_expired(&mut self, now: Monotonic) {
        if self.old.until < now {
            self.old = mem::take(&mut self.young);
            if self.old.until < now {
                self.old = Generation::default();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wall(second: i64) -> Timestamp {
        Timestamp::from_second(1_000 + second).unwrap()
    }

    fn at(second: i64) -> Now {
        Now { wall: wall(second), monotonic: Monotonic::from_nanos(second.unsigned_abs() * 1_000_000_000) }
    }

    #[test]
    fn a_token_is_spent_once_while_it_lives_and_a_little_longer() {
        let mut used = UsedTokens::default();
        assert!(used.spend(1, wall(60), at(0)));
        assert!(!used.spend(1, wall(60), at(120)));
        assert!(!used.settle(at(120).monotonic));
        assert!(used.settle(at(121).monotonic));
    }

    #[test]
    fn a_clock_on_the_wall_that_was_set_back_keeps_nobody_out() {
        let mut used = UsedTokens::default();
        assert!(used.spend(1, wall(60), at(0)));
        let set_back = Now { wall: wall(-3_600), ..at(200) };
        assert!(used.spend(2, wall(-3_540), set_back));
        assert!(!used.spend(2, wall(-3_540), set_back));
    }

    #[test]
    fn no_token_of_a_steady_stream_is_forgotten_before_its_time_or_kept_for_long() {
        let mut used = UsedTokens::default();
        for second in 0..1_000_i64 {
            let token = u128::from(second.unsigned_abs());
            assert!(used.spend(token, wall(second + 60), at(second)), "{second}");
            for earlier in (second - 120).max(0)..=second {
                let token = u128::from(earlier.unsigned_abs());
                assert!(!used.spend(token, wall(earlier + 60), at(second)), "{earlier} at {second}");
            }
            assert!(used.young.ids.len() + used.old.ids.len() <= 244, "{second}");
        }
    }
}
