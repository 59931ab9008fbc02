//! What was measured, in figures: the shape of the JSON file, from which table and chart are drawn too.
//!
//! Names end in their unit. What could not be read or was not measured is `null`.

use super::args::SiteArgs;
use super::course::Measured;
use super::handler::Handler;
use super::logging::LogReport;
use super::plan::{Course, Group, Plan};
use super::site::Site;
use super::spent::Spent;
use super::verdict;
use hdrhistogram::Histogram;
use loadgen::{Connects, GroupOutcome, Interval};
use serde::Serialize;
use std::time::Duration;

/// Everything.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Report {
    /// Of the command.
    pub(super) version: &'static str,
    /// What was asked for.
    pub(super) scenario: Scenario,
    /// Who was measured.
    pub(super) server: Server,
    /// How long was sent, or sat; of a storm, how long was connected.
    pub(super) ran_seconds: f64,
    /// Whether it was ended before its time.
    pub(super) is_interrupted: bool,
    /// How everybody got in.
    pub(super) connects: ConnectsReport,
    /// Messages by group of rooms; empty in scenarios without messages.
    pub(super) groups: Vec<GroupReport>,
    /// Who reviewed messages; none where nobody did.
    pub(super) handler: Option<HandlerReport>,
    /// What became of the records; none where nothing was logged.
    pub(super) chat_log: Option<LogReport>,
    /// What the server spent.
    pub(super) cost: Cost,
    /// How hard the crowd worked.
    pub(super) load_generator: LoadGenerator,
    /// What to make of it, sentence by sentence.
    pub(super) verdicts: Vec<String>,
}

/// What was asked for.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Scenario {
    /// `fan-out`, `storm`, …
    pub(super) name: &'static str,
    /// Viewers that read, senders included.
    pub(super) viewers: u64,
    /// Viewers that never read.
    pub(super) stalled_viewers: u64,
    /// Rooms.
    pub(super) rooms: u64,
    /// A message's content; none without messages.
    pub(super) message_bytes: Option<u16>,
    /// How long it should take.
    pub(super) wanted_seconds: f64,
}

/// Who was measured.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Server {
    /// Whether it was started for the occasion.
    pub(super) is_own: bool,
    /// Control plane.
    pub(super) endpoint: String,
    /// Chat.
    pub(super) messaging_endpoint: String,
    /// Its process; none if unknown.
    pub(super) process_id: Option<u32>,
    /// As it was asked for; none for the server's own default.
    pub(super) shards: Option<u16>,
    /// Whether it had a core of its own.
    pub(super) is_pinned: bool,
}

/// Who reviewed messages.
#[derive(Debug, Clone, Serialize)]
pub(super) struct HandlerReport {
    /// Its ARN.
    pub(super) arn: String,
    /// How often it was asked; none if it is not our own.
    pub(super) asked: Option<u64>,
}

/// Three points of a distribution, and its end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct Points {
    /// Median.
    pub(super) p50_us: u64,
    /// 99 of 100 were below.
    pub(super) p99_us: u64,
    /// 999 of 1000 were below.
    pub(super) p99_9_us: u64,
    /// The worst.
    pub(super) max_us: u64,
}

/// How everybody got in.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ConnectsReport {
    /// Rounds of a storm; none otherwise.
    pub(super) rounds: Option<u32>,
    /// Handshakes that succeeded.
    pub(super) connected: u64,
    /// Handshakes that did not.
    pub(super) failed: u64,
    /// Why the first of them did not.
    pub(super) first_failure: Option<String>,
    /// Connections that the server ended, without the stalled ones.
    pub(super) closed_by_server: u64,
    /// Stalled ones that the server ended.
    pub(super) stalled_closed_by_server: u64,
    /// From the first connect to the last answer.
    pub(super) lasting_seconds: f64,
    /// Handshakes a second.
    pub(super) per_second: f64,
    /// From connect to the answer; none without any.
    pub(super) handshake: Option<Points>,
}

