//! Who may do what, in SQLite. Each function is one step, as with rooms.

pub(crate) mod accounts;
pub(crate) mod keys;
pub(crate) mod policies;
pub(crate) mod users;

use super::statement::{failure, field, find_one};
use crate::query::AllAccess;
use crate::{AccessError, StoreError};
use rusqlite::{Connection, Params};

/// Everything, as it stood at one moment: the transaction is what makes four queries one.
pub(crate) fn all(database: &Connection) -> Result<AllAccess, StoreError> {
    let moment = database.unchecked_transaction().map_err(failure)?;
    Ok(AllAccess {
        accounts: accounts::all(&moment)?,
        users: users::all(&moment)?,
        keys: keys::all(&moment)?,
        policies: policies::all(&moment)?,
    })
}

/// Refuses where `count` finds more than `limit`, the new one among them; the refusal takes the new one back.
fn check_quota(
    database: &Connection,
    count: &str,
    of: impl Params,
    (quota, limit): (&'static str, u32),
) -> Result<(), AccessError> {
    let held = find_one(database, count, of, |row| field::<i64>(row, 0))?;
    if held.is_some_and(|held| held <= i64::from(limit)) {
        return Ok(());
    }
    Err(AccessError::LimitExceeded { quota, limit })
}
