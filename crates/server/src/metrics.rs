//! What is counted, and how Prometheus is told.
//!
//! AWS's metric names and dimensions where AWS has one; what is ours begins with `hubbub_`. The shards count on their
//! own and are asked when someone scrapes: the message path touches nothing that is shared.

mod chat_logs;
mod reviews;

use crate::clock;
use crate::house::House;
use delivery::{LogReading, ReviewCounters};
use edge::{CloseReason, ShardCounters};
use engine::{PublicationKind, Refusal};
use model::{LoggingConfigurationArn, OperationName};
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::registry::Registry;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How long a shard may take to tell its numbers.
const SHARD_ANSWER: Duration = Duration::from_secs(1);

/// What the HTTP side counts. A lock per request is nothing beside the request.
#[derive(Debug, Default)]
pub(crate) struct Metrics(Mutex<Counted>);

#[derive(Debug, Default, Clone)]
struct Counted {
    /// By operation, status and error type.
    calls: BTreeMap<(&'static str, u16, &'static str), u64>,
    /// By reason: viewers not let in.
    turned_away: BTreeMap<&'static str, u64>,
    /// By reason: HTTP connections ended before their time.
    dropped: BTreeMap<&'static str, u64>,
}

impl Metrics {
    /// An operation was answered; `None` where the request named none.
    pub(crate) fn count_call(&self, name: Option<&'static str>, status: u16, error: Option<&'static str>) {
        let key = (name.unwrap_or("none"), status, error.unwrap_or("none"));
        *self.lock().calls.entry(key).or_default() += 1;
    }

    /// A viewer was not let in.
    pub(crate) fn count_turned_away(&self, reason: &'static str) {
        *self.lock().turned_away.entry(reason).or_default() += 1;
    }

    /// An HTTP connection was ended before its time.
    pub(crate) fn count_dropped(&self, reason: &'static str) {
        *self.lock().dropped.entry(reason).or_default() += 1;
    }

    /// All numbers, in OpenMetrics's text format. Blocks until the shards have answered.
    pub(crate) fn render(&self, house: &House) -> String {
        let mut shards = ShardCounters::default();
        for answer in house.shards.counters() {
            match answer.recv_timeout(SHARD_ANSWER) {
                Ok(counters) => shards.add(&counters),
                Err(error) => tracing::warn!(%error, "a shard did not tell its numbers"),
            }
        }
        let snapshot = Snapshot {
            shards,
            http: self.lock().clone(),
            audit_lines_lost: house.audit.lost(),
            reviews: house.reviews.counters(),
            chat_logs: chat_logs(house),
            rooms: house.directory.len() as u64,
            rooms_in_use: house.bus.rooms_in_use() as u64,
            uptime_seconds: clock::now().monotonic.as_nanos() / 1_000_000_000,
        };
        let mut registry = Registry::default();
        registry.register_collector(Box::new(snapshot));
        let mut text = String::new();
        if let Err(error) = encode(&mut text, &registry) {
            tracing::error!(%error, "the metrics cannot be written");
        }
        text
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One moment's numbers.
#[derive(Debug)]
struct Snapshot {
    shards: ShardCounters,
    http: Counted,
    audit_lines_lost: u64,
    reviews: ReviewCounters,
    /// By the ARN of the configuration.
    chat_logs: Vec<(String, LogReading)>,
    rooms: u64,
    rooms_in_use: u64,
    uptime_seconds: u64,
}

type Labelled<'a> = Vec<(Vec<(&'a str, String)>, u64)>;

impl Collector for Snapshot {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let encoder = &mut encoder;
        self.encode_aws(encoder)?;
        self.encode_shards(encoder)?;
        self.encode_http(encoder)?;
        reviews::encode(&self.reviews, encoder)?;
        chat_logs::encode(&self.chat_logs, encoder)
    }
}

impl Snapshot {
    /// Source: user guide, "Monitoring Amazon IVS Chat": `ConcurrentChatConnections`, `Deliveries`, `Requests`,
    /// `MessagingDeliveries`, `MessagingRequests`.
    fn encode_aws(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let shards = &self.shards;
        gauge(encoder, "ConcurrentChatConnections", "Chat connections now", shards.connections)?;
        let deliveries = by("Action", &PublicationKind::ACTIONS, &shards.deliveries);
        counters(encoder, "Deliveries", "Frames delivered to viewers", deliveries)?;
        let actions = ["SendMessage", "DeleteMessage", "DisconnectUser"];
        let mut requests: BTreeMap<&str, u64> = actions.into_iter().zip(shards.requests).collect();
        let is_of_chat = |operation: &str| OperationName::ALL.iter().any(|name| name.as_str() == operation);
        for ((operation, ..), count) in self.http.calls.iter().filter(|((name, ..), _)| is_of_chat(name)) {
            *requests.entry(operation).or_default() += count;
        }
        let requests =
            requests.into_iter().map(|(action, n)| (vec![("Action", action.to_owned())], n)).collect();
        counters(encoder, "Requests", "Requests, over WebSocket and REST together", requests)?;
        let all = shards.deliveries.iter().sum();
        counter(encoder, "MessagingDeliveries", "Frames delivered to viewers, all kinds", all)?;
        let all = shards.requests.iter().sum();
        counter(encoder, "MessagingRequests", "Requests over WebSocket", all)
    }

