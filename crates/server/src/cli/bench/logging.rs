//! The logging configurations of a run, and what became of the records: three destinations, all of them local files of
//! the server that is measured.

use super::calls::insist;
use crate::cli::api::Api;
use crate::cli::error::CliError;
use reqwest::Url;
use serde::Serialize;
use serde_json::{Value, json};
use std::io;
use std::time::Duration;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// The name of the bucket, the group and the stream.
const NAME: &str = "hubbub-bench";
/// The counter of records, with the result behind it.
const RECORDS: &str = "hubbub_chat_log_records_total{";
/// How often it is looked whether all is delivered.
const LOOK: Duration = Duration::from_millis(200);
/// For how long; longer than a destination waits for a full batch, but for S3's.
const LOOKS: u32 = 100;

/// What became of the records of a run, all three destinations together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(super) struct LogReport {
    /// Records that were to be kept.
    pub(super) accepted: u64,
    /// Records that came to the disk.
    pub(super) spooled: u64,
    /// Records that the destinations confirmed; S3's wait for five minutes, and are not waited for.
    pub(super) delivered: u64,
    /// Records that were lost, for whatever reason.
    pub(super) lost: u64,
}

/// Makes a logging configuration for each kind of destination; answers their ARNs.
pub(super) async fn make(api: &Api, stop: &CancellationToken) -> Result<Vec<String>, CliError> {
    let destinations = [
        json!({ "s3": { "bucketName": NAME } }),
        json!({ "cloudWatchLogs": { "logGroupName": NAME } }),
        json!({ "firehose": { "deliveryStreamName": NAME } }),
    ];
    let mut arns = Vec::new();
    for destination in destinations {
        let input = json!({ "name": NAME, "destinationConfiguration": destination });
        let answer = insist(api, "CreateLoggingConfiguration", &input, stop).await?;
        match (answer.get("arn").and_then(Value::as_str), answer.get("state").and_then(Value::as_str)) {
            (Some(arn), Some("ACTIVE")) => arns.push(arn.to_owned()),
            _ => return Err(io::Error::other("the server cannot log chat").into()),
        }
    }
    Ok(arns)
}

/// What became of the records, once everything that was accepted is on the disk and all but S3's is delivered, or when
/// that lasts too long.
pub(super) async fn read(endpoint: &Url) -> Result<LogReport, CliError> {
    let mut report = LogReport::default();
    for _ in 0..LOOKS {
        let text = reqwest::get(endpoint.join("metrics").map_err(io::Error::other)?).await;
        let text = text.map_err(io::Error::other)?.text().await.map_err(io::Error::other)?;
        report = parse(&text);
        if report.spooled + report.lost >= report.accepted && report.delivered * 3 >= report.accepted * 2 {
            break;
        }
        sleep(LOOK).await;
    }
    Ok(report)
}

fn parse(metrics: &str) -> LogReport {
    let mut report = LogReport::default();
    for line in metrics.lines().filter(|line| line.starts_with(RECORDS)) {
        let value: u64 = line.rsplit_once(' ').and_then(|(_, value)| value.parse().ok()).unwrap_or_default();
        let result = line.split_once("result=\"").and_then(|(_, rest)| rest.split_once('"'));
        match result.map(|(result, _)| result) {
            Some("accepted") => report.accepted += value,
            Some("spooled") => report.spooled += value,
            Some("delivered") => report.delivered += value,
            _ => report.lost += value,
        }
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_counters_of_all_configurations_are_added_up() {
        let metrics = "# TYPE hubbub_chat_log_records counter\n\
            hubbub_chat_log_records_total{LoggingConfiguration=\"a\",result=\"accepted\"} 7\n\
            hubbub_chat_log_records_total{LoggingConfiguration=\"b\",result=\"accepted\"} 8\n\
            hubbub_chat_log_records_total{LoggingConfiguration=\"b\",result=\"spooled\"} 6\n\
            hubbub_chat_log_records_total{LoggingConfiguration=\"b\",result=\"lost_to_limit\"} 2\n\
            hubbub_chat_log_backlog{LoggingConfiguration=\"b\"} 9\n";
        assert_eq!(parse(metrics), LogReport { accepted: 15, spooled: 6, delivered: 0, lost: 2 });
    }
}
