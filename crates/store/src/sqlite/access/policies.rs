//! Policies in SQLite, as texts.

use super::{accounts, check_quota};
use crate::StoreError;
use crate::error::{AccessError, Conflict, Entity};
use crate::sql::{access as sql, number};
use crate::sqlite::counters::whole_micros;
use crate::sqlite::record::{account, parsed, time};
use crate::sqlite::statement::{execute, field, find_all, find_one, next};
use model::{AccessPolicy, Account, AccountId, PolicyName, Timestamp, UserName};
use rusqlite::{Connection, Row, Rows, params};

pub(crate) fn create(database: &Connection, mut policy: AccessPolicy) -> Result<AccessPolicy, AccessError> {
    accounts::find(database, policy.account)?;
    check_size(&policy.document)?;
    policy.created_at = whole_micros(policy.created_at);
    policy.updated_at = policy.created_at;
    let values = params![
        number(policy.account),
        policy.name.folded(),
        policy.name.as_str(),
        policy.document,
        policy.created_at.as_microsecond(),
        policy.updated_at.as_microsecond(),
    ];
    if execute(database, sql::INSERT_POLICY, values)? == 0 {
        return Err(AccessError::EntityAlreadyExists(Entity::Policy(policy.name)));
    }
    let quota = ("PoliciesPerAccount", Account::MAX_POLICIES);
    check_quota(database, sql::COUNT_POLICIES, (number(policy.account),), quota)?;
    Ok(policy)
}

pub(crate) fn find(
    database: &Connection,
    account: AccountId,
    name: &PolicyName,
) -> Result<Option<AccessPolicy>, StoreError> {
    find_one(database, sql::POLICY, (number(account), name.folded()), read)
}

/// The name of an existing policy as its owner wrote it.
pub(super) fn resolve(
    database: &Connection,
    account: AccountId,
    name: &PolicyName,
    is_elsewhere: impl Fn(&PolicyName) -> bool,
) -> Result<PolicyName, AccessError> {
    match find(database, account, name)? {
        Some(policy) => Ok(policy.name),
        None if is_elsewhere(name) => Ok(name.clone()),
        None => Err(AccessError::NoSuchEntity(Entity::Policy(name.clone()))),
    }
}

pub(crate) fn update(
    database: &Connection,
    account: AccountId,
    name: &PolicyName,
    (document, now): (String, Timestamp),
) -> Result<AccessPolicy, AccessError> {
    check_size(&document)?;
    let before = find_existing(database, account, name)?;
    let updated_at = whole_micros(now).max(before.updated_at);
    let values = (&document, updated_at.as_microsecond(), number(account), name.folded());
    execute(database, sql::UPDATE_POLICY, values)?;
    Ok(AccessPolicy { document, updated_at, ..before })
}

pub(crate) fn delete(
    database: &Connection,
    account: AccountId,
    name: &PolicyName,
) -> Result<(), AccessError> {
    find_existing(database, account, name)?;
    let users = users_of(database, account, name)?;
    if !users.is_empty() {
        return Err(AccessError::DeleteConflict(Conflict::PolicyInUse(users)));
    }
    execute(database, sql::DELETE_POLICY, (number(account), name.folded()))?;
    Ok(())
}

pub(super) fn all(database: &Connection) -> Result<Vec<AccessPolicy>, StoreError> {
    find_all(database, sql::ALL_POLICIES, [], collect)
}

fn find_existing(
    database: &Connection,
    account: AccountId,
    name: &PolicyName,
) -> Result<AccessPolicy, AccessError> {
    let found = find(database, account, name)?;
    found.ok_or_else(|| AccessError::NoSuchEntity(Entity::Policy(name.clone())))
}

fn users_of(
    database: &Connection,
    account: AccountId,
    name: &PolicyName,
) -> Result<Vec<UserName>, StoreError> {
    let values = (number(account), name.folded(), Conflict::MOST_USERS);
    find_all(database, sql::USERS_OF_POLICY, values, |mut rows| {
        let mut users = Vec::new();
        while let Some(row) = next(&mut rows)? {
            users.push(parsed(row, 0, UserName::parse)?);
        }
        Ok(users)
    })
}

fn check_size(document: &str) -> Result<(), AccessError> {
    let limit = AccessPolicy::MAX_BYTES;
    if document.len() <= limit as usize {
        return Ok(());
    }
    Err(AccessError::LimitExceeded { quota: "PolicySize", limit })
}

fn collect(mut rows: Rows<'_>) -> Result<Vec<AccessPolicy>, StoreError> {
    let mut policies = Vec::new();
    while let Some(row) = next(&mut rows)? {
        policies.push(read(row)?);
    }
    Ok(policies)
}

fn read(row: &Row<'_>) -> Result<AccessPolicy, StoreError> {
    Ok(AccessPolicy {
        account: account(row)?,
        name: parsed(row, 1, PolicyName::parse)?,
        document: field(row, 2)?,
        created_at: time(row, 3)?,
        updated_at: time(row, 4)?,
    })
}
