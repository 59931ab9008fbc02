//! What of who may do what is kept: the parts of the one read that the store has.

use model::{AccessKey, AccessPolicy, AccessUser, Account, AccountId, PolicyName};
use store::{AllAccess, Store, UserKey};

async fn all(store: &Store) -> AllAccess {
    store.all_access().await.unwrap()
}

pub(crate) async fn accounts(store: &Store) -> Vec<Account> {
    all(store).await.accounts
}

pub(crate) async fn users(store: &Store, account: AccountId) -> Vec<AccessUser> {
    all(store).await.users.into_iter().filter(|user| user.account == account).collect()
}

pub(crate) async fn user(store: &Store, key: UserKey) -> Option<AccessUser> {
    users(store, key.account).await.into_iter().find(|user| user.name.folded() == key.name.folded())
}

pub(crate) async fn keys(store: &Store, of: UserKey) -> Vec<AccessKey> {
    let is_of = |key: &AccessKey| key.account == of.account && key.user.folded() == of.name.folded();
    all(store).await.keys.into_iter().filter(is_of).collect()
}

pub(crate) async fn policies(store: &Store, account: AccountId) -> Vec<AccessPolicy> {
    all(store).await.policies.into_iter().filter(|policy| policy.account == account).collect()
}

pub(crate) async fn policy(store: &Store, account: AccountId, name: PolicyName) -> Option<AccessPolicy> {
    policies(store, account).await.into_iter().find(|policy| policy.name.folded() == name.folded())
}