/// One group's messages.
#[derive(Debug, Clone, Serialize)]
pub(super) struct GroupReport {
    /// `room`, `rooms`, `big room`, `small rooms`, `reviewed rooms`, `other rooms`.
    pub(super) name: &'static str,
    /// Rooms.
    pub(super) rooms: u32,
    /// Viewers of all of them, without the stalled ones.
    pub(super) viewers: u32,
    /// Messages a second that each room was to have.
    pub(super) wanted_messages_per_second_per_room: f64,
    /// Messages sent.
    pub(super) sent: u64,
    /// Messages that the server refused.
    pub(super) refused: u64,
    /// The first refusal, as the server wrote it.
    pub(super) first_refusal: Option<String>,
    /// Deliveries that there should have been.
    pub(super) expected: u64,
    /// Deliveries.
    pub(super) delivered: u64,
    /// Deliveries a second.
    pub(super) delivered_per_second: f64,
    /// Deliveries missing.
    pub(super) lost: u64,
    /// Deliveries that came twice.
    pub(super) doubled: u64,
    /// Viewers that saw another order than the others.
    pub(super) disordered_viewers: u64,
    /// From when a message was due until it was read; none without any delivery.
    pub(super) latency: Option<Points>,
    /// The same over time.
    pub(super) timeline: Vec<TimelinePoint>,
}

/// A stretch of the run.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct TimelinePoint {
    /// Its beginning, from when sending began.
    pub(super) at_seconds: f64,
    /// Deliveries in it.
    pub(super) delivered: u64,
    /// Median.
    pub(super) p50_us: u64,
    /// 99 of 100 were below.
    pub(super) p99_us: u64,
    /// The worst.
    pub(super) max_us: u64,
}

/// What the server spent; all none where its process cannot be read.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct Cost {
    /// Cores that it kept busy, on average; of a storm, while everybody connected.
    pub(super) cpu_cores: Option<f64>,
    /// Computing for each delivery.
    pub(super) cpu_us_per_delivery: Option<f64>,
    /// Computing for each connection made: checking its token, and except in a storm making it too.
    pub(super) cpu_us_per_connect: Option<f64>,
    /// Computing for each connection and second; idle only.
    pub(super) cpu_us_per_connection_second: Option<f64>,
    /// By how much its memory grew for each connection.
    pub(super) memory_bytes_per_connection: Option<f64>,
}

/// How hard the crowd worked.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub(super) struct LoadGenerator {
    /// Threads that read.
    pub(super) threads: usize,
    /// The part of the time that the busiest one computed while messages were sent, 0 to 1.
    pub(super) busiest_thread_share: f64,
    /// How late messages left; none if none did.
    pub(super) lag: Option<Points>,
}

impl Report {
    /// Everything that was measured, with what to make of it.
    pub(super) fn new(
        plan: &Plan,
        site: &Site,
        args: &SiteArgs,
        (handler, chat_log): (Option<&Handler>, Option<LogReport>),
        measured: &Measured,
    ) -> Self {
        let effort = &measured.outcome.effort;
        let mut report = Self {
            version: env!("CARGO_PKG_VERSION"),
            scenario: Scenario::new(plan),
            server: Server::new(site, args),
            ran_seconds: measured.ran.as_secs_f64(),
            is_interrupted: measured.is_interrupted,
            connects: ConnectsReport::new(plan, measured),
            groups: groups(plan, measured),
            handler: handler
                .map(|handler| HandlerReport { arn: handler.arn().to_owned(), asked: handler.asked() }),
            chat_log,
            cost: Cost::new(plan, measured),
            load_generator: LoadGenerator {
                threads: measured.threads,
                busiest_thread_share: effort.busiest_thread,
                lag: points(&effort.lag_us),
            },
            verdicts: Vec::new(),
        };
        report.verdicts = verdict::judge(&report);
        if cfg!(debug_assertions) {
            report.verdicts.push("this is a debug build, many times slower than a release build".to_owned());
        }
        report
    }

    /// Whether messages were sent.
    pub(super) fn has_messages(&self) -> bool {
        self.scenario.message_bytes.is_some()
    }
}

impl Scenario {
    fn new(plan: &Plan) -> Self {
        let viewers = plan.groups.iter().map(|group| u64::from(group.viewers)).sum();
        let message_bytes = if let Course::Messages(bytes) = plan.course { Some(bytes) } else { None };
        Self {
            name: plan.scenario,
            viewers,
            stalled_viewers: plan.connections() - viewers,
            rooms: plan.groups.iter().map(|group| u64::from(group.rooms)).sum(),
            message_bytes,
            wanted_seconds: plan.lasting.as_secs_f64(),
        }
    }
}

