//! Between rows and nouns. What comes back is parsed again: a value that the model refuses is damage, not a room.

use super::statement::{failure, field, next};
use crate::StoreError;
use model::{
    AccountId, Destination, FallbackResult, Id, LoggingConfiguration, LoggingConfigurationKey,
    LoggingConfigurationState, MessageReviewHandler, ResourceName, ReviewHandlerUri, Room, RoomKey, Tags,
    Timestamp, Violation,
};
use rusqlite::{Row, Rows};
use std::collections::BTreeMap;

/// Shows each room of the rows of [`crate::sql::ROOM`] and its like, where a room has one row for each of its logging
/// configurations.
pub(super) fn visit_rooms(mut rows: Rows<'_>, mut visit: impl FnMut(Room)) -> Result<(), StoreError> {
    let mut current: Option<Room> = None;
    while let Some(row) = next(&mut rows)? {
        let key = RoomKey { account: account(row)?, id: parsed(row, 1, Id::parse)? };
        let mut room = match current.take() {
            Some(room) if room.key == key => room,
            done => {
                done.into_iter().for_each(&mut visit);
                room_of(row, key)?
            }
        };
        room.logging_configurations.extend(parsed_if_any(row, 10, Id::parse)?);
        current = Some(room);
    }
    current.into_iter().for_each(visit);
    Ok(())
}

fn room_of(row: &Row<'_>, key: RoomKey) -> Result<Room, StoreError> {
    let uri = parsed_if_any(row, 7, ReviewHandlerUri::parse)?;
    let fallback_result = parsed_if_any(row, 8, FallbackResult::parse)?.unwrap_or_default();
    Ok(Room {
        key,
        name: parsed(row, 2, ResourceName::parse)?,
        create_time: time(row, 3)?,
        update_time: time(row, 4)?,
        maximum_message_rate_per_second: field(row, 5)?,
        maximum_message_length: field(row, 6)?,
        message_review_handler: uri.map(|uri| MessageReviewHandler { uri, fallback_result }),
        logging_configurations: Vec::new(),
        tags: tags(row, 9)?,
    })
}

/// Reads a row of [`crate::sql::LOGGING_CONFIGURATION`].
pub(super) fn logging_configuration(row: &Row<'_>) -> Result<LoggingConfiguration, StoreError> {
    Ok(LoggingConfiguration {
        key: LoggingConfigurationKey { account: account(row)?, id: parsed(row, 1, Id::parse)? },
        name: parsed(row, 2, ResourceName::parse)?,
        create_time: time(row, 3)?,
        update_time: time(row, 4)?,
        destination: destination(row)?,
        state: state(row)?,
        tags: tags(row, 7)?,
    })
}

/// The state in a row of [`crate::sql::LOGGING_CONFIGURATION`].
pub(super) fn state(row: &Row<'_>) -> Result<LoggingConfigurationState, StoreError> {
    parsed(row, 8, LoggingConfigurationState::parse)
}

/// How a destination is written: its kind and its name. The kinds are the API's names of the union's members.
pub(super) fn destination_columns(destination: &Destination) -> (&'static str, &str) {
    match destination {
        Destination::S3(name) => ("s3", name),
        Destination::CloudWatchLogs(name) => ("cloudWatchLogs", name),
        Destination::Firehose(name) => ("firehose", name),
    }
}

fn destination(row: &Row<'_>) -> Result<Destination, StoreError> {
    match text(row, 5)? {
        "s3" => parsed(row, 6, Destination::parse_bucket),
        "cloudWatchLogs" => parsed(row, 6, Destination::parse_log_group),
        "firehose" => parsed(row, 6, Destination::parse_delivery_stream),
        _ => Err(damage(row, 5)),
    }
}

/// How tags are written.
pub(super) fn tags_column(tags: &Tags) -> Result<String, StoreError> {
    serde_json::to_string(tags.as_map()).map_err(|error| StoreError::unavailable(error.to_string()))
}

/// The tags in one column.
pub(super) fn tags(row: &Row<'_>, column: usize) -> Result<Tags, StoreError> {
    let map: BTreeMap<String, String> =
        serde_json::from_str(text(row, column)?).map_err(|_| damage(row, column))?;
    Tags::parse(map).map_err(|_| damage(row, column))
}

/// The time in one column.
pub(super) fn time(row: &Row<'_>, column: usize) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(field(row, column)?).map_err(|_| damage(row, column))
}

/// The time in one column, where it is not null.
pub(super) fn time_if_any(row: &Row<'_>, column: usize) -> Result<Option<Timestamp>, StoreError> {
    let micros: Option<i64> = field(row, column)?;
    micros.map(Timestamp::from_microsecond).transpose().map_err(|_| damage(row, column))
}

/// The account in the first column.
pub(super) fn account(row: &Row<'_>) -> Result<AccountId, StoreError> {
    let number = u64::try_from(field::<i64>(row, 0)?).map_err(|_| damage(row, 0))?;
    AccountId::from_number(number).map_err(|_| damage(row, 0))
}

/// What the text in one column is.
pub(super) fn parsed<T>(
    row: &Row<'_>,
    column: usize,
    parse: fn(&str) -> Result<T, Violation>,
) -> Result<T, StoreError> {
    parsed_if_any(row, column, parse)?.ok_or_else(|| damage(row, column))
}

/// What the text in one column is, where it is not null.
pub(super) fn parsed_if_any<T>(
    row: &Row<'_>,
    column: usize,
    parse: fn(&str) -> Result<T, Violation>,
) -> Result<Option<T>, StoreError> {
    let text = text_if_any(row, column)?;
    text.map(parse).transpose().map_err(|_| damage(row, column))
}

fn text<'row>(row: &'row Row<'_>, column: usize) -> Result<&'row str, StoreError> {
    text_if_any(row, column)?.ok_or_else(|| damage(row, column))
}

fn text_if_any<'row>(row: &'row Row<'_>, column: usize) -> Result<Option<&'row str>, StoreError> {
    row.get_ref(column).map_err(failure)?.as_str_or_null().map_err(|_| damage(row, column))
}

/// Names the column, never the value: it may be a user's.
fn damage(row: &Row<'_>, column: usize) -> StoreError {
    let name = row.as_ref().column_name(column).unwrap_or("a column");
    StoreError::corrupt(format!("a value of {name} is not one"))
}
