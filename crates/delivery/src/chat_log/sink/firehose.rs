//! Records in a Firehose delivery stream, at AWS or behind a compatible API.
//!
//! Only the words of an answer tell which records were taken. Where a yes cannot be read, all of its call is sent
//! again, as often as that is so: twice is better than never.
//!
//! Source: Firehose API reference, `PutRecordBatch` and `DescribeDeliveryStream`.

use super::api::Api;
use crate::chat_log::batch::{LogBatch, LogRecord, SinkError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

const SERVICE: &str = "firehose";
const PUT: &str = "Firehose_20150804.PutRecordBatch";
const DESCRIBE: &str = "Firehose_20150804.DescribeDeliveryStream";

/// What one call holds: records, and bytes before they are encoded; AWS's own limit is 4 MiB.
pub(super) const MAX_RECORDS: u64 = 500;
const MAX_BYTES: usize = 4 * 1024 * 1024 - 64 * 1024;
/// What one record may have, its line's end included.
const MAX_RECORD_BYTES: usize = 1_000 * 1024;

pub(super) struct Firehose {
    api: Api,
    stream: Box<str>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PutRecordBatch<'a> {
    delivery_stream_name: &'a str,
    records: Vec<Record>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Record {
    /// Base64.
    data: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer {
    failed_put_count: u64,
    #[serde(default)]
    request_responses: Vec<Response>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    error_code: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DescribeDeliveryStream<'a> {
    delivery_stream_name: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Described {
    delivery_stream_description: Description,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Description {
    delivery_stream_status: String,
}

impl Firehose {
    pub(super) fn new(api: Api, stream: &str) -> Self {
        Self { api, stream: stream.into() }
    }

    pub(super) async fn deliver(&self, batch: &mut LogBatch) -> Result<(), SinkError> {
        let before = batch.records.len();
        batch.records.retain(|record| record.line.len() < MAX_RECORD_BYTES);
        batch.rejected += (before - batch.records.len()) as u64;
        while !batch.records.is_empty() {
            let records = one_call(&batch.records);
            let count = records.len();
            let input = PutRecordBatch { delivery_stream_name: &self.stream, records };
            let answer = self.api.operate(SERVICE, PUT, &input).await.map_err(|refusal| refusal.error)?;
            take_out(&mut batch.records, count, answer.read()?)?;
        }
        Ok(())
    }

    pub(super) async fn probe(&self) -> Result<(), SinkError> {
        let input = DescribeDeliveryStream { delivery_stream_name: &self.stream };
        let answer = self.api.operate(SERVICE, DESCRIBE, &input).await.map_err(|refusal| refusal.error)?;
        let described: Described = answer.read()?;
        match described.delivery_stream_description.delivery_stream_status.as_str() {
            "ACTIVE" => Ok(()),
            "CREATING" => Err(SinkError::Passing("the stream is still being created".into())),
            _ => Err(SinkError::NotFound("the stream is not active".into())),
        }
    }
}

/// As many of the first records as one call holds; at least one.
fn one_call(records: &[LogRecord]) -> Vec<Record> {
    let mut bytes = 0;
    let fits = |record: &&LogRecord| {
        let is_first = bytes == 0;
        bytes += record.line.len() + 1;
        is_first || bytes <= MAX_BYTES
    };
    let some = records.iter().take(MAX_RECORDS as usize).take_while(fits);
    some.map(|record| Record { data: STANDARD.encode([&record.line, &b"\n"[..]].concat()) }).collect()
}

/// Takes what was delivered out of the first `count` records; an error where some of them were not.
fn take_out(records: &mut Vec<LogRecord>, count: usize, answer: Answer) -> Result<(), SinkError> {
    let Answer { failed_put_count, request_responses } = answer;
    let failed: Vec<bool> = request_responses.iter().map(|it| it.error_code.is_some()).collect();
    if failed_put_count == 0 {
        records.drain(..count);
        return Ok(());
    }
    if failed.len() != count {
        return Err(SinkError::Passing("its answer is not the one of this operation".into()));
    }
    let mut failed = failed.into_iter();
    records.retain(|_| failed.next().unwrap_or(true));
    Err(SinkError::Passing(format!("{failed_put_count} of {count} records were not taken").into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Id, Timestamp};

    fn records(lengths: &[usize]) -> Vec<LogRecord> {
        let record = |(index, length): (usize, &usize)| LogRecord {
            at: Timestamp::from_millisecond(index as i64).unwrap(),
            room: Id::from_random(1),
            line: vec![b'x'; *length].into(),
        };
        lengths.iter().enumerate().map(record).collect()
    }

    #[test]
    fn a_call_holds_what_aws_lets_it_hold() {
        let count = |lengths: &[usize]| one_call(&records(lengths)).len();
        assert_eq!(count(&[10; 501]), 500);
        assert_eq!(count(&[MAX_BYTES / 4 - 1; 5]), 4);
        assert_eq!(count(&[MAX_BYTES / 4; 5]), 3);
        assert_eq!(one_call(&records(&[2]))[0].data, "eHgK");
    }

    #[test]
    fn just_what_failed_stays() {
        let check = |answer: &str, stay: &[i64], is_well: bool| {
            let mut left = records(&[1; 4]);
            let result = take_out(&mut left, 3, serde_json::from_str(answer).unwrap());
            assert_eq!(result.is_ok(), is_well, "{answer}");
            let left: Vec<i64> = left.iter().map(|it| it.at.as_millisecond()).collect();
            assert_eq!(left, stay, "{answer}");
        };
        let (taken, failed) = (r#"{"RecordId":"r"}"#, r#"{"ErrorCode":"ServiceUnavailableException"}"#);
        let answer = |count: u64, responses: &[&str]| {
            format!("{{\"FailedPutCount\":{count},\"RequestResponses\":[{}]}}", responses.join(","))
        };
        check(&answer(0, &[taken; 3]), &[3], true);
        check(&answer(1, &[taken, failed, taken]), &[1, 3], false);
        check(&answer(3, &[failed; 3]), &[0, 1, 2, 3], false);
        check(&answer(1, &[failed]), &[0, 1, 2, 3], false);
    }
}
