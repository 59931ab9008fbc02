//! What is promised of the reading of everything.

use crate::sample::access::{
    both_accounts, key, key_id, key_of, nowhere, other, policy, policy_name, user, with_policies,
};
use crate::sample::account;
use crate::sample::kept;
use model::{AccessKey, AccessPolicy, AccessUser};
use std::collections::BTreeSet;
use store::{AllAccess, Store};

pub(crate) async fn nothing_is_nothing(store: Store) {
    assert_eq!(store.all_access().await.unwrap(), AllAccess::default());
}

pub(crate) async fn everything_is_shown_once(store: Store) {
    both_accounts(&store).await;
    let mut expected = AllAccess { accounts: kept::accounts(&store).await, ..AllAccess::default() };
    for (of, first_key) in [(other(), 10), (account(), 20)] {
        for name in ["a", "B", "c"] {
            let new = AccessPolicy { account: of, ..policy(name) };
            expected.policies.push(store.create_access_policy(new).await.unwrap());
        }
        let (a, b, c) = (policy_name("a"), policy_name("B"), policy_name("c"));
        let attached =
            [("Alice", vec![c.clone(), a.clone(), b.clone()]), ("bob", vec![]), ("Carol", vec![b])];
        for (place, (name, policies)) in (0..).zip(attached) {
            let new = AccessUser { account: of, policies, boundary: Some(a.clone()), ..user(name) };
            expected.users.push(store.create_access_user(new, nowhere).await.unwrap());
            for number in 0..place {
                let new = AccessKey { account: of, ..key(first_key + 2 * place + number, name) };
                expected.keys.push(store.create_access_key(new).await.unwrap());
            }
        }
    }
    assert_eq!((expected.users.len(), expected.keys.len(), expected.policies.len()), (6, 6, 6));
    assert_eq!(store.all_access().await.unwrap(), expected);
}

const CROWD: usize = 500;

/// A user comes after its policy and before its key, and goes the other way round: at no moment is there a key without
/// its user, or a user without its policy.
pub(crate) async fn it_is_one_moment(store: Store) {
    both_accounts(&store).await;
    with_policies(&store, &["always"]).await;
    with_a_crowd(&store).await;
    let writing = store.clone();
    let writer = tokio::spawn(async move {
        for number in 0..150 {
            come_and_go(&writing, number).await;
        }
    });
    let (mut read, mut in_between) = (0, 0);
    while !writer.is_finished() {
        let seen = store.all_access().await.unwrap();
        check_whole(&seen);
        read += 1;
        in_between += usize::from(seen.users.len() > CROWD);
    }
    writer.await.unwrap();
    assert!(read > 20 && in_between > 5, "{read} readings, {in_between} amid changes, tell nothing");
}

/// Users who stay, so that reading takes a while in which something may change.
async fn with_a_crowd(store: &Store) {
    let creating: Vec<_> = (0..CROWD)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.create_access_user(user(&format!("c{number}")), nowhere).await })
        })
        .collect();
    for created in creating {
        created.await.unwrap().unwrap();
    }
}

async fn come_and_go(store: &Store, number: u128) {
    let name = format!("n{number}");
    with_policies(store, &[&name]).await;
    let policies = vec![policy_name("always"), policy_name(&name)];
    store.create_access_user(AccessUser { policies, ..user(&name) }, nowhere).await.unwrap();
    store.create_access_key(key(number, &name)).await.unwrap();
    store.delete_access_key(key_of(&name), key_id(number)).await.unwrap();
    store.delete_access_user(key_of(&name), true).await.unwrap();
    store.delete_access_policy(account(), policy_name(&name)).await.unwrap();
}

fn check_whole(seen: &AllAccess) {
    let users: BTreeSet<_> = seen.users.iter().map(|user| user.name.clone()).collect();
    let policies: BTreeSet<_> = seen.policies.iter().map(|policy| policy.name.clone()).collect();
    for user in seen.users.iter().filter(|user| user.name.as_str().starts_with('n')) {
        assert_eq!(user.policies.len(), 2, "{user:?}");
        assert!(user.policies.iter().all(|name| policies.contains(name)), "{user:?} {policies:?}");
    }
    for key in &seen.keys {
        assert!(users.contains(&key.user), "{key:?} {users:?}");
    }
    assert!((CROWD..=CROWD + 1).contains(&users.len()));
}
