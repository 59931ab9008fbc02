//! What one thread's viewers got: per viewer for what is missing, per group for how long it took. Must not know
//! sockets.

use crate::clock::micros;
use crate::outcome::histogram;
use crate::stamp::Stamp;
use hdrhistogram::Histogram;
use std::time::Duration;

/// A timeline has no more intervals than this; what comes later belongs to the last.
const INTERVALS: u32 = 240;

/// The longest latency that is told apart, in microseconds.
const LONGEST_US: u64 = 600_000_000;

/// From one call of [`crate::Crowd::send`] to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Campaign {
    pub(crate) number: usize,
    /// What was due earlier belongs to an earlier one.
    pub(crate) began: Duration,
    /// The beginning of the first one.
    pub(crate) first_began: Duration,
}

/// What a viewer that was in when sending began has got since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) campaign: usize,
    pub(crate) room: u32,
    pub(crate) count: u32,
    /// Depends on the numbers of the messages and on their order.
    pub(crate) chain: u64,
    /// Whether it was sent away in the midst of sending; nothing more is expected of it then.
    pub(crate) left: bool,
}

impl Account {
    pub(crate) const fn new(campaign: usize, room: u32) -> Self {
        Self { campaign, room, count: 0, chain: 0, left: false }
    }

    fn add(&mut self, number: u32) {
        self.count = self.count.saturating_add(1);
        // An odd multiplier with its bits well spread: the golden ratio's, as in Fibonacci hashing.
        let mixed = self.chain.rotate_left(23) ^ (u64::from(number) + 1);
        self.chain = mixed.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// One group's deliveries.
#[derive(Debug)]
pub(crate) struct GroupTally {
    pub(crate) latency_us: Histogram<u64>,
    /// By interval; two digits are enough for a curve.
    pub(crate) timeline: Vec<Histogram<u64>>,
}

/// One thread's deliveries.
#[derive(Debug)]
pub(crate) struct Tally {
    pub(crate) groups: Vec<GroupTally>,
    /// The accounts of viewers that have gone, and those of earlier campaigns.
    pub(crate) accounts: Vec<Account>,
    pub(crate) interval: Duration,
    pub(crate) campaign: Option<Campaign>,
    pub(crate) delivered: u64,
    /// Deliveries that are on the accounts of viewers who are still there.
    pub(crate) settled: u64,
}

impl Tally {
    pub(crate) fn new(groups: usize, longest: Duration) -> Self {
        let group = || GroupTally { latency_us: histogram(), timeline: Vec::new() };
        Self {
            groups: std::iter::repeat_with(group).take(groups).collect(),
            accounts: Vec::new(),
            interval: (longest / INTERVALS).max(Duration::from_secs(1)),
            campaign: None,
            delivered: 0,
            settled: 0,
        }
    }

    /// A message reached a viewer.
    pub(crate) fn arrived(&mut self, stamp: Stamp, group: u8, account: &mut Option<Account>, now: Duration) {
        let Some(campaign) = self.campaign.filter(|campaign| stamp.due >= campaign.began) else { return };
        self.delivered += 1;
        if let Some(account) = account {
            account.add(stamp.number);
            self.settled += 1;
        }
        let latency_us = micros(now.saturating_sub(stamp.due)).min(LONGEST_US);
        let sending_for_us = micros(now.saturating_sub(campaign.first_began));
        let interval = sending_for_us / micros(self.interval).max(1);
        let interval = usize::try_from(interval).unwrap_or(usize::MAX).min(INTERVALS as usize);
        if let Some(group) = self.groups.get_mut(usize::from(group)) {
            group.latency_us.saturating_record(latency_us);
            group.record_at(interval, latency_us);
        }
    }

    /// A viewer goes, or a campaign ends.
    pub(crate) fn close_account(&mut self, account: Account) {
        self.settled = self.settled.saturating_sub(account.count.into());
        self.accounts.push(account);
    }
}

impl GroupTally {
    fn record_at(&mut self, interval: usize, latency_us: u64) {
        while self.timeline.len() <= interval {
            self.timeline.push(coarse_histogram());
        }
        if let Some(histogram) = self.timeline.get_mut(interval) {
            // It grows as far as the longest latency.
            let _ = histogram.record(latency_us);
        }
    }
}

/// A histogram of two digits that begins small and grows.
pub(crate) fn coarse_histogram() -> Histogram<u64> {
    Histogram::new(2).unwrap_or_else(|_| unreachable!("a constant number of digits"))
}

#[cfg(test)]
mod tests {
    use super::{Account, Campaign, Tally};
    use crate::stamp::Stamp;
    use std::time::Duration;

    fn chain(numbers: &[u32]) -> u64 {
        let mut account = Account::new(0, 0);
        numbers.iter().for_each(|number| account.add(*number));
        account.chain
    }

    #[test]
    fn a_chain_tells_orders_apart() {
        assert_eq!(chain(&[0, 1, 2]), chain(&[0, 1, 2]));
        for other in [&[0, 2, 1][..], &[1, 0, 2], &[0, 1], &[0, 1, 1], &[1, 2]] {
            assert_ne!(chain(other), chain(&[0, 1, 2]), "{other:?}");
        }
    }

    #[test]
    fn latencies_fall_into_the_interval_of_their_arrival() {
        let mut tally = Tally::new(2, Duration::from_secs(480));
        let second = Duration::from_secs(1);
        tally.campaign = Some(Campaign { number: 0, began: second, first_began: second });
        let mut account = Some(Account::new(0, 0));
        for (due, now) in [(0, 1), (1, 2), (2, 6), (3, 10_000)] {
            let stamp = Stamp { due: Duration::from_secs(due), number: 0 };
            tally.arrived(stamp, 1, &mut account, Duration::from_secs(now));
        }
        assert_eq!(tally.interval, Duration::from_secs(2));
        assert_eq!((tally.delivered, tally.settled), (3, 3), "one was of an earlier campaign");
        assert_eq!(tally.groups[0].timeline.len(), 0);
        let intervals = tally.groups[1].timeline.iter().map(|interval| interval.len());
        let filled: Vec<_> = intervals.enumerate().filter(|(_, count)| *count > 0).collect();
        assert_eq!(filled, [(0, 1), (2, 1), (240, 1)]);
        assert_eq!(tally.groups[1].latency_us.max() / 1_000_000, 600);
        tally.close_account(account.unwrap());
        assert_eq!((tally.settled, tally.accounts[0].count), (0, 3));
    }
}
