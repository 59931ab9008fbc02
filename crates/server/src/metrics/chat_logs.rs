//! What is told of chat logging.
//!
//! Source of `LogDestinationAccessDeniedError`, `LogDestinationErrors` and `LogDestinationResourceNotFoundErrors`,
//! dimension `LoggingConfiguration`: user guide, "Monitoring Amazon IVS Chat".

use super::counters;
use delivery::LogReading;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use std::fmt;

/// The dimension.
const CONFIGURATION: &str = "LoggingConfiguration";

/// One number of a configuration.
type Pick = fn(&LogReading) -> u64;

const AWS: [(&str, &str, Pick); 3] = [
    ("LogDestinationAccessDeniedError", "Attempts to log chat that the destination denied", |reading| {
        reading.access_denied
    }),
    (
        "LogDestinationResourceNotFoundErrors",
        "Attempts to log chat to a destination that there is not",
        |reading| reading.not_found,
    ),
    ("LogDestinationErrors", "Attempts to log chat that failed otherwise", |reading| reading.other_errors),
];

/// What becomes of records, under the label `result`.
const RESULTS: [(&str, Pick); 8] = [
    ("accepted", |reading| reading.accepted),
    ("spooled", |reading| reading.spooled),
    ("delivered", |reading| reading.delivered),
    ("lost_before_disk", |reading| reading.lost_before_disk),
    ("lost_to_limit", |reading| reading.lost_to_limit),
    ("lost_to_damage", |reading| reading.lost_to_damage),
    ("discarded", |reading| reading.discarded),
    ("rejected", |reading| reading.rejected),
];

/// Readings by the ARN of the configuration.
pub(super) fn encode(readings: &[(String, LogReading)], encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    for (name, help, pick) in AWS {
        let counted =
            readings.iter().map(|(arn, reading)| (vec![(CONFIGURATION, arn.clone())], pick(reading)));
        counters(encoder, name, help, counted.collect())?;
    }
    let results = readings.iter().flat_map(|(arn, reading)| {
        RESULTS.into_iter().map(move |(result, pick)| {
            (vec![(CONFIGURATION, arn.clone()), ("result", result.to_owned())], pick(reading))
        })
    });
    counters(encoder, "hubbub_chat_log_records", "What became of records of chat logs", results.collect())?;
    let help = "Records of chat logs that are not delivered yet";
    gauges(readings, encoder, ("hubbub_chat_log_backlog", help), |reading| reading.backlog)?;
    let help = "Bytes of chat logs that wait on the disk";
    gauges(readings, encoder, ("hubbub_chat_log_spool_bytes", help), |reading| reading.spool_bytes)
}

fn gauges(
    readings: &[(String, LogReading)],
    encoder: &mut DescriptorEncoder<'_>,
    (name, help): (&str, &str),
    pick: Pick,
) -> fmt::Result {
    let mut family = encoder.encode_descriptor(name, help, None, MetricType::Gauge)?;
    for (arn, reading) in readings {
        let gauge = ConstGauge::new(i64::try_from(pick(reading)).unwrap_or(i64::MAX));
        gauge.encode(family.encode_family(&[(CONFIGURATION, arn.as_str())])?)?;
    }
    Ok(())
}
