//! The report as a person reads it: labels on the left, figures on the right, one column for each group of rooms.

use super::digits::{bytes, counted, grouped, ms, percent, significant};
use super::logging::LogReport;
use super::report::{ConnectsReport, Cost, GroupReport, HandlerReport, LoadGenerator, Points, Report};

/// Width of the labels.
const LABEL: usize = 26;
/// The least width of a column of figures.
const COLUMN: usize = 14;
const TOO_LITTLE: &str = "too little";
const NOT_READABLE: &str = "not readable";

/// The whole report, with a line end.
pub(super) fn render(report: &Report) -> String {
    let mut text = head(report);
    text.push_str(&section("connecting", &connects(&report.connects)));
    if report.has_messages() {
        text.push_str(&messages(&report.groups));
    }
    if let Some(handler) = &report.handler {
        text.push_str(&section("handler", &asked(handler)));
    }
    if let Some(records) = &report.chat_log {
        text.push_str(&section("chat log", &chat_log(records)));
    }
    text.push_str(&section("server", &cost(report)));
    if report.has_messages() {
        text.push_str(&section("load generator", &load_generator(&report.load_generator)));
    }
    text.push('\n');
    for verdict in &report.verdicts {
        text.push_str(&format!("=> {verdict}\n"));
    }
    text
}

/// What was done, and to whom.
fn head(report: &Report) -> String {
    let scenario = &report.scenario;
    let (viewers, rooms) = (counted(scenario.viewers, "viewer"), counted(scenario.rooms, "room"));
    let stalled = match scenario.stalled_viewers {
        0 => String::new(),
        stalled => format!(" and {} that never read", grouped(stalled)),
    };
    let seconds = scenario.wanted_seconds;
    let mut text = format!("{}: {viewers} in {rooms}{stalled}, for {seconds} s\n", scenario.name);
    for group in &report.groups {
        let rate = group.wanted_messages_per_second_per_room;
        let place = if group.rooms == 1 { "the" } else { "each of the" };
        let bytes = scenario.message_bytes.unwrap_or_default();
        let noun = if rate == 1.0 { "message" } else { "messages" };
        text.push_str(&format!("{rate} {noun}/s of {bytes} bytes in {place} {}\n", group.name));
    }
    if let Some(handler) = &report.handler {
        text.push_str(&format!("reviewed by {}\n", handler.arn));
    }
    text + &target(report)
}

fn target(report: &Report) -> String {
    let server = &report.server;
    let own = match (server.is_own, server.is_pinned) {
        (true, true) => "its own server, on one core,",
        (true, false) => "its own server",
        (false, _) => "the server",
    };
    let shards = server.shards.map(|shards| format!(", {}", counted(shards.into(), "shard")));
    format!("{own} at {}{}\n", server.messaging_endpoint, shards.unwrap_or_default())
}

