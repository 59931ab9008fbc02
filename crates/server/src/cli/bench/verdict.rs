//! What to make of the figures: sentences, the worst first.

use super::digits::{counted, grouped, ms, percent, significant};
use super::report::{GroupReport, Report};

/// From this share of its time on, a thread of the crowd is no fair judge any more.
const BUSY: f64 = 0.85;
/// So late may messages leave.
const LATE_US: u64 = 10_000;

/// What to make of a report.
pub(super) fn judge(report: &Report) -> Vec<String> {
    let mut said = Vec::new();
    said.extend(interruption(report));
    said.extend(connects(report));
    said.extend(report.groups.iter().flat_map(group));
    said.extend(chat_log(report));
    if said.is_empty() {
        said.push(praise(report));
    }
    said.extend(stalled(report));
    said.extend(limit(report));
    said.extend(shared_machine(report));
    said
}

fn interruption(report: &Report) -> Option<String> {
    let (ran, wanted) = (report.ran_seconds, report.scenario.wanted_seconds);
    report.is_interrupted.then(|| {
        format!(
            "INTERRUPTED after {} s of {} s: the figures are of that time",
            significant(ran),
            significant(wanted)
        )
    })
}

fn connects(report: &Report) -> Vec<String> {
    let connects = &report.connects;
    let mut said = Vec::new();
    if connects.failed > 0 {
        let why = connects.first_failure.as_deref().unwrap_or("no reason was given");
        said.push(format!("NOT CONNECTED: {}; the first: {why}", counted(connects.failed, "handshake")));
    }
    if connects.closed_by_server > 0 {
        let count = counted(connects.closed_by_server, "connection");
        said.push(format!("DROPPED: {count} ended before the end, and not by the viewer"));
    }
    said
}

fn group(group: &GroupReport) -> Vec<String> {
    let name = group.name;
    let mut said = Vec::new();
    if group.refused > 0 {
        let why = group.first_refusal.as_deref().unwrap_or("no reason was given");
        said.push(format!("REFUSED ({name}): {}; the first: {why}", counted(group.refused, "message")));
    }
    if group.lost > 0 {
        let (lost, expected) = (grouped(group.lost), grouped(group.expected));
        said.push(format!("LOST ({name}): {lost} of {expected} deliveries never came"));
    }
    if group.doubled > 0 {
        said.push(format!("DOUBLED ({name}): {} came more than once", deliveries(group.doubled)));
    }
    if group.disordered_viewers > 0 {
        let count = counted(group.disordered_viewers, "viewer");
        said.push(format!("OUT OF ORDER ({name}): {count} saw another order than the others"));
    }
    said
}

fn chat_log(report: &Report) -> Option<String> {
    let records = report.chat_log.filter(|records| records.lost > 0 || records.spooled < records.accepted)?;
    let (lost, spooled) = (grouped(records.lost), grouped(records.spooled));
    Some(format!(
        "NOT LOGGED: {lost} of {} records were lost; {spooled} came to the disk",
        grouped(records.accepted)
    ))
}

fn deliveries(count: u64) -> String {
    if count == 1 { "1 delivery".to_owned() } else { format!("{} deliveries", grouped(count)) }
}

fn praise(report: &Report) -> String {
    let sent: u64 = report.groups.iter().map(|group| group.sent).sum();
    match report.has_messages() {
        true if sent > 0 => "every message reached every viewer once, in the same order".to_owned(),
        true => "no message was sent".to_owned(),
        false => "everybody got in, and nobody was dropped".to_owned(),
    }
}

fn stalled(report: &Report) -> Option<String> {
    let (stalled, closed) = (report.scenario.stalled_viewers, report.connects.stalled_closed_by_server);
    (stalled > 0).then(|| {
        format!("of {} that never read, the server dropped {}", counted(stalled, "viewer"), grouped(closed))
    })
}

/// Whether the crowd, and not the server, was the limit.
fn limit(report: &Report) -> Option<String> {
    let crowd = &report.load_generator;
    let late_us = crowd.lag.map_or(0, |lag| lag.p99_us);
    let is_busy = crowd.busiest_thread_share > BUSY;
    if !is_busy && late_us <= LATE_US {
        return None;
    }
    let busy = format!("its busiest thread computed {} of the time", percent(crowd.busiest_thread_share));
    let late = format!("messages left up to {} late (p99)", ms(late_us));
    let why = match (is_busy, late_us > LATE_US) {
        (true, true) => format!("{busy}, and {late}"),
        (true, false) => busy,
        _ => late,
    };
    Some(format!(
        "the load generator, not the server, was the limit: {why}; the server may be better than these figures; use \
         more cores, more --threads or a second machine"
    ))
}

