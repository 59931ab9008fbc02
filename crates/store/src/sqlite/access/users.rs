//! Users in SQLite, with what is attached to them.

use super::{accounts, check_quota, policies};
use crate::StoreError;
use crate::error::{AccessError, Conflict, Entity};
use crate::query::UserKey;
use crate::sql::{access as sql, number};
use crate::sqlite::counters::whole_micros;
use crate::sqlite::record::{account, parsed, parsed_if_any, tags, tags_column, time};
use crate::sqlite::statement::{execute, field, find_all, find_one, next};
use model::{AccessUser, Account, PolicyName, Tags, UserName, Violation};
use rusqlite::{Connection, Rows, params};

pub(crate) fn create(
    database: &Connection,
    mut user: AccessUser,
    is_elsewhere: impl Fn(&PolicyName) -> bool,
) -> Result<AccessUser, AccessError> {
    accounts::find(database, user.account)?;
    user.created_at = whole_micros(user.created_at);
    for policy in std::mem::take(&mut user.policies) {
        push(database, &mut user, &policy, &is_elsewhere)?;
    }
    if let Some(boundary) = &user.boundary {
        user.boundary = Some(policies::resolve(database, user.account, boundary, &is_elsewhere)?);
    }
    if !insert(database, &user)? {
        return Err(AccessError::EntityAlreadyExists(Entity::User(user.name)));
    }
    let quota = ("UsersPerAccount", Account::MAX_USERS);
    check_quota(database, sql::COUNT_USERS, (number(user.account),), quota)?;
    write_policies(database, &user)?;
    Ok(user)
}

pub(crate) fn find(database: &Connection, key: &UserKey) -> Result<Option<AccessUser>, StoreError> {
    let found = find_all(database, sql::USER, (number(key.account), key.name.folded()), collect)?;
    Ok(found.into_iter().next())
}

/// Finds a user, or says that there is none.
pub(super) fn find_existing(database: &Connection, key: &UserKey) -> Result<AccessUser, AccessError> {
    find(database, key)?.ok_or_else(|| AccessError::NoSuchEntity(Entity::User(key.name.clone())))
}

pub(crate) fn change_tags(
    database: &Connection,
    key: &UserKey,
    change: impl FnOnce(&Tags) -> Result<Tags, Violation>,
) -> Result<AccessUser, AccessError> {
    let mut user = find_existing(database, key)?;
    user.tags = change(&user.tags).map_err(AccessError::Refused)?;
    write_back(database, &user)?;
    Ok(user)
}

pub(crate) fn set_boundary(
    database: &Connection,
    key: &UserKey,
    boundary: Option<&PolicyName>,
    is_elsewhere: impl Fn(&PolicyName) -> bool,
) -> Result<AccessUser, AccessError> {
    let mut user = find_existing(database, key)?;
    let resolve = |policy| policies::resolve(database, key.account, policy, &is_elsewhere);
    user.boundary = boundary.map(resolve).transpose()?;
    write_back(database, &user)?;
    Ok(user)
}

pub(crate) fn attach(
    database: &Connection,
    key: &UserKey,
    policy: &PolicyName,
    is_elsewhere: impl Fn(&PolicyName) -> bool,
) -> Result<AccessUser, AccessError> {
    let mut user = find_existing(database, key)?;
    push(database, &mut user, policy, &is_elsewhere)?;
    write_policies(database, &user)?;
    Ok(user)
}

pub(crate) fn detach(
    database: &Connection,
    key: &UserKey,
    policy: &PolicyName,
) -> Result<AccessUser, AccessError> {
    let mut user = find_existing(database, key)?;
    let (before, folded) = (user.policies.len(), policy.folded());
    user.policies.retain(|attached| attached.folded() != folded);
    if user.policies.len() == before {
        return Err(AccessError::NoSuchEntity(Entity::Policy(policy.clone())));
    }
    write_policies(database, &user)?;
    Ok(user)
}

/// With `force`, its keys and attachments go with the user.
pub(crate) fn delete(database: &Connection, key: &UserKey, force: bool) -> Result<(), AccessError> {
    let user = find_existing(database, key)?;
    let (account, folded) = (number(key.account), key.name.folded());
    if !force {
        let keys = find_one(database, sql::COUNT_KEYS, (account, &folded), |row| field::<i64>(row, 0))?;
        if keys != Some(0) {
            return Err(AccessError::DeleteConflict(Conflict::UserHasKeys));
        }
        if !user.policies.is_empty() {
            return Err(AccessError::DeleteConflict(Conflict::UserHasPolicies));
        }
    }
    execute(database, sql::DELETE_USER, (account, &folded))?;
    Ok(())
}

pub(super) fn all(database: &Connection) -> Result<Vec<AccessUser>, StoreError> {
    find_all(database, sql::ALL_USERS, [], collect)
}

/// Attaches a policy in memory; one that is attached already stays where it is.
fn push(
    database: &Connection,
    user: &mut AccessUser,
    policy: &PolicyName,
    is_elsewhere: &impl Fn(&PolicyName) -> bool,
) -> Result<(), AccessError> {
    let policy = policies::resolve(database, user.account, policy, is_elsewhere)?;
    let folded = policy.folded();
    if user.policies.iter().any(|attached| attached.folded() == folded) {
        return Ok(());
    }
    let limit = AccessUser::MAX_POLICIES;
    if user.policies.len() >= limit as usize {
        return Err(AccessError::LimitExceeded { quota: "PoliciesPerUser", limit });
    }
    user.policies.push(policy);
    Ok(())
}

fn insert(database: &Connection, user: &AccessUser) -> Result<bool, StoreError> {
    let values = params![
        number(user.account),
        user.name.folded(),
        user.name.as_str(),
        tags_column(&user.tags)?,
        user.boundary.as_ref().map(PolicyName::as_str),
        user.created_at.as_microsecond(),
    ];
    Ok(execute(database, sql::INSERT_USER, values)? > 0)
}

fn write_back(database: &Connection, user: &AccessUser) -> Result<(), StoreError> {
    let boundary = user.boundary.as_ref().map(PolicyName::as_str);
    let values = (tags_column(&user.tags)?, boundary, number(user.account), user.name.folded());
    execute(database, sql::UPDATE_USER, values).map(|_| ())
}

fn write_policies(database: &Connection, user: &AccessUser) -> Result<(), StoreError> {
    let (account, folded) = (number(user.account), user.name.folded());
    execute(database, sql::DETACH_POLICIES, (account, &folded))?;
    for (position, policy) in (0_i64..).zip(&user.policies) {
        let values = (account, &folded, position, policy.folded(), policy.as_str());
        execute(database, sql::ATTACH_POLICY, values)?;
    }
    Ok(())
}

/// A user has one row for each attached policy, or one without.
fn collect(mut rows: Rows<'_>) -> Result<Vec<AccessUser>, StoreError> {
    let mut users: Vec<AccessUser> = Vec::new();
    while let Some(row) = next(&mut rows)? {
        let (account, name) = (account(row)?, parsed(row, 1, UserName::parse)?);
        let policy = parsed_if_any(row, 5, PolicyName::parse)?;
        match users.last_mut() {
            Some(user) if user.account == account && user.name == name => user.policies.extend(policy),
            _ => users.push(AccessUser {
                account,
                name,
                tags: tags(row, 2)?,
                policies: policy.into_iter().collect(),
                boundary: parsed_if_any(row, 3, PolicyName::parse)?,
                created_at: time(row, 4)?,
            }),
        }
    }
    Ok(users)
}
