//! The part of the copy that writes who may do what: a task with users, keys and policies of its own.

use crate::writer::{account, tell};
use model::{
    AccessKey, AccessKeyId, AccessPolicy, AccessUser, Account, KeyStatus, PolicyName, Tags, Timestamp,
    UserName,
};
use store::{AccessError, Store, UserKey};

/// The first round creates the account, the others find it.
pub(crate) async fn create_account(store: &Store) {
    let account = Account { id: account(), pending_verification: false, created_at: time() };
    match store.create_account(account).await {
        Ok(_) | Err(AccessError::EntityAlreadyExists(_)) => (),
        Err(error) => unreachable!("{error}"),
    }
}

/// Writes far longer than it is let live. Documents are counters, as names of rooms are.
pub(crate) async fn write(store: Store, task: u64) {
    for number in 0..1_000 {
        let name = format!("t{task}-{number}");
        let policy = create_policy(&store, &name).await;
        for count in 1..=2_u64 {
            store.update_access_policy(account(), policy.clone(), count.to_string(), time()).await.unwrap();
            tell(&format!("policy {name} {count}"));
        }
        let user = create_user(&store, &name).await;
        store.attach_policy(user.clone(), policy.clone(), |_| false).await.unwrap();
        tell(&format!("attached {name}"));
        let keys = [2 * number, 2 * number + 1].map(|half| u128::from(task * 1_000_000 + half));
        for key in keys {
            create_key(&store, &user, key).await;
        }
        let [first, second] = keys.map(AccessKeyId::permanent);
        store.set_key_status(user.clone(), first.clone(), KeyStatus::Inactive).await.unwrap();
        tell(&format!("inactive {first}"));
        tell(&format!("deleting-key {second}"));
        store.delete_access_key(user.clone(), second.clone()).await.unwrap();
        tell(&format!("deleted-key {second}"));
        if number % 2 == 1 {
            tell(&format!("deleting-user {name} {first}"));
            store.delete_access_user(user, true).await.unwrap();
            tell(&format!("deleted-user {name} {first}"));
            store.delete_access_policy(account(), policy).await.unwrap();
            tell(&format!("deleted-policy {name}"));
        }
    }
}

async fn create_policy(store: &Store, name: &str) -> PolicyName {
    let policy = AccessPolicy {
        account: account(),
        name: PolicyName::parse(name).unwrap(),
        document: "0".into(),
        created_at: time(),
        updated_at: time(),
    };
    let name = store.create_access_policy(policy).await.unwrap().name;
    tell(&format!("policy {name} 0"));
    name
}

async fn create_user(store: &Store, name: &str) -> UserKey {
    let user = AccessUser {
        account: account(),
        name: UserName::parse(name).unwrap(),
        tags: Tags::default(),
        policies: Vec::new(),
        boundary: None,
        created_at: time(),
    };
    let user = store.create_access_user(user, |_| false).await.unwrap();
    tell(&format!("user {name}"));
    UserKey::from(&user)
}

async fn create_key(store: &Store, of: &UserKey, number: u128) {
    let id = AccessKeyId::permanent(number);
    let key = AccessKey {
        id: id.clone(),
        account: of.account,
        user: of.name.clone(),
        status: KeyStatus::Active,
        wrapped_secret: id.as_str().into(),
        created_at: time(),
        last_used_at: None,
    };
    store.create_access_key(key).await.unwrap();
    tell(&format!("key {id}"));
}

fn time() -> Timestamp {
    Timestamp::from_second(1_700_000_000).unwrap()
}
