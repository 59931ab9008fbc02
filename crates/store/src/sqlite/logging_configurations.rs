//! Logging configurations in SQLite. Each function is one step, as with rooms.

use super::counters::{hold, next_update_time, release, whole_micros};
use super::record::{destination_columns, logging_configuration, tags_column};
use super::statement::{execute, find_one, next, select};
use crate::sql::{self, number};
use crate::{CreateError, Cursor, DeleteError, StoreError, UpdateError};
use model::{
    AccountId, Limit, LoggingConfiguration, LoggingConfigurationKey, LoggingConfigurationState, ResourceKind,
    Timestamp,
};
use rusqlite::{Connection, params};

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
) -> Result<LoggingConfiguration, UpdateError> {
    let before = find(database, key)?.ok_or(UpdateError::NotFound)?;
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

pub(crate) fn delete(database: &Connection, key: LoggingConfigurationKey) -> Result<(), DeleteError> {
    let values = (number(key.account), key.id.as_str());
    if find_one(database, sql::IS_ATTACHED, values, |_| Ok(()))?.is_some() {
        return Err(DeleteError::InUse);
    }
    if execute(database, sql::DELETE_LOGGING_CONFIGURATION, values)? == 0 {
        return Err(DeleteError::NotFound);
    }
    release(database, key.account, ResourceKind::LoggingConfiguration)?;
    Ok(())
}

pub(crate) fn list(
    database: &Connection,
    account: AccountId,
    after: Option<Cursor>,
    limit: u32,
) -> Result<Vec<LoggingConfiguration>, StoreError> {
    select(database, &sql::list_logging_configurations(account, after, limit), |mut rows| {
        let mut configurations = Vec::new();
        while let Some(row) = next(&mut rows)? {
            configurations.push(logging_configuration(row)?);
        }
        Ok(configurations)
    })
}

fn insert(database: &Connection, configuration: &LoggingConfiguration) -> Result<bool, StoreError> {
    // There is one state, so it has no column; a second one will not compile until it has.
    let LoggingConfigurationState::Active = configuration.state;
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
        number(configuration.key.account),
        configuration.key.id.as_str(),
    ];
    execute(database, sql::UPDATE_LOGGING_CONFIGURATION, values).map(|_| ())
}
