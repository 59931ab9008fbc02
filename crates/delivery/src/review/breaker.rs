//! The circuit breaker of one handler: a handler that is dead is left alone for a while, then probed. Pure: time and
//! randomness come in; knows no handler.
//!
//! It opens after [`CONSECUTIVE`] failures in a row, or when half of at least [`SHARE_LEAST`] calls of the running
//! [`WINDOW`] failed. Open, it lets nothing through for a back-off that doubles from [`FIRST_BACK_OFF`] to
//! [`LAST_BACK_OFF`], of which one half is drawn by lot, so that many servers do not come back at the same time. Then
//! it is half open: one probe goes through. If that succeeds it closes, otherwise the next back-off begins.

use model::Monotonic;
use std::time::Duration;

const CONSECUTIVE: u32 = 5;
const SHARE_LEAST: u32 = 20;
const WINDOW: Duration = Duration::from_secs(10);
const FIRST_BACK_OFF: Duration = Duration::from_secs(1);
const LAST_BACK_OFF: Duration = Duration::from_secs(30);
/// How long a probe is waited for before another one goes: longer than any time limit, so only a lost one is replaced.
const PROBE_PATIENCE: Duration = Duration::from_secs(15);

/// Where a breaker stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakerState {
    /// Calls go through.
    Closed,
    /// Calls do not go through.
    Open,
    /// A probe is on its way.
    HalfOpen,
}

impl BreakerState {
    /// The label under which it is shown.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half_open",
        }
    }
}

/// The right to one call. What is reported with it counts only while the breaker stands where it stood then: calls
/// from before it opened say nothing about the handler after it closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pass {
    epoch: u64,
}

impl Pass {
    /// For a handler that has no breaker.
    pub(super) const UNWATCHED: Self = Self { epoch: u64::MAX };
}

/// What changed, to be said aloud.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    Opened(Duration),
    Closed,
}

#[derive(Debug, Clone, Copy)]
enum Stand {
    Closed(Tally),
    Open { until: Monotonic },
    HalfOpen { until: Monotonic },
}

#[derive(Debug, Clone, Copy, Default)]
struct Tally {
    in_a_row: u32,
    window_began: Monotonic,
    calls: u32,
    failures: u32,
}

/// A breaker.
#[derive(Debug)]
pub(super) struct Breaker {
    stand: Stand,
    epoch: u64,
    /// How often it opened since it was last closed.
    openings: u32,
}

impl Default for Breaker {
    fn default() -> Self {
        Self { stand: Stand::Closed(Tally::default()), epoch: 0, openings: 0 }
    }
}

impl Breaker {
    /// Asks for a call; `None` while the handler is left alone.
    pub(super) fn pass(&mut self, now: Monotonic) -> Option<Pass> {
        match self.stand {
            Stand::Closed(_) => {}
            Stand::Open { until } | Stand::HalfOpen { until } if now < until => return None,
            Stand::Open { .. } | Stand::HalfOpen { .. } => {
                self.turn(Stand::HalfOpen { until: now.after(PROBE_PATIENCE) });
            }
        }
        Some(Pass { epoch: self.epoch })
    }

    /// The call was answered.
    pub(super) fn succeeded(&mut self, pass: Pass, now: Monotonic) -> Option<Change> {
        if pass.epoch != self.epoch {
            return None;
        }
        if let Stand::Closed(tally) = &mut self.stand {
            tally.count(now);
            tally.in_a_row = 0;
            return None;
        }
        self.openings = 0;
        self.turn(Stand::Closed(Tally::default()));
        Some(Change::Closed)
    }

    /// The call was not answered.
    pub(super) fn failed(&mut self, pass: Pass, now: Monotonic, random: u128) -> Option<Change> {
        if pass.epoch != self.epoch {
            return None;
        }
        if let Stand::Closed(tally) = &mut self.stand {
            tally.count(now);
            tally.in_a_row += 1;
            tally.failures += 1;
            if !tally.is_dead() {
                return None;
            }
        }
        let back_off = back_off(self.openings, random);
        self.openings = self.openings.saturating_add(1);
        self.turn(Stand::Open { until: now.after(back_off) });
        Some(Change::Opened(back_off))
    }

    /// The call was not made, or says nothing. If it was the probe, the next one may go at once.
    pub(super) fn returned(&mut self, pass: Pass, now: Monotonic) -> Option<Change> {
        if pass.epoch == self.epoch && self.state() == BreakerState::HalfOpen {
            self.turn(Stand::Open { until: now });
        }
        None
    }

    /// Where it stands.
    pub(super) const fn state(&self) -> BreakerState {
        match self.stand {
            Stand::Closed(_) => BreakerState::Closed,
            Stand::Open { .. } => BreakerState::Open,
            Stand::HalfOpen { .. } => BreakerState::HalfOpen,
        }
    }

    fn turn(&mut self, stand: Stand) {
        self.stand = stand;
        self.epoch += 1;
    }
}

impl Tally {
    fn count(&mut self, now: Monotonic) {
        if now.since(self.window_began) >= WINDOW {
            (self.window_began, self.calls, self.failures) = (now, 0, 0);
        }
        self.calls = self.calls.saturating_add(1);
    }

    const fn is_dead(&self) -> bool {
        let is_share = self.calls >= SHARE_LEAST && self.failures >= self.calls.div_ceil(2);
        self.in_a_row >= CONSECUTIVE || is_share
    }
}

fn back_off(openings: u32, random: u128) -> Duration {
    let whole = FIRST_BACK_OFF.saturating_mul(2_u32.saturating_pow(openings)).min(LAST_BACK_OFF);
    let half = whole / 2;
    let lot = u32::try_from(random % 1_001).unwrap_or_default();
    half + half * lot / 1_000
}

#[cfg(test)]
mod tests;
