//! How many calls may be under way at once, and how many of them for one account. Knows no handler.

use model::AccountId;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Places for calls. No account has more than half of them, so that whoever has slow handlers leaves room for others.
#[derive(Debug)]
pub(super) struct Places {
    at_once: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    /// Accounts without any are not in it.
    by_account: HashMap<AccountId, usize>,
}

/// A place that is taken; it is given back by being dropped.
#[derive(Debug)]
pub(super) struct Place {
    of: Arc<Places>,
    account: AccountId,
}

impl Places {
    pub(super) fn new(at_once: usize) -> Arc<Self> {
        Arc::new(Self { at_once, taken: Mutex::default() })
    }

    /// A place for a call of this account; `None` if there is none for it.
    pub(super) fn take(self: &Arc<Self>, account: AccountId) -> Option<Place> {
        let mut taken = self.lock();
        let own = taken.by_account.get(&account).copied().unwrap_or_default();
        if taken.all >= self.at_once || own >= (self.at_once / 2).max(1) {
            return None;
        }
        taken.all += 1;
        taken.by_account.insert(account, own + 1);
        Some(Place { of: Arc::clone(self), account })
    }

    fn lock(&self) -> MutexGuard<'_, Taken> {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.of.lock();
        taken.all = taken.all.saturating_sub(1);
        match taken.by_account.get_mut(&self.account) {
            Some(own) if *own > 1 => *own -= 1,
            _ => drop(taken.by_account.remove(&self.account)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(number: u64) -> AccountId {
        AccountId::from_number(number).unwrap()
    }

    #[test]
    fn an_account_has_half_and_all_together_no_more_than_there_are() {
        let places = Places::new(5);
        let take = |number: u64| places.take(account(number));
        let first = [take(1), take(1)].map(Option::unwrap);
        assert!(take(1).is_none());
        let others = [take(2), take(2), take(3)].map(Option::unwrap);
        assert!(take(4).is_none(), "there are five");
        drop(first);
        let again = take(1).unwrap();
        assert!(take(2).is_none(), "it has its half");
        drop((others, again));
        let taken = places.lock();
        assert_eq!((taken.all, taken.by_account.len()), (0, 0));
    }

    #[test]
    fn one_place_is_for_whoever_comes_and_none_for_nobody() {
        let one = Places::new(1);
        assert!(one.take(account(1)).is_some());
        assert!(Places::new(0).take(account(1)).is_none());
    }
}
