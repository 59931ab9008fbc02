//! How often an account may call each operation.

use model::{AccountId, Limit, Monotonic, OperationName, Rate, RateLimiter};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

/// The limiters of all accounts: one per account and operation, some 140 bytes an account. Only accounts that have
/// signed a request are here, so there are no more than the server has.
#[derive(Debug, Default)]
pub(crate) struct CallRates(Mutex<HashMap<AccountId, [RateLimiter; OperationName::ALL.len()]>>);

impl CallRates {
    /// Counts a call; the error is the rate, a second, that it would break. What is refused costs nothing.
    pub(crate) fn admit(
        &self,
        account: AccountId,
        name: OperationName,
        limit: Limit,
        now: Monotonic,
    ) -> Result<(), u32> {
        let Limit::AtMost(limit) = limit else { return Ok(()) };
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let limiters = accounts.entry(account).or_default();
        let limiter = limiters.get_mut(name as usize);
        let admitted = limiter.is_none_or(|limiter| limiter.admit(Rate::per_second(limit), now));
        if admitted { Ok(()) } else { Err(limit) }
    }

    /// Takes back a call that was refused for want of rights: who may do nothing must not use up what the others of the
    /// account may do.
    pub(crate) fn give_back(&self, account: AccountId, name: OperationName, limit: Limit) {
        let Limit::AtMost(limit) = limit else { return };
        let mut accounts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(limiter) = accounts.get_mut(&account).and_then(|limiters| limiters.get_mut(name as usize))
        {
            limiter.give_back(Rate::per_second(limit));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_account_and_each_operation_has_its_own_rate() {
        let rates = CallRates::default();
        let admit = |account: &str, name, at_ms: u64| {
            let account = AccountId::parse(account).unwrap();
            rates.admit(account, name, Limit::AtMost(2), Monotonic::from_nanos(at_ms * 1_000_000))
        };
        let ours = "123456789012";
        assert_eq!(admit(ours, OperationName::GetRoom, 1_000), Ok(()));
        assert_eq!(admit(ours, OperationName::GetRoom, 1_000), Ok(()));
        assert_eq!(admit(ours, OperationName::GetRoom, 1_001), Err(2));
        assert_eq!(admit(ours, OperationName::ListRooms, 1_001), Ok(()));
        assert_eq!(admit("210987654321", OperationName::GetRoom, 1_001), Ok(()));
        assert_eq!(admit(ours, OperationName::GetRoom, 1_500), Ok(()));
    }
}