type Row = (&'static str, String);

fn section(title: &str, rows: &[Row]) -> String {
    let mut text = format!("\n{title}\n");
    let width = rows.iter().map(|(_, figure)| figure.chars().count()).max().unwrap_or(0).max(COLUMN);
    for (label, figure) in rows {
        text.push_str(&format!("  {label:LABEL$}{figure:>width$}\n"));
    }
    text
}

fn connects(connects: &ConnectsReport) -> Vec<Row> {
    let mut rows = Vec::new();
    rows.extend(connects.rounds.map(|rounds| ("rounds", grouped(rounds.into()))));
    rows.push(("connected", grouped(connects.connected)));
    rows.push(("failed", grouped(connects.failed)));
    rows.push(("dropped by the server", grouped(connects.closed_by_server)));
    rows.push(("connects per second", significant(connects.per_second)));
    let point = |label, pick: fn(&Points) -> u64| (label, point(connects.handshake.as_ref(), pick));
    rows.push(point("handshake p50", |points| points.p50_us));
    rows.push(point("handshake p99", |points| points.p99_us));
    rows.push(point("handshake max", |points| points.max_us));
    rows
}

/// Groups side by side.
fn messages(groups: &[GroupReport]) -> String {
    type Figure = fn(&GroupReport) -> String;
    let rows: [(&str, Figure); 13] = [
        ("rooms", |group| grouped(group.rooms.into())),
        ("viewers", |group| grouped(group.viewers.into())),
        ("messages sent", |group| grouped(group.sent)),
        ("messages refused", |group| grouped(group.refused)),
        ("deliveries", |group| grouped(group.delivered)),
        ("deliveries per second", |group| significant(group.delivered_per_second)),
        ("lost", |group| grouped(group.lost)),
        ("doubled", |group| grouped(group.doubled)),
        ("viewers out of order", |group| grouped(group.disordered_viewers)),
        ("latency p50", |group| point(group.latency.as_ref(), |points| points.p50_us)),
        ("latency p99", |group| point(group.latency.as_ref(), |points| points.p99_us)),
        ("latency p99.9", |group| point(group.latency.as_ref(), |points| points.p99_9_us)),
        ("latency max", |group| point(group.latency.as_ref(), |points| points.max_us)),
    ];
    let mut text = String::from("\n");
    let mut line = |label: &str, figures: &mut dyn Iterator<Item = String>| {
        let figures: String = figures.map(|figure| format!("{figure:>COLUMN$}")).collect();
        text.push_str(format!("{label:width$}{figures}", width = LABEL + 2).trim_end());
        text.push('\n');
    };
    line(
        "messages",
        &mut groups.iter().map(|group| if groups.len() > 1 { group.name.to_owned() } else { String::new() }),
    );
    for (label, figure) in rows {
        line(&format!("  {label}"), &mut groups.iter().map(figure));
    }
    text
}

fn asked(handler: &HandlerReport) -> Vec<Row> {
    let asked = handler.asked.map_or_else(|| NOT_READABLE.to_owned(), grouped);
    vec![("asked", asked)]
}

fn chat_log(records: &LogReport) -> Vec<Row> {
    let LogReport { accepted, spooled, delivered, lost } = *records;
    [("records", accepted), ("on the disk", spooled), ("delivered by now", delivered), ("lost", lost)]
        .map(|(label, count)| (label, grouped(count)))
        .into()
}

fn cost(report: &Report) -> Vec<Row> {
    let Cost { cpu_cores, cpu_us_per_delivery, cpu_us_per_connect, .. } = report.cost;
    let readable = |figure: Option<String>| figure.unwrap_or_else(|| NOT_READABLE.to_owned());
    let us = |figure: Option<f64>| readable(figure.map(microseconds));
    let mut rows = vec![("CPU, of one core", readable(cpu_cores.map(percent)))];
    if report.has_messages() {
        rows.push(("CPU per delivery", us(cpu_us_per_delivery)));
    }
    let is_storm = report.connects.rounds.is_some();
    rows.push((
        if is_storm { "CPU per connect" } else { "CPU per token and connect" },
        us(cpu_us_per_connect),
    ));
    if !is_storm && !report.has_messages() {
        rows.push(("CPU per connection second", us(report.cost.cpu_us_per_connection_second)));
    }
    rows.push(("memory per connection", readable(report.cost.memory_bytes_per_connection.map(bytes))));
    rows
}

/// The system counts in hundredths of a second; what took less, in all, cannot be told.
fn microseconds(us: f64) -> String {
    if us == 0.0 { TOO_LITTLE.to_owned() } else { format!("{} µs", significant(us)) }
}

fn load_generator(crowd: &LoadGenerator) -> Vec<Row> {
    vec![
        ("threads", grouped(crowd.threads as u64)),
        ("busiest thread", percent(crowd.busiest_thread_share)),
        ("messages late, p99", point(crowd.lag.as_ref(), |lag| lag.p99_us)),
    ]
}

fn point(points: Option<&Points>, pick: impl Fn(&Points) -> u64) -> String {
    points.map_or_else(|| "-".to_owned(), |points| ms(pick(points)))
}

#[cfg(test)]
pub(super) mod samples;
#[cfg(test)]
mod tests;
