//! What JSON costs: an action in, a message out, and what a hostile client can make us do; each beside serde_json's
//! `Value` for the same bytes.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot go on must stop")]

use criterion::{Criterion, Throughput};
use model::{Attributes, Id, MESSAGE_ATTRIBUTES_MAX_BYTES, UserId};
use serde_json::{Value, json};
use std::hint::black_box;
use wire::{ActionError, Message, ParsedAction};

const CONTENT_BYTES: usize = 200;

/// As much as the decoder lets through.
const HOSTILE_BYTES: usize = 32 * 1024;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    parse(&mut criterion, "parse 200 B content", &send_message(None), |_| None);
    parse(&mut criterion, "parse 200 B content, attributes", &send_message(Some(attributes())), |_| None);
    for (name, text, error) in hostile() {
        parse(&mut criterion, name, &text, |_| Some(error));
    }
    render(&mut criterion);
    criterion.final_summary();
}

fn content() -> String {
    "Hello, \u{1f600} everybody! ".repeat(20).chars().take(CONTENT_BYTES - 30).collect()
}

fn attributes() -> Value {
    json!({ "color": "#ff8800", "badge": "moderator", "avatar": "https://chat.example/avatars/42.png" })
}

fn send_message(attributes: Option<Value>) -> String {
    let request_id = "d290f1ee-6c54-4b01-90e6-d701748f0851";
    let mut action = json!({ "Action": "SEND_MESSAGE", "RequestId": request_id, "Content": content() });
    if let (Some(attributes), Value::Object(members)) = (attributes, &mut action) {
        members.insert("Attributes".into(), attributes);
    }
    action.to_string()
}

fn hostile() -> [(&'static str, String, ActionError); 3] {
    let deep = format!(r#"{{"Action":"SEND_MESSAGE","Content":{}"#, "[".repeat(HOSTILE_BYTES - 40));
    let flood: Vec<_> = (0..HOSTILE_BYTES / 12).map(|n| format!(r#""{n:05}":"""#)).collect();
    let flood = format!(r#"{{"Action":"SEND_MESSAGE","Content":"x","Attributes":{{{}}}}}"#, flood.join(","));
    let no_object = format!("[{}1]", "1,".repeat(HOSTILE_BYTES / 2 - 2));
    [
        ("refuse 32 KiB of depth", deep, ActionError::NotAnObject),
        ("refuse 32 KiB of attributes", flood, ActionError::TooLarge("Attributes")),
        ("refuse 32 KiB of an array", no_object, ActionError::NotAnObject),
    ]
}

fn parse(
    criterion: &mut Criterion,
    name: &str,
    text: &str,
    expected: impl Fn(&ParsedAction) -> Option<ActionError>,
) {
    let parsed = ParsedAction::parse(text);
    assert_eq!(parsed.action.as_ref().err(), expected(&parsed).as_ref(), "{name}");
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("action", |bencher| bencher.iter(|| ParsedAction::parse(black_box(text))));
    group.bench_function("reference: Value", |bencher| {
        bencher.iter(|| serde_json::from_str::<Value>(black_box(text)));
    });
    group.finish();
}

fn render(criterion: &mut Criterion) {
    let pairs = [("color", "#ff8800"), ("badge", "moderator")];
    let of_sender = Attributes::parse(pairs, MESSAGE_ATTRIBUTES_MAX_BYTES).unwrap();
    let content = content();
    let message = Message {
        id: Id::from_random(0x1234_5678_9abc_def0),
        request_id: "d290f1ee-6c54-4b01-90e6-d701748f0851",
        content: &content,
        attributes: None,
        send_time: "2026-11-21T08:00:00.123Z".parse().unwrap(),
        sender: &wire::sender(&UserId::parse("user-42").unwrap(), &of_sender),
    };
    let text = wire::message(&message);
    let value: Value = serde_json::from_slice(&text).unwrap();
    let mut group = criterion.benchmark_group("render a message");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("message", |bencher| bencher.iter(|| wire::message(black_box(&message))));
    group.bench_function("reference: Value", |bencher| {
        bencher.iter(|| serde_json::to_vec(black_box(&value)).unwrap());
    });
    group.finish();
}
