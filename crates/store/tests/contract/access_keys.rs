//! What is promised of access keys.

use crate::sample::access::{both_accounts, key, key_id, key_of, nowhere, other, user, user_name, with_user};
use crate::sample::at;
use crate::sample::kept;
use model::{AccessKey, AccessKeyId, AccessUser, KeyStatus};
use store::{AccessError, Entity, Store, UserKey};

fn no_key(number: u128) -> AccessError {
    AccessError::NoSuchEntity(Entity::Key(key_id(number)))
}

async fn keys(store: &Store, name: &str) -> Vec<AccessKey> {
    kept::keys(store, key_of(name)).await
}

pub(crate) async fn a_key_comes_back_as_it_was_written(store: Store) {
    both_accounts(&store).await;
    with_user(&store, "alice").await;
    let second = AccessKey {
        status: KeyStatus::Inactive,
        wrapped_secret: Vec::new(),
        last_used_at: Some("2023-03-16T04:44:09.123456789Z".parse().unwrap()),
        ..key(2, "alice")
    };
    let second_written = store.create_access_key(second.clone()).await.unwrap();
    let last_used_at = Some("2023-03-16T04:44:09.123456Z".parse().unwrap());
    assert_eq!(second_written, AccessKey { last_used_at, ..second });
    let first = AccessKey { wrapped_secret: (0..=255).collect(), ..key(1, "alice") };
    assert_eq!(store.create_access_key(first.clone()).await, Ok(first.clone()));
    assert_eq!(keys(&store, "alice").await, [first, second_written], "oldest first");
    assert_eq!(keys(&store, "bob").await, []);
}

pub(crate) async fn an_id_of_an_access_key_is_taken_once(store: Store) {
    let [_, theirs] = both_accounts(&store).await;
    with_user(&store, "alice").await;
    let bob = AccessUser { account: theirs, ..user("bob") };
    store.create_access_user(bob, nowhere).await.unwrap();
    let first = store.create_access_key(key(1, "alice")).await.unwrap();
    let taken = Err(AccessError::EntityAlreadyExists(Entity::Key(key_id(1))));
    assert_eq!(store.create_access_key(key(1, "alice")).await, taken);
    let foreign = AccessKey { account: theirs, ..key(1, "bob") };
    assert_eq!(store.create_access_key(foreign).await, taken);
    // Ids regard case.
    let text = key_id(1).as_str().to_ascii_lowercase();
    let lower = AccessKey { id: AccessKeyId::parse(&text).unwrap(), ..key(2, "alice") };
    store.create_access_key(lower.clone()).await.unwrap();
    assert_eq!(keys(&store, "alice").await, [first, lower]);
}

pub(crate) async fn two_keys_and_no_more_under_concurrency(store: Store) {
    both_accounts(&store).await;
    with_user(&store, "alice").await;
    with_user(&store, "bob").await;
    let creating: Vec<_> = (0..20)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.create_access_key(key(number, "Alice")).await })
        })
        .collect();
    let too_many = AccessError::LimitExceeded { quota: "AccessKeysPerUser", limit: 2 };
    let mut created = 0;
    for outcome in creating {
        match outcome.await.unwrap() {
            Ok(_) => created += 1,
            Err(error) => assert_eq!(error, too_many),
        }
    }
    let kept = keys(&store, "alice").await;
    assert_eq!((created, kept.len()), (2, 2));
    // An inactive key counts, a deleted one does not, another user's neither.
    let of = || key_of("alice");
    store.set_key_status(of(), kept[0].id.clone(), KeyStatus::Inactive).await.unwrap();
    assert_eq!(store.create_access_key(key(90, "alice")).await, Err(too_many));
    store.create_access_key(key(91, "bob")).await.unwrap();
    store.delete_access_key(of(), kept[0].id.clone()).await.unwrap();
    store.create_access_key(key(90, "alice")).await.unwrap();
}

pub(crate) async fn a_key_is_made_inactive_and_active(store: Store) {
    both_accounts(&store).await;
    with_user(&store, "alice").await;
    let other_key = store.create_access_key(key(1, "alice")).await.unwrap();
    let created = store.create_access_key(key(2, "alice")).await.unwrap();
    for status in [KeyStatus::Inactive, KeyStatus::Inactive, KeyStatus::Active] {
        store.set_key_status(key_of("ALICE"), created.id.clone(), status).await.unwrap();
        let expected = AccessKey { status, ..created.clone() };
        assert_eq!(keys(&store, "alice").await, [other_key.clone(), expected]);
    }
}

pub(crate) async fn a_key_belongs_to_its_user(store: Store) {
    let [_, theirs] = both_accounts(&store).await;
    with_user(&store, "alice").await;
    with_user(&store, "bob").await;
    let namesake = AccessUser { account: theirs, ..user("alice") };
    store.create_access_user(namesake, nowhere).await.unwrap();
    let created = store.create_access_key(key(1, "alice")).await.unwrap();
    // May somebody touch bob's keys, or those of the other account, that does not open alice's.
    for of in [key_of("bob"), UserKey { account: other(), name: user_name("alice") }, key_of("nobody")] {
        let changed = store.set_key_status(of.clone(), key_id(1), KeyStatus::Inactive).await;
        assert_eq!(changed, Err(no_key(1)), "{of:?}");
        assert_eq!(store.delete_access_key(of.clone(), key_id(1)).await, Err(no_key(1)), "{of:?}");
        assert_eq!(kept::keys(&store, of).await, []);
    }
    assert_eq!(keys(&store, "alice").await, [created]);
    store.delete_access_key(key_of("alice"), key_id(1)).await.unwrap();
    assert_eq!(keys(&store, "alice").await, []);
    assert_eq!(store.delete_access_key(key_of("alice"), key_id(1)).await, Err(no_key(1)));
}

pub(crate) async fn a_last_use_only_goes_forward(store: Store) {
    both_accounts(&store).await;
    with_user(&store, "alice").await;
    let untouched = store.create_access_key(key(1, "alice")).await.unwrap();
    store.create_access_key(key(2, "alice")).await.unwrap();
    for (at_micros, kept) in [(50, 50), (70, 70), (60, 70), (71, 71)] {
        assert!(store.touch_key(key_id(2), at(at_micros)).await.unwrap());
        let expected = AccessKey { last_used_at: Some(at(kept)), ..key(2, "alice") };
        assert_eq!(keys(&store, "alice").await, [untouched.clone(), expected]);
    }
    assert!(!store.touch_key(key_id(3), at(80)).await.unwrap());
}

pub(crate) async fn a_key_needs_its_user(store: Store) {
    both_accounts(&store).await;
    with_user(&store, "alice").await;
    let foreign = AccessKey { account: other(), ..key(1, "alice") };
    for wrong in [key(1, "bob"), foreign] {
        let missing = AccessError::NoSuchEntity(Entity::User(wrong.user.clone()));
        assert_eq!(store.create_access_key(wrong).await, Err(missing));
    }
    assert_eq!(keys(&store, "bob").await, []);
}

pub(crate) async fn a_key_names_its_user_as_the_user_is_written(store: Store) {
    both_accounts(&store).await;
    with_user(&store, "Alice").await;
    let created = store.create_access_key(key(1, "aLICE")).await.unwrap();
    assert_eq!(created, key(1, "Alice"));
    assert_eq!(keys(&store, "ALICE").await, [created]);
}