fn shared_machine(report: &Report) -> Option<String> {
    (report.server.is_own && !report.server.is_pinned).then(|| {
        "server and crowd shared this machine's cores; --pin gives each its own, --endpoint measures a server elsewhere"
            .to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::bench::logging::LogReport;
    use crate::cli::bench::report::Points;
    use crate::cli::bench::table::samples::fan_out;

    fn check(change: impl FnOnce(&mut Report), expected: &[&str]) {
        let mut report = fan_out();
        report.server.is_own = false;
        change(&mut report);
        let said = judge(&report);
        assert_eq!(said.len(), expected.len(), "{said:?}");
        for (said, expected) in said.iter().zip(expected) {
            assert!(said.contains(expected), "{said}");
        }
    }

    fn first_group(report: &mut Report) -> &mut GroupReport {
        &mut report.groups[0]
    }

    const GOOD: &str = "every message reached every viewer once";

    #[test]
    fn what_went_wrong_is_said_plainly() {
        check(|_| {}, &[GOOD]);
        check(|it| first_group(it).lost = 7, &["LOST (room): 7 of 300,000 deliveries never came"]);
        check(|it| first_group(it).doubled = 1, &["DOUBLED (room): 1 delivery came"]);
        check(|it| first_group(it).disordered_viewers = 2, &["OUT OF ORDER (room): 2 viewers saw"]);
        let refuse = |it: &mut Report| {
            first_group(it).refused = 3;
            first_group(it).first_refusal = Some("429 too many".to_owned());
        };
        check(refuse, &["REFUSED (room): 3 messages; the first: 429 too many"]);
        let fail = |it: &mut Report| {
            it.connects.failed = 2;
            it.connects.first_failure = Some("refused".to_owned());
            it.connects.closed_by_server = 1;
        };
        check(fail, &["NOT CONNECTED: 2 handshakes; the first: refused", "DROPPED: 1 connection ended"]);
        let lose = |it: &mut Report| {
            it.chat_log = Some(LogReport { accepted: 9, spooled: 7, delivered: 0, lost: 2 });
        };
        check(lose, &["NOT LOGGED: 2 of 9 records were lost; 7 came to the disk"]);
        let interrupt = |it: &mut Report| {
            it.is_interrupted = true;
            it.ran_seconds = 1.25;
        };
        check(interrupt, &["INTERRUPTED after 1.25 s of 30.0 s"]);
    }

    #[test]
    fn a_crowd_that_was_the_limit_admits_it() {
        let busy = |it: &mut Report| it.load_generator.busiest_thread_share = 0.976;
        check(busy, &[GOOD, "was the limit: its busiest thread computed 97 % of the time; the server may"]);
        let late = |it: &mut Report| {
            it.load_generator.lag = Some(Points { p99_us: 12_000, ..Points::default() });
        };
        check(late, &[GOOD, "was the limit: messages left up to 12.0 ms late (p99); the server"]);
        let on_the_edge = |it: &mut Report| {
            it.load_generator.busiest_thread_share = BUSY;
            it.load_generator.lag = Some(Points { p99_us: LATE_US, ..Points::default() });
        };
        check(on_the_edge, &[GOOD]);
    }

    #[test]
    fn what_is_no_fault_is_added() {
        let stall = |it: &mut Report| {
            it.scenario.stalled_viewers = 5;
            it.connects.stalled_closed_by_server = 4;
        };
        check(stall, &[GOOD, "of 5 viewers that never read, the server dropped 4"]);
        check(|it| it.server.is_own = true, &[GOOD, "shared this machine's cores"]);
        let nothing = |it: &mut Report| first_group(it).sent = 0;
        check(nothing, &["no message was sent"]);
        let idle = |it: &mut Report| {
            it.groups.clear();
            it.scenario.message_bytes = None;
        };
        check(idle, &["everybody got in, and nobody was dropped"]);
    }
}
