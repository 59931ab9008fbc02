//! The tokens that were spent within the last minute.

use model::Timestamp;
use std::collections::{HashSet, VecDeque};

/// Remembers each token until it has expired; after that its own time refuses it.
#[derive(Debug, Default)]
pub(crate) struct UsedTokens {
    ids: HashSet<u128>,
    /// In the order of use, which is nearly the order of expiry: an entry may stay a minute too long, never too short.
    queue: VecDeque<(Timestamp, u128)>,
}

impl UsedTokens {
    /// Whether the token was not used before; from now on it was.
    pub(crate) fn spend(&mut self, token: u128, expires_at: Timestamp, now: Timestamp) -> bool {
        self.forget_expired(now);
        let fresh = self.ids.insert(token);
        if fresh {
            self.queue.push_back((expires_at, token));
        }
        fresh
    }

    /// Whether nothing need be remembered any more.
    pub(crate) fn is_empty(&mut self, now: Timestamp) -> bool {
        self.forget_expired(now);
        self.ids.is_empty()
    }

    fn forget_expired(&mut self, now: Timestamp) {
        while let Some((expires_at, token)) = self.queue.front().copied() {
            if expires_at >= now {
                break;
            }
            self.queue.pop_front();
            self.ids.remove(&token);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn a_token_is_spent_once_while_it_lives() {
        let mut used = UsedTokens::default();
        assert!(used.spend(1, at(60), at(0)));
        assert!(!used.spend(1, at(60), at(60)));
        assert!(used.spend(2, at(90), at(61)));
        assert!(!used.is_empty(at(90)));
        assert!(used.is_empty(at(91)));
    }
}
