//! The statements for accounts, users, keys and policies; under the same invariant.

/// A user's own columns, then one attached policy or null: one row for each, in their order.
macro_rules! users {
    ($rest:literal) => {
        concat!(
            "SELECT u.account, u.name, u.tags, u.boundary, u.created_at, p.policy FROM access_users u \
             LEFT JOIN access_user_policies p ON p.account = u.account AND p.folded_user = u.folded ",
            $rest
        )
    };
}

/// A key's columns, with the name of its user.
macro_rules! keys {
    ($rest:literal) => {
        concat!(
            "SELECT k.account, k.id, u.name, k.status, k.wrapped_secret, k.created_at, k.last_used_at \
             FROM access_keys k JOIN access_users u ON u.account = k.account AND u.folded = k.folded_user ",
            $rest
        )
    };
}

macro_rules! policies {
    ($rest:literal) => {
        concat!("SELECT account, name, document, created_at, updated_at FROM access_policies ", $rest)
    };
}

pub(crate) const ACCOUNT: &str = "SELECT id, pending_verification, created_at FROM accounts WHERE id = $1";
pub(crate) const ALL_ACCOUNTS: &str = "SELECT id, pending_verification, created_at FROM accounts ORDER BY id";
pub(crate) const INSERT_ACCOUNT: &str = "INSERT INTO accounts (id, pending_verification, created_at) \
    VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
pub(crate) const UPDATE_ACCOUNT: &str = "UPDATE accounts SET pending_verification = $1 WHERE id = $2";
pub(crate) const DELETE_ACCOUNT: &str = "DELETE FROM accounts WHERE id = $1";
pub(crate) const HAS_ROOM: &str = "SELECT 1 FROM rooms WHERE account = $1 LIMIT 1";
pub(crate) const HAS_LOGGING_CONFIGURATION: &str =
    "SELECT 1 FROM logging_configurations WHERE account = $1 LIMIT 1";
pub(crate) const HAS_USER: &str = "SELECT 1 FROM access_users WHERE account = $1 LIMIT 1";
pub(crate) const HAS_POLICY: &str = "SELECT 1 FROM access_policies WHERE account = $1 LIMIT 1";

pub(crate) const USER: &str = users!("WHERE u.account = $1 AND u.folded = $2 ORDER BY p.position");
pub(crate) const ALL_USERS: &str = users!("ORDER BY u.account, u.folded, p.position");
pub(crate) const COUNT_USERS: &str = "SELECT count(*) FROM access_users WHERE account = $1";
pub(crate) const INSERT_USER: &str = "INSERT INTO access_users (account, folded, name, tags, boundary, created_at) \
    VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING";
pub(crate) const UPDATE_USER: &str =
    "UPDATE access_users SET tags = $1, boundary = $2 WHERE account = $3 AND folded = $4";
pub(crate) const DELETE_USER: &str = "DELETE FROM access_users WHERE account = $1 AND folded = $2";
pub(crate) const ATTACH_POLICY: &str = "INSERT INTO access_user_policies \
    (account, folded_user, position, folded_policy, policy) VALUES ($1, $2, $3, $4, $5)";
pub(crate) const DETACH_POLICIES: &str =
    "DELETE FROM access_user_policies WHERE account = $1 AND folded_user = $2";

pub(crate) const ALL_KEYS: &str = keys!("ORDER BY k.account, k.folded_user, k.created_at, k.id");
pub(crate) const COUNT_KEYS: &str =
    "SELECT count(*) FROM access_keys WHERE account = $1 AND folded_user = $2";
pub(crate) const INSERT_KEY: &str = "INSERT INTO access_keys \
    (id, account, folded_user, status, wrapped_secret, created_at, last_used_at) \
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING";
pub(crate) const SET_KEY_STATUS: &str =
    "UPDATE access_keys SET status = $1 WHERE id = $2 AND account = $3 AND folded_user = $4";
pub(crate) const TOUCH_KEY: &str = "UPDATE access_keys SET last_used_at = \
    CASE WHEN last_used_at >= $1 THEN last_used_at ELSE $1 END WHERE id = $2";
pub(crate) const DELETE_KEY: &str =
    "DELETE FROM access_keys WHERE id = $1 AND account = $2 AND folded_user = $3";

pub(crate) const POLICY: &str = policies!("WHERE account = $1 AND folded = $2");
pub(crate) const ALL_POLICIES: &str = policies!("ORDER BY account, folded");
pub(crate) const COUNT_POLICIES: &str = "SELECT count(*) FROM access_policies WHERE account = $1";
pub(crate) const INSERT_POLICY: &str = "INSERT INTO access_policies \
    (account, folded, name, document, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6) \
    ON CONFLICT DO NOTHING";
pub(crate) const UPDATE_POLICY: &str =
    "UPDATE access_policies SET document = $1, updated_at = $2 WHERE account = $3 AND folded = $4";
pub(crate) const DELETE_POLICY: &str = "DELETE FROM access_policies WHERE account = $1 AND folded = $2";
pub(crate) const USERS_OF_POLICY: &str = "SELECT name FROM access_users u WHERE u.account = $1 \
    AND (lower(u.boundary) = $2 OR EXISTS (SELECT 1 FROM access_user_policies p \
    WHERE p.account = $1 AND p.folded_user = u.folded AND p.folded_policy = $2)) ORDER BY u.folded LIMIT $3";

/// The statements above, for the test of the invariant.
#[cfg(test)]
pub(crate) const FIXED: &[&str] = &[
    ACCOUNT,
    ALL_ACCOUNTS,
    INSERT_ACCOUNT,
    UPDATE_ACCOUNT,
    DELETE_ACCOUNT,
    HAS_ROOM,
    HAS_LOGGING_CONFIGURATION,
    HAS_USER,
    HAS_POLICY,
    USER,
    ALL_USERS,
    COUNT_USERS,
    INSERT_USER,
    UPDATE_USER,
    DELETE_USER,
    ATTACH_POLICY,
    DETACH_POLICIES,
    ALL_KEYS,
    COUNT_KEYS,
    INSERT_KEY,
    SET_KEY_STATUS,
    TOUCH_KEY,
    DELETE_KEY,
    POLICY,
    ALL_POLICIES,
    COUNT_POLICIES,
    INSERT_POLICY,
    UPDATE_POLICY,
    DELETE_POLICY,
    USERS_OF_POLICY,
];
