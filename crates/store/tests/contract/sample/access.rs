//! Accounts, users, keys and policies to write, and their names.

use super::{account, at};
use model::{
    AccessKey, AccessKeyId, AccessPolicy, AccessUser, Account, AccountId, KeyStatus, PolicyName, Tags,
    UserName,
};
use store::{Store, UserKey};

/// An account that is not [`account`].
pub(crate) fn other() -> AccountId {
    AccountId::parse("000000000001").unwrap()
}

pub(crate) fn an_account(id: AccountId) -> Account {
    Account { id, pending_verification: false, created_at: at(0) }
}

/// Creates both accounts.
pub(crate) async fn both_accounts(store: &Store) -> [AccountId; 2] {
    for id in [account(), other()] {
        store.create_account(an_account(id)).await.unwrap();
    }
    [account(), other()]
}

pub(crate) fn user_name(text: &str) -> UserName {
    UserName::parse(text).unwrap()
}

pub(crate) fn policy_name(text: &str) -> PolicyName {
    PolicyName::parse(text).unwrap()
}

pub(crate) fn key_of(name: &str) -> UserKey {
    UserKey { account: account(), name: user_name(name) }
}

pub(crate) fn user(name: &str) -> AccessUser {
    AccessUser {
        account: account(),
        name: user_name(name),
        tags: Tags::default(),
        policies: Vec::new(),
        boundary: None,
        created_at: at(1),
    }
}

pub(crate) fn key_id(number: u128) -> AccessKeyId {
    AccessKeyId::permanent(number)
}

pub(crate) fn key(number: u128, user: &str) -> AccessKey {
    AccessKey {
        id: key_id(number),
        account: account(),
        user: user_name(user),
        status: KeyStatus::Active,
        wrapped_secret: vec![0, 255, 7],
        created_at: at(i64::try_from(number).unwrap()),
        last_used_at: None,
    }
}

pub(crate) fn policy(name: &str) -> AccessPolicy {
    AccessPolicy {
        account: account(),
        name: policy_name(name),
        document: "{}".into(),
        created_at: at(2),
        updated_at: at(2),
    }
}

/// No policy is anywhere but in the store.
pub(crate) fn nowhere(_: &PolicyName) -> bool {
    false
}

/// Creates a user without anything.
pub(crate) async fn with_user(store: &Store, name: &str) -> AccessUser {
    store.create_access_user(user(name), nowhere).await.unwrap()
}

/// Creates policies of these names.
pub(crate) async fn with_policies(store: &Store, names: &[&str]) {
    for name in names {
        store.create_access_policy(policy(name)).await.unwrap();
    }
}
