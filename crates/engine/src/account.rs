//! What an account uses of its quotas over all its rooms.

use crate::Refusal;
use model::{Limit, Monotonic, Quotas, Rate, RateLimiter};
use std::sync::atomic::{AtomicU64, Ordering};

/// The counters of one account. Rooms of one account live on several threads, so these are atomics; one is touched
/// per message, none per delivery.
#[derive(Debug, Default)]
pub(crate) struct AccountUse {
    messages: AtomicLimiter,
    deletes: AtomicLimiter,
    disconnects: AtomicLimiter,
    connections: AtomicU64,
}

impl AccountUse {
    pub(crate) fn admit_message(&self, quotas: &Quotas, now: Monotonic) -> Result<(), Refusal> {
        self.messages.admit(quotas.messages, now)
    }

    pub(crate) fn admit_delete(&self, quotas: &Quotas, now: Monotonic) -> Result<(), Refusal> {
        self.deletes.admit(quotas.deletes, now)
    }

    pub(crate) fn admit_disconnect(&self, quotas: &Quotas, now: Monotonic) -> Result<(), Refusal> {
        self.disconnects.admit(quotas.disconnects, now)
    }

    pub(crate) fn admit_connection(&self, quotas: &Quotas) -> Result<(), Refusal> {
        let limit = quotas.concurrent_connections;
        self.connections
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |open| limit.admits(open).then_some(open + 1))
            .map(drop)
            .map_err(|_| Refusal::ConnectionQuota { limit: limit.get().unwrap_or(u32::MAX) })
    }

    pub(crate) fn release_connection(&self) {
        self.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

#[derive(Debug, Default)]
struct AtomicLimiter(AtomicU64);

impl AtomicLimiter {
    fn admit(&self, limit: Limit, now: Monotonic) -> Result<(), Refusal> {
        let Limit::AtMost(limit) = limit else { return Ok(()) };
        let rate = Rate::per_second(limit);
        self.0
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |empty_at| {
                RateLimiter::next(empty_at, rate, now)
            })
            .map(drop)
            .map_err(|_| Refusal::AccountRate { limit })
    }
}
