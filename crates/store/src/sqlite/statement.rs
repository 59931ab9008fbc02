//! Running statements, and the one place where SQLite's errors become ours.

use crate::StoreError;
use crate::sql::{Parameter, Select};
use rusqlite::types::{FromSql, ToSqlOutput};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Params, Row, Rows, ToSql, params_from_iter};

impl ToSql for Parameter {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Self::Number(number) => number.to_sql(),
            Self::Text(text) => text.to_sql(),
        }
    }
}

/// What SQLite's error means to the one who runs the server.
pub(super) fn failure(error: rusqlite::Error) -> StoreError {
    use rusqlite::Error;
    let detail = error.to_string();
    let is_damage = match error {
        Error::SqliteFailure(code, _) => {
            matches!(code.code, ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
        }
        Error::FromSqlConversionFailure(..)
        | Error::IntegralValueOutOfRange(..)
        | Error::InvalidColumnType(..)
        | Error::Utf8Error(..) => true,
        _ => false,
    };
    if is_damage { StoreError::corrupt(detail) } else { StoreError::unavailable(detail) }
}

/// Runs a change; says how many rows it touched.
pub(super) fn execute(database: &Connection, sql: &str, values: impl Params) -> Result<usize, StoreError> {
    database.prepare_cached(sql).and_then(|mut statement| statement.execute(values)).map_err(failure)
}

/// Runs a change or query that gives at most one row.
pub(super) fn find_one<T>(
    database: &Connection,
    sql: &str,
    values: impl Params,
    read: impl FnOnce(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut statement = database.prepare_cached(sql).map_err(failure)?;
    let found = statement.query_row(values, |row| Ok(read(row))).optional().map_err(failure)?;
    found.transpose()
}

/// Runs a query and hands over its rows.
pub(super) fn find_all<T>(
    database: &Connection,
    sql: &str,
    values: impl Params,
    read: impl FnOnce(Rows<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    let mut statement = database.prepare_cached(sql).map_err(failure)?;
    read(statement.query(values).map_err(failure)?)
}

/// Runs a query that was put together.
pub(super) fn select<T>(
    database: &Connection,
    select: &Select,
    read: impl FnOnce(Rows<'_>) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    find_all(database, &select.text, params_from_iter(&select.parameters), read)
}

/// The next row.
pub(super) fn next<'rows, 'statement>(
    rows: &'rows mut Rows<'statement>,
) -> Result<Option<&'rows Row<'statement>>, StoreError> {
    rows.next().map_err(failure)
}

/// The value in one column.
pub(super) fn field<T: FromSql>(row: &Row<'_>, column: usize) -> Result<T, StoreError> {
    row.get(column).map_err(failure)
}
