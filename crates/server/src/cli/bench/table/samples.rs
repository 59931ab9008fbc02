//! Reports as runs give them, for the tests of what is made of them.

use crate::cli::bench::report::{
    ConnectsReport, Cost, GroupReport, HandlerReport, LoadGenerator, Points, Report, Scenario, Server,
    TimelinePoint,
};

fn points(p50_us: u64) -> Points {
    Points { p50_us, p99_us: p50_us * 4, p99_9_us: p50_us * 9, max_us: p50_us * 40 }
}

fn room() -> GroupReport {
    let timeline = (0..30_u32).map(|second| TimelinePoint {
        at_seconds: second.into(),
        delivered: 10_000,
        p50_us: 310 + u64::from(second % 7),
        p99_us: 1240,
        max_us: 12_400,
    });
    GroupReport {
        name: "room",
        rooms: 1,
        viewers: 1000,
        wanted_messages_per_second_per_room: 10.0,
        sent: 300,
        refused: 0,
        first_refusal: None,
        expected: 300_000,
        delivered: 300_000,
        delivered_per_second: 10_000.0,
        lost: 0,
        doubled: 0,
        disordered_viewers: 0,
        latency: Some(points(310)),
        timeline: timeline.collect(),
    }
}

/// A run without a fault.
pub(in crate::cli::bench) fn fan_out() -> Report {
    Report {
        version: "0.0.0",
        scenario: Scenario {
            name: "fan-out",
            viewers: 1000,
            stalled_viewers: 0,
            rooms: 1,
            message_bytes: Some(200),
            wanted_seconds: 30.0,
        },
        server: Server {
            is_own: true,
            endpoint: "http://127.0.0.1:4711/".to_owned(),
            messaging_endpoint: "ws://127.0.0.1:4711/".to_owned(),
            process_id: Some(42),
            shards: None,
            is_pinned: false,
        },
        ran_seconds: 30.0,
        is_interrupted: false,
        connects: ConnectsReport {
            rounds: None,
            connected: 1000,
            failed: 0,
            first_failure: None,
            closed_by_server: 0,
            stalled_closed_by_server: 0,
            lasting_seconds: 1.25,
            per_second: 800.0,
            handshake: Some(points(900)),
        },
        groups: vec![room()],
        handler: None,
        chat_log: None,
        cost: Cost {
            cpu_cores: Some(0.426),
            cpu_us_per_delivery: Some(1.234),
            cpu_us_per_connect: Some(85.4),
            cpu_us_per_connection_second: None,
            memory_bytes_per_connection: Some(3174.4),
        },
        load_generator: LoadGenerator { threads: 2, busiest_thread_share: 0.402, lag: Some(points(50)) },
        verdicts: vec!["a verdict".to_owned()],
    }
}

/// Two groups, one of which received nothing.
pub(in crate::cli::bench) fn mixed() -> Report {
    let mut report = fan_out();
    report.scenario.name = "mixed";
    report.scenario.rooms = 501;
    report.scenario.viewers = 6000;
    report.server.is_own = false;
    report.server.shards = Some(2);
    report.cost = Cost::default();
    let small = GroupReport { name: "small rooms", rooms: 500, viewers: 5000, latency: None, ..room() };
    report.groups = vec![GroupReport { name: "big room", ..room() }, small];
    report
}

/// Two groups, one of which is reviewed.
pub(in crate::cli::bench) fn review() -> Report {
    let mut report = fan_out();
    report.scenario.name = "review";
    report.handler = Some(HandlerReport { arn: "arn:of:a-handler".to_owned(), asked: Some(2000) });
    report.groups = ["reviewed rooms", "other rooms"].map(|name| GroupReport { name, ..room() }).into();
    report
}

/// Connects only.
pub(in crate::cli::bench) fn storm() -> Report {
    let mut report = fan_out();
    report.scenario.name = "storm";
    report.scenario.message_bytes = None;
    report.server.is_pinned = true;
    report.server.shards = Some(1);
    report.connects.rounds = Some(3);
    report.groups.clear();
    report
}
