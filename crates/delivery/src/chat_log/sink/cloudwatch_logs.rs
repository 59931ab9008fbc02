//! Events in CloudWatch Logs, at AWS or behind a compatible API.
//!
//! Source: CloudWatch Logs API reference, `PutLogEvents` and `CreateLogStream`.

use super::api::{Api, Refusal};
use super::key;
use crate::chat_log::batch::{LogBatch, LogRecord, SinkError};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, Ordering};

const SERVICE: &str = "logs";
const PUT: &str = "Logs_20140328.PutLogEvents";
const CREATE: &str = "Logs_20140328.CreateLogStream";

/// What one call holds: events, and bytes with so many counted beside each.
pub(super) const MAX_EVENTS: u64 = 10_000;
pub(super) const BYTES_BESIDE: u64 = 26;
const MAX_BYTES: u64 = 1_048_576;
/// What one event may have.
const MAX_EVENT_BYTES: usize = 1_000_000;
/// The events of one call lie no further apart.
const MAX_SPAN_MS: i64 = 24 * 60 * 60 * 1_000;

pub(super) struct CloudWatchLogs {
    api: Api,
    group: Box<str>,
    /// It has been said that this API's answers cannot be read.
    is_unreadable_said: AtomicBool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CreateLogStream<'a> {
    log_group_name: &'a str,
    log_stream_name: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PutLogEvents<'a> {
    log_group_name: &'a str,
    log_stream_name: &'a str,
    log_events: Vec<Event<'a>>,
}

#[derive(Serialize)]
struct Event<'a> {
    timestamp: i64,
    message: Cow<'a, str>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    rejected_log_events_info: Option<RejectedLogEventsInfo>,
}

/// Where in a call the events begin that are too new, and where those end that are too old.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RejectedLogEventsInfo {
    too_new_log_event_start_index: Option<u64>,
    too_old_log_event_end_index: Option<u64>,
    expired_log_event_end_index: Option<u64>,
}

impl RejectedLogEventsInfo {
    /// How many of `count` events are lost.
    fn rejected(&self, count: u64) -> u64 {
        let ends = [self.too_old_log_event_end_index, self.expired_log_event_end_index];
        let old = ends.into_iter().flatten().max().unwrap_or_default();
        let new = self.too_new_log_event_start_index.map_or(0, |start| count.saturating_sub(start));
        old.saturating_add(new).min(count)
    }
}

impl CloudWatchLogs {
    pub(super) fn new(api: Api, group: &str) -> Self {
        Self { api, group: group.into(), is_unreadable_said: AtomicBool::new(false) }
    }

    pub(super) async fn deliver(&self, batch: &mut LogBatch) -> Result<(), SinkError> {
        let Some(room) = key::room_of(batch) else { return Ok(()) };
        let stream = key::stream(room);
        let before = batch.records.len();
        batch.records.retain(|record| record.line.len() <= MAX_EVENT_BYTES);
        batch.rejected += (before - batch.records.len()) as u64;
        while !batch.records.is_empty() {
            let events = one_call(&batch.records);
            let count = events.len();
            let answer = self.put_into(&stream, events).await.map_err(|refusal| refusal.error)?;
            let info = answer.and_then(|answer| answer.rejected_log_events_info);
            batch.rejected += info.map_or(0, |info| info.rejected(count as u64));
            batch.records.drain(..count);
        }
        Ok(())
    }

    /// Creating a stream needs no more rights than delivery does.
    pub(super) async fn probe(&self) -> Result<(), SinkError> {
        self.create(&key::probe_stream()).await.map_err(|refusal| refusal.error)
    }

    /// Puts events, into a new stream if need be; nothing comes back of events that were there already.
    async fn put_into(&self, stream: &str, events: Vec<Event<'_>>) -> Result<Option<Answer>, Refusal> {
        let input = PutLogEvents { log_group_name: &self.group, log_stream_name: stream, log_events: events };
        match self.put(&input).await {
            Err(refusal) if matches!(refusal.error, SinkError::NotFound(_)) => {
                self.create(stream).await?;
                self.put(&input).await
            }
            result => result,
        }
    }

