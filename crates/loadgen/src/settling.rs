//! Adds up what the threads saw. Must not know how they saw it.

use crate::desk::{Books, Ledger};
use crate::outcome::{Connects, Effort, GroupOutcome, Interval, Outcome, histogram};
use crate::shared::Shared;
use crate::tally::{Account, Tally, coarse_histogram};
use crate::worker::{Entries, Report};
use hdrhistogram::Histogram;
use std::collections::HashMap;
use std::time::Duration;

/// The whole, from what each thread leaves.
pub(crate) fn settle(reports: Vec<Report>, shared: &Shared) -> Outcome {
    let busiest_thread = reports.iter().map(|report| report.busy).fold(0.0, f64::max);
    let (mut entries, mut tallies) = (Vec::new(), Vec::new());
    let mut books = None;
    for report in reports {
        entries.push(report.entries);
        tallies.push(report.tally);
        books = books.or(report.books);
    }
    let mut groups: Vec<_> = (0..shared.groups()).map(|group| group_outcome(group, &tallies)).collect();
    let mut effort = Effort { busiest_thread, ..Effort::default() };
    if let Some(books) = books {
        settle_rooms(&mut groups, &books, &tallies, shared);
        effort.lag_us = books.lag_us;
    }
    Outcome { connects: connects(entries), groups, effort }
}

fn connects(entries: Vec<Entries>) -> Connects {
    let lasting = lasting(&entries);
    let mut whole = Connects { lasting, ..Connects::default() };
    let mut failures = Vec::new();
    for part in entries {
        whole.connected += part.connected;
        whole.failed += part.failed;
        whole.closed += part.closed;
        whole.closed_stalled += part.closed_stalled;
        add(&mut whole.handshake_us, &part.handshake_us);
        failures.extend(part.first_failure);
    }
    whole.first_failure = failures.into_iter().min_by_key(|failure| failure.at).map(|failure| failure.reason);
    whole
}

/// All waves, each from its first connect to its last answer.
fn lasting(entries: &[Entries]) -> Duration {
    let waves = entries.iter().map(|part| part.waves.len()).max().unwrap_or_default();
    let wave = |number: usize| {
        let parts = || entries.iter().filter_map(move |part| part.waves.get(number));
        let first = parts().filter_map(|(first, _)| *first).min()?;
        let last = parts().filter_map(|(_, last)| *last).max()?;
        Some(last.saturating_sub(first))
    };
    (0..waves).filter_map(wave).sum()
}

/// A group's deliveries; what they should have been is told by its rooms.
fn group_outcome(group: usize, tallies: &[Tally]) -> GroupOutcome {
    let mut latency_us = histogram();
    let mut timeline: Vec<Histogram<u64>> = Vec::new();
    for part in tallies.iter().filter_map(|tally| tally.groups.get(group)) {
        add(&mut latency_us, &part.latency_us);
        let intervals = timeline.len().max(part.timeline.len());
        timeline.resize_with(intervals, coarse_histogram);
        timeline.iter_mut().zip(&part.timeline).for_each(|(whole, part)| add(whole, part));
    }
    let length = tallies.first().map(|tally| tally.interval).unwrap_or_default();
    let intervals = (0..).zip(&timeline).filter(|(_, histogram)| !histogram.is_empty());
    let timeline = intervals.map(|(number, histogram)| interval(length * number, histogram)).collect();
    GroupOutcome {
        sent: 0,
        refused: 0,
        first_refusal: None,
        expected: 0,
        delivered: latency_us.len(),
        lost: 0,
        doubled: 0,
        disordered: 0,
        latency_us,
        timeline,
    }
}

fn interval(at: Duration, histogram: &Histogram<u64>) -> Interval {
    Interval {
        at,
        delivered: histogram.len(),
        p50_us: histogram.value_at_quantile(0.5),
        p99_us: histogram.value_at_quantile(0.99),
        max_us: histogram.max(),
    }
}

fn settle_rooms(groups: &mut [GroupOutcome], books: &Books, tallies: &[Tally], shared: &Shared) {
    let mut accounts: HashMap<_, Vec<Account>> = HashMap::new();
    for account in tallies.iter().flat_map(|tally| &tally.accounts) {
        accounts.entry((account.campaign, account.room)).or_default().push(*account);
    }
    for (campaign, rooms) in books.ledgers.iter().enumerate() {
        for (room, ledger) in (0..).zip(rooms) {
            if let Some(group) = groups.get_mut(usize::from(shared.group(room))) {
                let viewers = accounts.get(&(campaign, room)).map_or(&[][..], |viewers| viewers);
                settle_room(group, *ledger, viewers);
            }
        }
    }
    for (group, first) in groups.iter_mut().zip(&books.first_refusals) {
        group.first_refusal.clone_from(first);
    }
}

/// One room's messages of one campaign, against what each of its viewers got.
fn settle_room(group: &mut GroupOutcome, ledger: Ledger, viewers: &[Account]) {
    let due = ledger.due();
    group.sent += ledger.sent;
    group.refused += ledger.refused;
    let mut orders: HashMap<u64, u64> = HashMap::new();
    for viewer in viewers {
        let count = u64::from(viewer.count);
        let expected = if viewer.left { due.min(count) } else { due };
        group.expected += expected;
        group.lost += expected.saturating_sub(count);
        group.doubled += count.saturating_sub(expected);
        if count == due {
            *orders.entry(viewer.chain).or_default() += 1;
        }
    }
    // The order that most have seen is the room's.
    group.disordered += orders.values().sum::<u64>() - orders.values().max().unwrap_or(&0);
}

fn add(whole: &mut Histogram<u64>, part: &Histogram<u64>) {
    // Both are of the same make.
    let _ = whole.add(part);
}