    fn encode_shards(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let shards = &self.shards;
        let refused = by("reason", &Refusal::REASONS, &shards.refused);
        counters(encoder, "hubbub_requests_refused", "Chat requests answered with an ERROR frame", refused)?;
        let closed = by("reason", &CloseReason::LABELS, &shards.closed);
        counters(encoder, "hubbub_connections_closed", "Chat connections that ended", closed)?;
        counter(encoder, "hubbub_connections_opened", "Chat connections that began", shards.opened)?;
        let published = by("Action", &PublicationKind::ACTIONS, &shards.publications);
        counters(encoder, "hubbub_publications", "Publications taken up, once per shard", published)?;
        counter(encoder, "hubbub_passes", "Passes over the viewers of a room", shards.passes)?;
        counter(encoder, "hubbub_pass_writes", "Writes to sockets in passes", shards.writes)?;
        counter(encoder, "hubbub_bytes_written", "Bytes taken by chat sockets", shards.bytes_written)?;
        gauge(
            encoder,
            "hubbub_outbox_bytes",
            "Bytes kept for clients that do not read",
            shards.outbox_bytes,
        )?;
        gauge(encoder, "hubbub_rooms", "Rooms that exist", self.rooms)?;
        gauge(
            encoder,
            "hubbub_rooms_in_use",
            "Rooms with viewers, or used within the last minutes",
            self.rooms_in_use,
        )?;
        let help = "1, with the version that runs";
        let mut build = encoder.encode_descriptor("hubbub_build_info", help, None, MetricType::Gauge)?;
        let version = [("version", env!("CARGO_PKG_VERSION"))];
        ConstGauge::new(1_i64).encode(build.encode_family(&version)?)?;
        gauge(encoder, "hubbub_uptime_seconds", "Seconds since the start", self.uptime_seconds)
    }

    fn encode_http(&self, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
        let calls = self.http.calls.iter().map(|((operation, status, error), count)| {
            let labels = [("operation", (*operation).to_owned()), ("status", status.to_string())];
            (labels.into_iter().chain([("error", (*error).to_owned())]).collect(), *count)
        });
        counters(encoder, "hubbub_calls", "Control-plane requests answered", calls.collect())?;
        let reasons = |counts: &BTreeMap<&'static str, u64>| {
            counts.iter().map(|(reason, n)| (vec![("reason", (*reason).to_owned())], *n)).collect()
        };
        let turned_away = reasons(&self.http.turned_away);
        counters(encoder, "hubbub_handshakes_refused", "Chat handshakes refused", turned_away)?;
        let dropped = reasons(&self.http.dropped);
        counters(encoder, "hubbub_connections_dropped", "HTTP connections ended before their time", dropped)?;
        let help = "Decisions that could not be written to the audit file";
        counter(encoder, "hubbub_audit_lines_lost", help, self.audit_lines_lost)
    }
}

fn chat_logs(house: &House) -> Vec<(String, LogReading)> {
    let named =
        |(key, reading)| (LoggingConfigurationArn::of(&house.config.region, key).to_string(), reading);
    house.chat_log.readings().into_iter().map(named).collect()
}

fn by<'a>(label: &'a str, values: &[&'static str], counts: &[u64]) -> Labelled<'a> {
    values.iter().zip(counts).map(|(value, count)| (vec![(label, (*value).to_owned())], *count)).collect()
}

fn counter(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, count: u64) -> fmt::Result {
    ConstCounter::new(count).encode(encoder.encode_descriptor(name, help, None, MetricType::Counter)?)
}

fn counters(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    counts: Labelled<'_>,
) -> fmt::Result {
    let mut family = encoder.encode_descriptor(name, help, None, MetricType::Counter)?;
    for (labels, count) in counts {
        ConstCounter::new(count).encode(family.encode_family(&labels)?)?;
    }
    Ok(())
}

fn gauge(encoder: &mut DescriptorEncoder<'_>, name: &str, help: &str, value: u64) -> fmt::Result {
    let gauge = ConstGauge::new(i64::try_from(value).unwrap_or(i64::MAX));
    gauge.encode(encoder.encode_descriptor(name, help, None, MetricType::Gauge)?)
}