    async fn put(&self, input: &PutLogEvents<'_>) -> Result<Option<Answer>, Refusal> {
        match self.api.operate(SERVICE, PUT, input).await {
            Err(refusal) if &*refusal.code == "DataAlreadyAcceptedException" => Ok(None),
            result => Ok(result?.read().map_err(|error| self.say_unreadable(&error)).ok()),
        }
    }

    /// The events are there all the same: sent again, they would be there twice.
    fn say_unreadable(&self, error: &SinkError) {
        if !self.is_unreadable_said.swap(true, Ordering::Relaxed) {
            let group = &*self.group;
            tracing::warn!(
                target: "chat_log", group, %error,
                "CloudWatch Logs took records, and whether it threw some of them away cannot be read; said once"
            );
        }
    }

    async fn create(&self, stream: &str) -> Result<(), Refusal> {
        let input = CreateLogStream { log_group_name: &self.group, log_stream_name: stream };
        match self.api.operate(SERVICE, CREATE, &input).await {
            Err(refusal) if &*refusal.code == "ResourceAlreadyExistsException" => Ok(()),
            result => result.map(drop),
        }
    }
}

/// As many of the first records as one call holds; at least one. Times never go back, even if a clock did: a call takes
/// events in the order of their times only.
fn one_call(records: &[LogRecord]) -> Vec<Event<'_>> {
    let mut events: Vec<Event<'_>> = Vec::new();
    let mut bytes = 0;
    for record in records {
        let latest = events.last().map_or(i64::MIN, |event| event.timestamp);
        let timestamp = record.at.as_millisecond().max(latest);
        let first = events.first().map_or(timestamp, |event| event.timestamp);
        bytes += record.line.len() as u64 + BYTES_BESIDE;
        let is_full = events.len() as u64 == MAX_EVENTS || bytes > MAX_BYTES;
        if !events.is_empty() && (is_full || timestamp - first > MAX_SPAN_MS) {
            break;
        }
        events.push(Event { timestamp, message: String::from_utf8_lossy(&record.line) });
    }
    events
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Id, Timestamp};

    fn counts(records: &[(i64, usize)]) -> Vec<usize> {
        let room = Id::from_random(1);
        let record = |(ms, length): &(i64, usize)| LogRecord {
            at: Timestamp::from_millisecond(*ms).unwrap(),
            room,
            line: vec![b'x'; *length].into(),
        };
        let records: Vec<LogRecord> = records.iter().map(record).collect();
        let mut rest = records.as_slice();
        let mut counts = Vec::new();
        while !rest.is_empty() {
            let events = one_call(rest);
            assert!(events.is_sorted_by_key(|event| event.timestamp));
            counts.push(events.len());
            rest = &rest[events.len()..];
        }
        counts
    }

    #[test]
    fn a_call_holds_what_aws_lets_it_hold() {
        let day = 86_400_000;
        assert_eq!(counts(&[(0, 1); 25_000]), [10_000, 10_000, 5_000]);
        assert_eq!(counts(&[(0, 1_048_576 / 2 - 26); 3]), [2, 1]);
        assert_eq!(counts(&[(0, 1_048_576 / 2 - 25); 3]), [1, 1, 1]);
        assert_eq!(counts(&[(0, 1), (day, 1), (day + 1, 1), (2 * day + 2, 1)]), [2, 1, 1]);
        assert_eq!(counts(&[(5, 1), (3, 1), (day + 3, 1)]), [3]);
    }

    #[test]
    fn rejected_events_are_counted_once() {
        let info = |new, old, expired| RejectedLogEventsInfo {
            too_new_log_event_start_index: new,
            too_old_log_event_end_index: old,
            expired_log_event_end_index: expired,
        };
        assert_eq!(info(None, None, None).rejected(10), 0);
        assert_eq!(info(Some(7), Some(2), Some(1)).rejected(10), 5);
        assert_eq!(info(Some(0), Some(10), None).rejected(10), 10);
        assert_eq!(info(Some(99), None, Some(3)).rejected(10), 3);
    }
}
