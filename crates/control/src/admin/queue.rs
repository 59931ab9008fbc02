//! Who waits for a turn to change something: not too many of one account, so that no tenant's changes hold up all
//! others'.

use crate::error::{OperationError, Subject};
use model::AccountId;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// How many changes of one account may wait at once, the one under way among them.
const MOST: u32 = 8;

/// How many of each account wait; only accounts with any are here.
#[derive(Debug, Default)]
pub(super) struct Queue(Mutex<HashMap<AccountId, u32>>);

/// A place in the queue; given up when it is dropped.
pub(super) struct Place<'a> {
    queue: &'a Queue,
    account: AccountId,
}

impl Queue {
    /// A place, unless the account has too many.
    pub(super) fn enter(&self, account: AccountId) -> Result<Place<'_>, OperationError> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = waiting.entry(account).or_default();
        if *count >= MOST {
            return Err(OperationError::Throttling { about: Subject::account(account), limit: MOST });
        }
        *count += 1;
        Ok(Place { queue: self, account })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut waiting = self.queue.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = waiting.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                waiting.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_has_its_own_places_and_gives_them_back() {
        let (queue, ours) = (Queue::default(), AccountId::parse("123456789012").unwrap());
        let places: Vec<_> = (0..MOST).map(|_| queue.enter(ours).unwrap()).collect();
        assert!(queue.enter(ours).is_err());
        assert!(queue.enter(AccountId::parse("210987654321").unwrap()).is_ok());
        drop(places);
        assert!(queue.enter(ours).is_ok() && queue.0.lock().unwrap().is_empty());
    }
}
