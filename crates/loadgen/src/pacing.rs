//! Which message is due when. Must not know who sends it, nor how late.

use crate::crowd::SendPlan;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

/// The plans of all rooms, in the order of their next messages.
#[derive(Debug)]
pub(crate) struct Pacing {
    plans: Vec<Paced>,
    /// The next message of each plan that has one: when, and the plan's index.
    next: BinaryHeap<Reverse<(Duration, usize)>>,
    until: Duration,
}

#[derive(Debug)]
struct Paced {
    plan: SendPlan,
    first: Duration,
    taken: u32,
}

impl Paced {
    /// Counted from the first message, so that rounding never adds up.
    fn due(&self) -> Option<Duration> {
        if !self.plan.per_second.is_normal() || self.plan.per_second < 0.0 {
            return None;
        }
        let after = Duration::try_from_secs_f64(f64::from(self.taken) / self.plan.per_second).ok()?;
        self.first.checked_add(after)
    }
}

impl Pacing {
    /// The first messages of the rooms are spread over the gap between two messages of each, as rooms that know
    /// nothing of each other would.
    pub(crate) fn new(plans: &[SendPlan], start: Duration, lasting: Duration) -> Self {
        let until = start.saturating_add(lasting);
        let mut pacing = Self { plans: Vec::new(), next: BinaryHeap::new(), until };
        for (index, plan) in plans.iter().enumerate() {
            let share = index as f64 / plans.len() as f64;
            let offset = Duration::try_from_secs_f64(share / plan.per_second).unwrap_or(lasting);
            pacing.plans.push(Paced { plan: *plan, first: start.saturating_add(offset), taken: 0 });
            pacing.queue(index);
        }
        pacing
    }

    /// Takes the next message that is due by now: its plan, and since when.
    pub(crate) fn take(&mut self, now: Duration) -> Option<(SendPlan, Duration)> {
        let Reverse((at, index)) = *self.next.peek()?;
        if at > now {
            return None;
        }
        self.next.pop();
        let paced = self.plans.get_mut(index)?;
        paced.taken += 1;
        let plan = paced.plan;
        self.queue(index);
        Some((plan, at))
    }

    /// When there is something to do again.
    pub(crate) fn wake_at(&self) -> Duration {
        self.next.peek().map_or(self.until, |Reverse((at, _))| *at)
    }

    /// Whether the time is over and all messages have been taken.
    pub(crate) fn is_over(&self, now: Duration) -> bool {
        self.next.is_empty() && now >= self.until
    }

    fn queue(&mut self, index: usize) {
        if let Some(at) = self.plans.get(index).and_then(Paced::due).filter(|at| *at < self.until) {
            self.next.push(Reverse((at, index)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pacing;
    use crate::crowd::SendPlan;
    use std::time::Duration;

    const fn plan(room: u32, per_second: f64) -> SendPlan {
        SendPlan { room, per_second, bytes: 40 }
    }

    fn milliseconds(pacing: &mut Pacing, now: u64) -> Vec<(u32, u128)> {
        let taken = std::iter::from_fn(|| pacing.take(Duration::from_millis(now)));
        taken.map(|(plan, at)| (plan.room, at.as_millis())).collect()
    }

    #[test]
    fn each_room_keeps_its_pace_and_the_rooms_are_spread() {
        let plans = [plan(0, 10.0), plan(1, 5.0)];
        let mut pacing = Pacing::new(&plans, Duration::from_millis(1000), Duration::from_millis(400));
        assert_eq!(milliseconds(&mut pacing, 999), []);
        assert_eq!(milliseconds(&mut pacing, 1100), [(0, 1000), (0, 1100), (1, 1100)]);
        assert_eq!(pacing.wake_at(), Duration::from_millis(1200));
        assert!(!pacing.is_over(Duration::from_millis(1500)), "late, but not done");
        assert_eq!(milliseconds(&mut pacing, 1500), [(0, 1200), (0, 1300), (1, 1300)]);
        assert_eq!(pacing.wake_at(), Duration::from_millis(1400));
        assert!(!pacing.is_over(Duration::from_millis(1399)) && pacing.is_over(Duration::from_millis(1400)));
    }

    #[test]
    fn a_rate_that_is_none_sends_nothing() {
        for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            let mut pacing = Pacing::new(&[plan(0, rate)], Duration::ZERO, Duration::from_secs(1));
            assert_eq!(milliseconds(&mut pacing, 2000), [], "{rate}");
        }
    }
}
