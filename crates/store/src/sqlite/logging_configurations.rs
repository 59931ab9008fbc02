//! Logging configurations in SQLite. Each function is one step, as with rooms.

use super::counters::{hold, next_update_time, release, whole_micros};
use super::record::{destination_columns, logging_configuration, tags_column};
use super::statement::{execute, find_all, find_one, next, select};
use crate::sql::{self, number};
use crate::{CreateError, Cursor, LoggingConfigurationError, StoreError};
use model::{
    AccountId, Limit, LoggingConfiguration, LoggingConfigurationKey, LoggingConfigurationState, ResourceKind,
    Timestamp,
};
use rusqlite::{Connection, Rows, params};

pub(crate) fn create(
    database: &Connection,
    mut configuration: LoggingConfiguration,
    quota: Limit,
) -> Result<LoggingConfiguration, CreateError> {
    hold(database, configuration.key.account, ResourceKind::LoggingConfiguration, quota)?;
    configuration.create_time = whole_micros(configuration.create_time);
    configuration.update_time = next_update_time(database, configuration.create_time)?;
    if insert(database, &configuration)? { Ok(configuration) } else { Err(CreateError::IdTaken) }
}

pub(crate) fn find(
    database: &Connection,
    key: LoggingConfigurationKey,
) -> Result<Option<LoggingConfiguration>, StoreError> {
    let values = (number(key.account), key.id.as_str());
    find_one(database, sql::LOGGING_CONFIGURATION, values, logging_configuration)
}

pub(crate) fn update(
    database: &Connection,
    key: LoggingConfigurationKey,
    now: Timestamp,
    change: impl FnOnce(&mut LoggingConfiguration),
) -> Result<LoggingConfiguration, LoggingConfigurationError> {
    let before = find_if(database, key, LoggingConfigurationState::allows_update)?;
    let mut changed = before.clone();
    change(&mut changed);
    let update_time = next_update_time(database, now)?;
    let configuration = LoggingConfiguration {
        key,
        create_time: before.create_time,
        update_time,
        tags: before.tags,
        ..changed
    };
    write_back(database, &configuration)?;
    Ok(configuration)
}

pub(crate) fn settle(
    database: &Connection,
    seen: &LoggingConfiguration,
    state: LoggingConfigurationState,
) -> Result<bool, StoreError> {
    let values = params![
        state.as_str(),
        number(seen.key.account),
        seen.key.id.as_str(),
        seen.state.as_str(),
        seen.update_time.as_microsecond(),
    ];
    Ok(execute(database, sql::SETTLE_LOGGING_CONFIGURATION, values)? > 0)
}

pub(crate) fn begin_deletion(
    database: &Connection,
    key: LoggingConfigurationKey,
) -> Result<LoggingConfiguration, LoggingConfigurationError> {
    let before = find_if(database, key, LoggingConfigurationState::allows_deletion)?;
    let values = (number(key.account), key.id.as_str());
    if find_one(database, sql::IS_ATTACHED, values, |_| Ok(()))?.is_some() {
        return Err(LoggingConfigurationError::InUse);
    }
    settle(database, &before, LoggingConfigurationState::Deleting)?;
    Ok(before)
}

pub(crate) fn delete(database: &Connection, key: LoggingConfigurationKey) -> Result<bool, StoreError> {
    let state = LoggingConfigurationState::Deleting.as_str();
    let values = (number(key.account), key.id.as_str(), state);
    let existed = execute(database, sql::DELETE_LOGGING_CONFIGURATION, values)? > 0;
    if existed {
        release(database, key.account, ResourceKind::LoggingConfiguration)?;
    }
    Ok(existed)
}

pub(crate) fn list(
    database: &Connection,
    account: AccountId,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<LoggingConfiguration>, StoreError> {
    select(database, &sql::list_logging_configurations(account, after, limit), gather)
}

pub(crate) fn all(database: &Connection) -> Result<Vec<LoggingConfiguration>, StoreError> {
    find_all(database, sql::ALL_LOGGING_CONFIGURATIONS, [], gather)
}

fn gather(mut rows: Rows<'_>) -> Result<Vec<LoggingConfiguration>, StoreError> {
    let mut configurations = Vec::new();
    while let Some(row) = next(&mut rows)? {
        configurations.push(logging_configuration(row)?);
    }
    Ok(configurations)
}

/// Finds one whose state allows what is to be done.
fn find_if(
    database: &Connection,
    key: LoggingConfigurationKey,
    allows: fn(LoggingConfigurationState) -> bool,
) -> Result<LoggingConfiguration, LoggingConfigurationError> {
    let found = find(database, key)?.ok_or(LoggingConfigurationError::NotFound)?;
    if allows(found.state) { Ok(found) } else { Err(LoggingConfigurationError::WrongState(found.state)) }
}

fn insert(database: &Connection, configuration: &LoggingConfiguration) -> Result<bool, StoreError> {
    let (kind, destination) = destination_columns(&configuration.destination);
    let values = params![
        number(configuration.key.account),
        configuration.key.id.as_str(),
        configuration.name.as_str(),
        configuration.create_time.as_microsecond(),
        configuration.update_time.as_microsecond(),
        kind,
        destination,
        tags_column(&configuration.tags)?,
        configuration.state.as_str(),
    ];
    Ok(execute(database, sql::INSERT_LOGGING_CONFIGURATION, values)? > 0)
}

fn write_back(database: &Connection, configuration: &LoggingConfiguration) -> Result<(), StoreError> {
    let (kind, destination) = destination_columns(&configuration.destination);
    let values = params![
        configuration.name.as_str(),
        configuration.update_time.as_microsecond(),
        kind,
        destination,
        configuration.state.as_str(),
        number(configuration.key.account),
        configuration.key.id.as_str(),
    ];
    execute(database, sql::UPDATE_LOGGING_CONFIGURATION, values).map(|_| ())
}
