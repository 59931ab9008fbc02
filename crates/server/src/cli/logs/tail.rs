//! `hubbub logs tail`: the last records, and those that are added.

use super::reading::{Reading, records};
use super::record::Record;
use super::screen::Screen;
use super::seen::Seen;
use super::when::Window;
use crate::cli::error::CliError;
use delivery::LogFile;
use jiff::SignedDuration;
use std::collections::VecDeque;
use std::time::Duration;
use tokio::task::yield_now;
use tokio::time::{MissedTickBehavior, interval};

/// How often is looked for what was added.
const PERIOD: Duration = Duration::from_secs(1);
/// How far back is looked for the last records, one after the other, before all files are read.
const SPANS: [SignedDuration; 3] =
    [SignedDuration::from_mins(10), SignedDuration::from_hours(2), SignedDuration::from_hours(24)];
/// After so many records Ctrl-C is listened to.
const TURN: usize = 1_000;

/// Prints the last records.
pub(super) async fn last(mut reading: Reading, lines: usize, mut screen: Screen) -> Result<(), CliError> {
    let chains = reading.existing()?;
    let (records, _) = find_last(&mut reading, &chains, lines).await;
    for record in &records {
        screen.show(record)?;
    }
    screen.flush()?;
    Ok(reading.notices.end()?)
}

/// Prints the last records and then all that are added, for ever.
pub(super) async fn follow(mut reading: Reading, lines: usize, mut screen: Screen) -> Result<(), CliError> {
    let chains = reading.existing_or_not_yet()?;
    let (last, mut seen) = find_last(&mut reading, &chains, lines).await;
    for record in &last {
        screen.show(record)?;
    }
    screen.flush()?;
    drop((chains, last));
    let mut ticks = interval(PERIOD);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let chains = reading.added()?;
        let added = records(&chains, reading.window, &mut seen, &mut reading.notices);
        for (n, record) in added.enumerate() {
            screen.show(&record)?;
            if n % TURN == 0 {
                yield_now().await;
            }
        }
        screen.flush()?;
    }
}

/// The last records, and what was seen on the way to them.
async fn find_last(reading: &mut Reading, chains: &[Vec<LogFile>], lines: usize) -> (VecDeque<Record>, Seen) {
    let whole = reading.window;
    let changed_at = chains.iter().flatten().filter_map(LogFile::changed_at).max();
    let end = changed_at.into_iter().chain(whole.until).min();
    for span in SPANS {
        let since = end.and_then(|end| end.checked_sub(span).ok());
        if since <= whole.since {
            break;
        }
        let found = last_of(reading, chains, Window { since, ..whole }, lines).await;
        match found.0.len() {
            all if all == lines => return found,
            // The files are copies, whose last change tells nothing.
            0 => break,
            _ => {}
        }
    }
    last_of(reading, chains, whole, lines).await
}

async fn last_of(
    reading: &mut Reading,
    chains: &[Vec<LogFile>],
    window: Window,
    lines: usize,
) -> (VecDeque<Record>, Seen) {
    let (mut last, mut seen) = (VecDeque::new(), Seen::default());
    for (n, record) in records(chains, window, &mut seen, &mut reading.notices).enumerate() {
        last.push_back(record);
        if last.len() > lines {
            last.pop_front();
        }
        if n % TURN == 0 {
            yield_now().await;
        }
    }
    (last, seen)
}