impl Server {
    fn new(site: &Site, args: &SiteArgs) -> Self {
        Self {
            is_own: site.own.is_some(),
            endpoint: site.endpoint.clone(),
            messaging_endpoint: site.messaging.endpoint.clone(),
            process_id: site.gauge.process_id,
            shards: if args.pin { Some(1) } else { args.shards },
            is_pinned: args.pin,
        }
    }
}

impl ConnectsReport {
    fn new(plan: &Plan, measured: &Measured) -> Self {
        let connects: &Connects = &measured.outcome.connects;
        Self {
            rounds: (plan.course == Course::Storm).then_some(measured.rounds),
            connected: connects.connected,
            failed: connects.failed,
            first_failure: connects.first_failure.clone(),
            closed_by_server: connects.closed.saturating_sub(connects.closed_stalled),
            stalled_closed_by_server: connects.closed_stalled,
            lasting_seconds: connects.lasting.as_secs_f64(),
            per_second: per_second(connects.connected, connects.lasting),
            handshake: points(&connects.handshake_us),
        }
    }
}

impl GroupReport {
    fn new(group: &Group, outcome: &GroupOutcome, ran: Duration) -> Self {
        Self {
            name: group.name,
            rooms: group.rooms,
            viewers: group.viewers,
            wanted_messages_per_second_per_room: group.per_second,
            sent: outcome.sent,
            refused: outcome.refused,
            first_refusal: outcome.first_refusal.clone(),
            expected: outcome.expected,
            delivered: outcome.delivered,
            delivered_per_second: per_second(outcome.delivered, ran),
            lost: outcome.lost,
            doubled: outcome.doubled,
            disordered_viewers: outcome.disordered,
            latency: points(&outcome.latency_us),
            timeline: outcome.timeline.iter().map(TimelinePoint::new).collect(),
        }
    }
}

impl TimelinePoint {
    fn new(interval: &Interval) -> Self {
        let Interval { at, delivered, p50_us, p99_us, max_us } = *interval;
        Self { at_seconds: at.as_secs_f64(), delivered, p50_us, p99_us, max_us }
    }
}

impl Cost {
    fn new(plan: &Plan, measured: &Measured) -> Self {
        let (connecting, running) = (measured.connecting, measured.running);
        let busy = if plan.course == Course::Storm { connecting } else { running };
        let connected = measured.outcome.connects.connected;
        // Memory is measured once, in the first round of a storm.
        let at_once = connected / u64::from(measured.rounds.max(1));
        let delivered = measured.outcome.groups.iter().map(|group| group.delivered).sum();
        let idle = running.cpu.filter(|_| plan.course == Course::Idle);
        Self {
            cpu_cores: cores(busy),
            cpu_us_per_delivery: running.cpu.and_then(|cpu| share_us(cpu, delivered)),
            cpu_us_per_connect: connecting.cpu.and_then(|cpu| share_us(cpu, connected)),
            cpu_us_per_connection_second: idle
                .and_then(|cpu| share_us(cpu, connected))
                .map(|us| us / running.wall.as_secs_f64()),
            memory_bytes_per_connection: connecting
                .grown_bytes
                .filter(|_| at_once > 0)
                .map(|grown| grown as f64 / at_once as f64),
        }
    }
}

fn groups(plan: &Plan, measured: &Measured) -> Vec<GroupReport> {
    if !matches!(plan.course, Course::Messages(_)) {
        return Vec::new();
    }
    let both = plan.groups.iter().zip(&measured.outcome.groups);
    both.map(|(group, outcome)| GroupReport::new(group, outcome, measured.ran)).collect()
}

fn points(histogram: &Histogram<u64>) -> Option<Points> {
    (!histogram.is_empty()).then(|| Points {
        p50_us: histogram.value_at_quantile(0.5),
        p99_us: histogram.value_at_quantile(0.99),
        p99_9_us: histogram.value_at_quantile(0.999),
        max_us: histogram.max(),
    })
}

fn per_second(count: u64, lasting: Duration) -> f64 {
    if lasting.is_zero() { 0.0 } else { count as f64 / lasting.as_secs_f64() }
}

fn cores(spent: Spent) -> Option<f64> {
    let wall = Some(spent.wall.as_secs_f64()).filter(|wall| *wall > 0.0)?;
    Some(spent.cpu?.as_secs_f64() / wall)
}

fn share_us(cpu: Duration, count: u64) -> Option<f64> {
    (count > 0).then(|| cpu.as_secs_f64() * 1e6 / count as f64)
}
