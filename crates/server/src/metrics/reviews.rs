//! What is told of message review handlers.
//!
//! Source of `InvocationErrors` and `ResponseValidationErrors`, dimension `Uri`: user guide, "Monitoring Amazon IVS
//! Chat".

use super::{Labelled, counters};
use delivery::{BreakerState, HandlerCounters, ReviewCounters, ReviewLatencies, ReviewTally};
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::gauge::ConstGauge;
use std::fmt;

pub(super) fn encode(reviews: &ReviewCounters, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let help = "Reviews for which the handler could not be run";
    counters(encoder, "InvocationErrors", help, by_uri(reviews, ReviewTally::invocation_errors))?;
    let help = "Reviews whose answer was of no use";
    counters(
        encoder,
        "ResponseValidationErrors",
        help,
        by_uri(reviews, ReviewTally::response_validation_errors),
    )?;
    let help = "What became of messages under review; shadow_… of those that were delivered anyway";
    counters(encoder, "hubbub_reviews", help, results(reviews))?;
    latencies(reviews, encoder)?;
    breakers(reviews, encoder)
}

fn by_uri(reviews: &ReviewCounters, count: fn(&ReviewTally) -> u64) -> Labelled<'static> {
    let counted = |handler: &HandlerCounters| count(&handler.decided) + count(&handler.shadow);
    reviews.handlers.iter().map(|(uri, handler)| (vec![("Uri", uri.to_string())], counted(handler))).collect()
}

fn results(reviews: &ReviewCounters) -> Labelled<'static> {
    let rows = reviews.handlers.iter().flat_map(|(uri, handler)| {
        [("", &handler.decided), ("shadow_", &handler.shadow)].into_iter().flat_map(move |(prefix, tally)| {
            let counted = tally.results().filter(|(_, count)| *count > 0);
            counted.map(move |(label, count)| {
                let result = format!("{prefix}{}", label.as_str());
                (vec![("Uri", uri.to_string()), ("result", result)], count)
            })
        })
    });
    rows.collect()
}

/// The time of reviews that decided, over all handlers.
fn latencies(reviews: &ReviewCounters, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let mut all = ReviewLatencies::default();
    for handler in reviews.handlers.values() {
        for (sum, count) in all.buckets.iter_mut().zip(handler.decided.latencies.buckets) {
            *sum += count;
        }
        all.sum += handler.decided.latencies.sum;
    }
    let bounds = ReviewLatencies::BOUNDS_US.iter().map(|us| *us as f64 / 1e6).chain([f64::INFINITY]);
    let buckets: Vec<(f64, u64)> = bounds.zip(all.buckets).collect();
    let help = "How long messages waited for handlers that were asked";
    let mut histogram =
        encoder.encode_descriptor("hubbub_review_seconds", help, None, MetricType::Histogram)?;
    histogram.encode_histogram::<[(&str, &str); 0]>(all.sum.as_secs_f64(), all.count(), &buckets, None)
}

/// 0 closed, 1 open, 2 trying.
fn breakers(reviews: &ReviewCounters, encoder: &mut DescriptorEncoder<'_>) -> fmt::Result {
    let help = "State of a handler's circuit breaker: 0 closed, 1 open, 2 trying again";
    let mut family = encoder.encode_descriptor("hubbub_review_breaker", help, None, MetricType::Gauge)?;
    for reading in &reviews.breakers {
        let state: i64 = match reading.state {
            BreakerState::Closed => 0,
            BreakerState::Open => 1,
            BreakerState::HalfOpen => 2,
        };
        let of = |label: &Option<Box<str>>| label.as_deref().unwrap_or_default().to_owned();
        let labels = [
            ("endpoint", reading.endpoint.to_string()),
            ("Uri", of(&reading.uri)),
            ("account", of(&reading.account)),
        ];
        ConstGauge::new(state).encode(family.encode_family(&labels)?)?;
    }
    Ok(())
}
