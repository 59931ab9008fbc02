//! The statements, in what SQLite and PostgreSQL both understand. Knows no driver.
//!
//! **Invariant:** in each statement `$1`, `$2`, … appear first in that order: SQLite numbers them as they appear.

pub(crate) mod access;

use crate::{Cursor, ResourceKey, RoomFilter};
use model::AccountId;

/// A room's own columns, then one of its logging configurations or null: one row for each, in their order.
macro_rules! rooms {
    ($from:literal, $rest:literal) => {
        concat!(
            "SELECT r.account, r.id, r.name, r.create_time, r.update_time, r.maximum_message_rate_per_second, \
             r.maximum_message_length, r.message_review_handler_uri, r.fallback_result, r.tags, \
             l.logging_configuration_id FROM ",
            $from,
            " r LEFT JOIN room_logging_configurations l ON l.account = r.account AND l.room_id = r.id ",
            $rest
        )
    };
}

macro_rules! logging_configurations {
    ($rest:literal) => {
        concat!(
            "SELECT account, id, name, create_time, update_time, destination_kind, destination_name, tags, \
             state FROM logging_configurations ",
            $rest
        )
    };
}

pub(crate) const ROOM: &str = rooms!("rooms", "WHERE r.account = $1 AND r.id = $2 ORDER BY l.position");
pub(crate) const ALL_ROOMS: &str = rooms!("rooms", "ORDER BY r.account, r.id, l.position");
pub(crate) const INSERT_ROOM: &str = "INSERT INTO rooms (account, id, name, create_time, update_time, \
    maximum_message_rate_per_second, maximum_message_length, message_review_handler_uri, fallback_result, tags) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING";
pub(crate) const UPDATE_ROOM: &str = "UPDATE rooms SET name = $1, update_time = $2, \
    maximum_message_rate_per_second = $3, maximum_message_length = $4, message_review_handler_uri = $5, \
    fallback_result = $6 WHERE account = $7 AND id = $8";
pub(crate) const DELETE_ROOM: &str = "DELETE FROM rooms WHERE account = $1 AND id = $2";

pub(crate) const ATTACH: &str = "INSERT INTO room_logging_configurations \
    (account, room_id, position, logging_configuration_id) VALUES ($1, $2, $3, $4)";
pub(crate) const DETACH_ALL: &str =
    "DELETE FROM room_logging_configurations WHERE account = $1 AND room_id = $2";
pub(crate) const IS_ATTACHED: &str = "SELECT 1 FROM room_logging_configurations \
    WHERE account = $1 AND logging_configuration_id = $2 LIMIT 1";

pub(crate) const LOGGING_CONFIGURATION: &str = logging_configurations!("WHERE account = $1 AND id = $2");
pub(crate) const ALL_LOGGING_CONFIGURATIONS: &str = logging_configurations!("ORDER BY account, id");
pub(crate) const INSERT_LOGGING_CONFIGURATION: &str = "INSERT INTO logging_configurations (account, id, name, \
    create_time, update_time, destination_kind, destination_name, tags, state) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
pub(crate) const UPDATE_LOGGING_CONFIGURATION: &str = "UPDATE logging_configurations SET name = $1, \
    update_time = $2, destination_kind = $3, destination_name = $4, state = $5 WHERE account = $6 AND id = $7";
/// The state and the update time together name one change: no two updates share a time.
pub(crate) const SETTLE_LOGGING_CONFIGURATION: &str = "UPDATE logging_configurations SET state = $1 \
    WHERE account = $2 AND id = $3 AND state = $4 AND update_time = $5";
pub(crate) const DELETE_LOGGING_CONFIGURATION: &str =
    "DELETE FROM logging_configurations WHERE account = $1 AND id = $2 AND state = $3";

/// Takes the next update time: the one asked for, or a microsecond after the last. In PostgreSQL the row's lock also
/// makes transactions commit in the order of their update times.
pub(crate) const ADVANCE_CLOCK: &str = "UPDATE clock SET last_update_time = \
    CASE WHEN last_update_time >= $1 THEN last_update_time + 1 ELSE $1 END WHERE id = 1 RETURNING last_update_time";
pub(crate) const READ_CLOCK: &str = "SELECT last_update_time FROM clock WHERE id = 1";

pub(crate) const ADD_HOLDING: &str = "INSERT INTO holdings (account, kind, held) VALUES ($1, $2, 1) \
    ON CONFLICT (account, kind) DO UPDATE SET held = holdings.held + 1 RETURNING held";
pub(crate) const DROP_HOLDING: &str = "UPDATE holdings SET held = held - 1 WHERE account = $1 AND kind = $2";

pub(crate) const TOKEN_KEYS: &str =
    "SELECT id, wrapped, created_at, expires_at FROM token_keys ORDER BY created_at DESC, id DESC";
