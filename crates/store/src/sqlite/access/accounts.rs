//! Accounts in SQLite.

use crate::StoreError;
use crate::error::{AccessError, Conflict, Entity};
use crate::sql::{access as sql, number};
use crate::sqlite::counters::whole_micros;
use crate::sqlite::record::{account, time};
use crate::sqlite::statement::{execute, field, find_all, find_one, next};
use model::{Account, AccountId};
use rusqlite::{Connection, Row};

pub(crate) fn create(database: &Connection, mut account: Account) -> Result<Account, AccessError> {
    account.created_at = whole_micros(account.created_at);
    let created_at = account.created_at.as_microsecond();
    let values = (number(account.id), account.pending_verification, created_at);
    if execute(database, sql::INSERT_ACCOUNT, values)? == 0 {
        return Err(AccessError::EntityAlreadyExists(Entity::Account(account.id)));
    }
    Ok(account)
}

pub(crate) fn set_pending_verification(
    database: &Connection,
    id: AccountId,
    pending_verification: bool,
) -> Result<Account, AccessError> {
    let account = find(database, id)?;
    execute(database, sql::UPDATE_ACCOUNT, (pending_verification, number(id)))?;
    Ok(Account { pending_verification, ..account })
}

pub(crate) fn delete(database: &Connection, id: AccountId) -> Result<(), AccessError> {
    find(database, id)?;
    let holdings = [
        (sql::HAS_ROOM, Conflict::AccountHasRooms),
        (sql::HAS_LOGGING_CONFIGURATION, Conflict::AccountHasLoggingConfigurations),
        (sql::HAS_USER, Conflict::AccountHasUsers),
        (sql::HAS_POLICY, Conflict::AccountHasPolicies),
    ];
    for (has, conflict) in holdings {
        if find_one(database, has, (number(id),), |_| Ok(()))?.is_some() {
            return Err(AccessError::DeleteConflict(conflict));
        }
    }
    execute(database, sql::DELETE_ACCOUNT, (number(id),))?;
    Ok(())
}

pub(crate) fn all(database: &Connection) -> Result<Vec<Account>, StoreError> {
    find_all(database, sql::ALL_ACCOUNTS, [], |mut rows| {
        let mut accounts = Vec::new();
        while let Some(row) = next(&mut rows)? {
            accounts.push(read(row)?);
        }
        Ok(accounts)
    })
}

/// Finds an account, or says that there is none.
pub(super) fn find(database: &Connection, id: AccountId) -> Result<Account, AccessError> {
    let found = find_one(database, sql::ACCOUNT, (number(id),), read)?;
    found.ok_or(AccessError::NoSuchEntity(Entity::Account(id)))
}

fn read(row: &Row<'_>) -> Result<Account, StoreError> {
    Ok(Account { id: account(row)?, pending_verification: field(row, 1)?, created_at: time(row, 2)? })
}
