//! What can go wrong with who may do what. The variants are IAM's errors; the words that go out are chosen elsewhere.

use crate::StoreError;
use model::{AccessKeyId, AccountId, PolicyName, UserName, Violation};
use std::fmt;
use thiserror::Error;

/// Why an account, a user, a key or a policy was not written. Nothing of the change is kept.
///
/// Source: IAM API reference, errors of `CreateUser`, `DeleteUser`, `CreateAccessKey`, `DeletePolicy` and their like.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum AccessError {
    /// There is none of this name in the account; for a detachment, the policy is not attached.
    #[error("{0} cannot be found")]
    NoSuchEntity(Entity),
    /// There is one of this name already, perhaps in another case; for a key: draw another id.
    #[error("{0} already exists")]
    EntityAlreadyExists(Entity),
    /// It cannot go while something hangs on it.
    #[error("cannot delete: {0}")]
    DeleteConflict(Conflict),
    /// There are as many as there may be.
    #[error("cannot exceed quota for {quota}: {limit}")]
    LimitExceeded {
        /// IAM's name of the quota, such as `AccessKeysPerUser`.
        quota: &'static str,
        /// The most that it allows.
        limit: u32,
    },
    /// The change itself refused, such as for more than 50 tags.
    #[error("{}", _0.describe("/tags"))]
    Refused(Violation),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What an [`AccessError`] is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entity {
    /// An account.
    Account(AccountId),
    /// A user.
    User(UserName),
    /// An access key.
    Key(AccessKeyId),
    /// A policy.
    Policy(PolicyName),
}

impl fmt::Display for Entity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Account(id) => write!(f, "the account {id}"),
            Self::User(name) => write!(f, "the user {name}"),
            Self::Key(id) => write!(f, "the access key {id}"),
            Self::Policy(name) => write!(f, "the policy {name}"),
        }
    }
}

/// What hangs on the thing that was to be deleted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Conflict {
    /// The user has access keys.
    UserHasKeys,
    /// The user has attached policies.
    UserHasPolicies,
    /// Users have the policy attached or as their boundary: at most [`Conflict::MOST_USERS`] of them, by name.
    PolicyInUse(Vec<UserName>),
    /// The account has rooms.
    AccountHasRooms,
    /// The account has logging configurations.
    AccountHasLoggingConfigurations,
    /// The account has users.
    AccountHasUsers,
    /// The account has policies.
    AccountHasPolicies,
}

impl Conflict {
    /// How many users are named: enough to go and look, and never an account's 5,000.
    pub const MOST_USERS: u32 = 50;
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UserHasKeys => f.write_str("the user has access keys"),
            Self::UserHasPolicies => f.write_str("the user has attached policies"),
            Self::PolicyInUse(users) => {
                let names: Vec<&str> = users.iter().map(UserName::as_str).collect();
                write!(f, "the policy is attached to, or the boundary of, {}", names.join(", "))
            }
            Self::AccountHasRooms => f.write_str("the account has rooms"),
            Self::AccountHasLoggingConfigurations => f.write_str("the account has logging configurations"),
            Self::AccountHasUsers => f.write_str("the account has users"),
            Self::AccountHasPolicies => f.write_str("the account has policies"),
        }
    }
}