pub(crate) const INSERT_TOKEN_KEY: &str = "INSERT INTO token_keys (id, wrapped, created_at, expires_at) \
    VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
pub(crate) const DELETE_EXPIRED_TOKEN_KEYS: &str = "DELETE FROM token_keys WHERE expires_at <= $1";

/// The statements above, for the test of the invariant.
#[cfg(test)]
pub(crate) const FIXED: &[&str] = &[
    ROOM,
    ALL_ROOMS,
    INSERT_ROOM,
    UPDATE_ROOM,
    DELETE_ROOM,
    ATTACH,
    DETACH_ALL,
    IS_ATTACHED,
    LOGGING_CONFIGURATION,
    ALL_LOGGING_CONFIGURATIONS,
    INSERT_LOGGING_CONFIGURATION,
    UPDATE_LOGGING_CONFIGURATION,
    SETTLE_LOGGING_CONFIGURATION,
    DELETE_LOGGING_CONFIGURATION,
    ADVANCE_CLOCK,
    READ_CLOCK,
    ADD_HOLDING,
    DROP_HOLDING,
    TOKEN_KEYS,
    INSERT_TOKEN_KEY,
    DELETE_EXPIRED_TOKEN_KEYS,
];

/// Reads the tags of one resource: account, id.
pub(crate) const fn tags(key: ResourceKey) -> &'static str {
    match key {
        ResourceKey::Room(_) => "SELECT tags FROM rooms WHERE account = $1 AND id = $2",
        ResourceKey::LoggingConfiguration(_) => {
            "SELECT tags FROM logging_configurations WHERE account = $1 AND id = $2"
        }
    }
}

/// Writes the tags of one resource: tags, account, id.
pub(crate) const fn set_tags(key: ResourceKey) -> &'static str {
    match key {
        ResourceKey::Room(_) => "UPDATE rooms SET tags = $1 WHERE account = $2 AND id = $3",
        ResourceKey::LoggingConfiguration(_) => {
            "UPDATE logging_configurations SET tags = $1 WHERE account = $2 AND id = $3"
        }
    }
}

/// A value for a statement that is put together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Parameter {
    Number(i64),
    Text(String),
}

/// A statement that is put together, with its values in order.
#[derive(Debug)]
pub(crate) struct Select {
    pub(crate) text: String,
    pub(crate) parameters: Vec<Parameter>,
}

impl Select {
    fn of_account(text: &str, account: AccountId) -> Self {
        Self { text: text.into(), parameters: vec![Parameter::Number(number(account))] }
    }

    fn value(&mut self, value: Parameter) {
        self.parameters.push(value);
        self.text.push_str(&format!("${}", self.parameters.len()));
    }

    fn equals(&mut self, column: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.text.push_str(&format!(" AND {column} = "));
            self.value(Parameter::Text(value.into()));
        }
    }

    /// One page, newest update first. Update times differ, the id is there for the day when they do not.
    fn page(&mut self, after: Option<Cursor>, limit: u32) {
        if let Some(Cursor { update_time_micros, id }) = after {
            self.text.push_str(" AND (update_time, id) < (");
            self.value(Parameter::Number(update_time_micros));
            self.text.push_str(", ");
            self.value(Parameter::Text(id.to_string()));
            self.text.push(')');
        }
        self.text.push_str(" ORDER BY update_time DESC, id DESC LIMIT ");
        self.value(Parameter::Number(limit.into()));
    }
}

/// One page of an account's rooms.
pub(crate) fn list_rooms(
    account: AccountId,
    filter: &RoomFilter,
    after: Option<Cursor>,
    limit: u32,
) -> Select {
    let mut select = Select::of_account("SELECT * FROM rooms WHERE account = $1", account);
    select.equals("name", filter.name.as_ref().map(|name| name.as_str()));
    let uri = filter.message_review_handler_uri.as_ref();
    select.equals("message_review_handler_uri", uri.map(|uri| uri.as_str()));
    if let Some(id) = filter.logging_configuration_id {
        select
            .text
            .push_str(" AND id IN (SELECT room_id FROM room_logging_configurations WHERE account = $1");
        select.equals("logging_configuration_id", Some(id.as_str()));
        select.text.push(')');
    }
    select.page(after, limit);
    select.text = format!(rooms!("({})", "ORDER BY r.update_time DESC, r.id DESC, l.position"), select.text);
    select
}

/// One page of an account's logging configurations.
pub(crate) fn list_logging_configurations(account: AccountId, after: Option<Cursor>, limit: u32) -> Select {
    let mut select = Select::of_account(logging_configurations!("WHERE account = $1"), account);
    select.page(after, limit);
    select
}

/// An account as the database keeps it: twelve digits always fit.
pub(crate) const fn number(account: AccountId) -> i64 {
    account.number().cast_signed()
}
