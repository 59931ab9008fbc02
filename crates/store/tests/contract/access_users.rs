//! What is promised of users and of what is attached to them.

use crate::sample::access::{
    both_accounts, key, key_of, nowhere, other, policy, policy_name, user, user_name, with_policies,
    with_user,
};
use crate::sample::kept;
use crate::sample::{account, tags};
use model::{AccessUser, Account, PolicyName, Tags, Violation};
use store::{AccessError, Conflict, Entity, Store, UserKey};

fn no_policy(name: &str) -> AccessError {
    AccessError::NoSuchEntity(Entity::Policy(policy_name(name)))
}

fn no_user(name: &str) -> AccessError {
    AccessError::NoSuchEntity(Entity::User(user_name(name)))
}

fn names(texts: &[&str]) -> Vec<PolicyName> {
    texts.iter().map(|text| policy_name(text)).collect()
}

pub(crate) async fn a_user_comes_back_as_it_was_written(store: Store) {
    both_accounts(&store).await;
    with_policies(&store, &["One", "two", "Three"]).await;
    let written = AccessUser {
        tags: tags(&[("team", "röd 🦀"), ("empty", "")]),
        policies: names(&["three", "One", "TWO", "oNE"]),
        boundary: Some(policy_name("THREE")),
        created_at: "2022-03-16T04:44:09.123456789Z".parse().unwrap(),
        ..user("Alice+=,.@_-")
    };
    let created = store.create_access_user(written.clone(), nowhere).await.unwrap();
    let expected = AccessUser {
        policies: names(&["Three", "One", "two"]),
        boundary: Some(policy_name("Three")),
        created_at: "2022-03-16T04:44:09.123456Z".parse().unwrap(),
        ..written
    };
    assert_eq!(created, expected);
    assert_eq!(kept::user(&store, UserKey::from(&created)).await, Some(created));
    with_user(&store, "Bob").await;
    with_user(&store, "aaron").await;
    let listed = kept::users(&store, account()).await;
    let listed: Vec<&str> = listed.iter().map(|user| user.name.as_str()).collect();
    assert_eq!(listed, ["aaron", "Alice+=,.@_-", "Bob"]);
}

pub(crate) async fn a_name_is_taken_once_in_any_case(store: Store) {
    both_accounts(&store).await;
    let first = with_user(&store, "Alice").await;
    for same in ["Alice", "alice", "ALICE"] {
        let again = AccessUser { tags: tags(&[("k", "v")]), ..user(same) };
        let exists = AccessError::EntityAlreadyExists(Entity::User(user_name(same)));
        assert_eq!(store.create_access_user(again, nowhere).await, Err(exists));
    }
    assert_eq!(kept::users(&store, account()).await, [first]);
    store.delete_access_user(key_of("aLICE"), false).await.unwrap();
    assert_eq!(with_user(&store, "alice").await.name.as_str(), "alice");
}

pub(crate) async fn a_user_is_found_in_any_case(store: Store) {
    both_accounts(&store).await;
    with_policies(&store, &["Read"]).await;
    with_user(&store, "Alice").await;
    store.attach_policy(key_of("ALICE"), policy_name("READ"), nowhere).await.unwrap();
    store.set_boundary(key_of("alicE"), Some(policy_name("read")), nowhere).await.unwrap();
    store.change_access_user_tags(key_of("alice"), |_| Ok(tags(&[("k", "v")]))).await.unwrap();
    let expected = AccessUser {
        tags: tags(&[("k", "v")]),
        policies: names(&["Read"]),
        boundary: Some(policy_name("Read")),
        ..user("Alice")
    };
    assert_eq!(kept::user(&store, key_of("aLiCe")).await, Some(expected.clone()));
    assert_eq!(kept::users(&store, account()).await, [expected]);
    let detached = store.detach_policy(key_of("ALICE"), policy_name("rEAD")).await.unwrap();
    assert_eq!(detached.policies, []);
}

pub(crate) async fn a_user_belongs_to_its_account(store: Store) {
    both_accounts(&store).await;
    with_policies(&store, &["p"]).await;
    let ours = AccessUser { policies: names(&["p"]), ..user("alice") };
    let ours = store.create_access_user(ours, nowhere).await.unwrap();
    store.create_access_key(key(1, "alice")).await.unwrap();
    let their_key = UserKey { account: other(), name: user_name("alice") };
    assert_eq!(kept::user(&store, their_key.clone()).await, None);
    assert_eq!(store.delete_access_user(their_key.clone(), true).await, Err(no_user("alice")));
    // The same name, and neither the policies nor the keys of the other.
    let theirs = AccessUser { account: other(), ..user("alice") };
    let theirs = store.create_access_user(theirs, nowhere).await.unwrap();
    let foreign = store.attach_policy(their_key.clone(), policy_name("p"), nowhere).await;
    assert_eq!(foreign, Err(no_policy("p")));
    let foreign = store.set_boundary(their_key.clone(), Some(policy_name("p")), nowhere).await;
    assert_eq!(foreign, Err(no_policy("p")));
    assert_eq!(kept::keys(&store, their_key.clone()).await, []);
    store.change_access_user_tags(their_key.clone(), |_| Ok(tags(&[("k", "v")]))).await.unwrap();
    assert_eq!(kept::users(&store, account()).await, std::slice::from_ref(&ours));
    let theirs = AccessUser { tags: tags(&[("k", "v")]), ..theirs };
    assert_eq!(kept::users(&store, other()).await, [theirs]);
    store.delete_access_user(their_key, true).await.unwrap();
    assert_eq!(kept::user(&store, key_of("alice")).await, Some(ours));
    assert_eq!(kept::keys(&store, key_of("alice")).await.len(), 1);
}

pub(crate) async fn a_user_needs_its_account_and_policies(store: Store) {
    let no_account = AccessError::NoSuchEntity(Entity::Account(account()));
    assert_eq!(store.create_access_user(user("alice"), nowhere).await, Err(no_account));
    both_accounts(&store).await;
    with_policies(&store, &["there"]).await;
    let attached = AccessUser { policies: names(&["there", "missing"]), ..user("alice") };
    assert_eq!(store.create_access_user(attached, nowhere).await, Err(no_policy("missing")));
    let bounded = AccessUser { boundary: Some(policy_name("missing")), ..user("alice") };
    assert_eq!(store.create_access_user(bounded, nowhere).await, Err(no_policy("missing")));
    assert_eq!(kept::user(&store, key_of("alice")).await, None);
    store.delete_access_policy(account(), policy_name("there")).await.unwrap();
}

pub(crate) async fn tags_of_a_user_are_changed_or_refused(store: Store) {
    both_accounts(&store).await;
    with_user(&store, "alice").await;
    let full = (0..Tags::MAX).map(|number| (format!("k{number}"), String::new())).collect();
    let full = Tags::parse(full).unwrap();
    let filled = full.clone();
    let changed = store.change_access_user_tags(key_of("alice"), move |_| Ok(filled)).await.unwrap();
    assert_eq!(changed, AccessUser { tags: full, ..user("alice") });
    let more = |old: &Tags| old.with(&tags(&[("one", "more")]));
    let length = Violation::Length { actual: 51, min: 0, max: 50 };
    let refused = store.change_access_user_tags(key_of("alice"), more).await;
    assert_eq!(refused, Err(AccessError::Refused(length)));
    assert_eq!(kept::user(&store, key_of("alice")).await, Some(changed));
}

pub(crate) async fn attachments_keep_their_order(store: Store) {
    both_accounts(&store).await;
    with_policies(&store, &["a", "b", "c"]).await;
    with_user(&store, "alice").await;
    let attach =
        async |name| store.attach_policy(key_of("alice"), policy_name(name), nowhere).await.unwrap().policies;
    let detach = async |name| store.detach_policy(key_of("alice"), policy_name(name)).await.unwrap().policies;
    assert_eq!(attach("c").await, names(&["c"]));
    assert_eq!(attach("a").await, names(&["c", "a"]));
    assert_eq!(attach("b").await, names(&["c", "a", "b"]));
    assert_eq!(attach("C").await, names(&["c", "a", "b"]), "attached twice");
    assert_eq!(detach("c").await, names(&["a", "b"]));
    assert_eq!(attach("c").await, names(&["a", "b", "c"]));
    assert_eq!(detach("b").await, names(&["a", "c"]));
    let found = kept::user(&store, key_of("alice")).await.unwrap();
    assert_eq!(found.policies, names(&["a", "c"]));
    let absent = store.detach_policy(key_of("alice"), policy_name("b")).await;
    assert_eq!(absent, Err(no_policy("b")));
}

pub(crate) async fn ten_policies_and_no_more(store: Store) {
    both_accounts(&store).await;
    let all = ["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10"];
    with_policies(&store, &all).await;
    let too_many = AccessError::LimitExceeded { quota: "PoliciesPerUser", limit: 10 };
    let eleven = AccessUser { policies: names(&all), ..user("alice") };
    assert_eq!(store.create_access_user(eleven, nowhere).await, Err(too_many.clone()));
    let ten = AccessUser { policies: names(&all[..10]), ..user("alice") };
    let ten = store.create_access_user(ten, nowhere).await.unwrap();
    let refused = store.attach_policy(key_of("alice"), policy_name("p10"), nowhere).await;
    assert_eq!(refused, Err(too_many));
    // One that is attached already is no eleventh, nor is the boundary.
    assert_eq!(store.attach_policy(key_of("alice"), policy_name("p3"), nowhere).await, Ok(ten));
    store.set_boundary(key_of("alice"), Some(policy_name("p10")), nowhere).await.unwrap();
    store.detach_policy(key_of("alice"), policy_name("p3")).await.unwrap();
    store.attach_policy(key_of("alice"), policy_name("p10"), nowhere).await.unwrap();
}

pub(crate) async fn a_boundary_is_set_and_taken_away(store: Store) {
    both_accounts(&store).await;
    with_policies(&store, &["one", "two"]).await;
    with_user(&store, "alice").await;
    for boundary in [Some("one"), Some("two"), None, None] {
        let boundary = boundary.map(policy_name);
        let set = store.set_boundary(key_of("alice"), boundary.clone(), nowhere).await.unwrap();
        assert_eq!(set, AccessUser { boundary, ..user("alice") });
        assert_eq!(kept::user(&store, key_of("alice")).await, Some(set));
    }
    let missing = store.set_boundary(key_of("alice"), Some(policy_name("three")), nowhere).await;
    assert_eq!(missing, Err(no_policy("three")));
}

pub(crate) async fn a_policy_may_be_elsewhere(store: Store) {
    both_accounts(&store).await;
    let ships = |name: &PolicyName| name.folded().starts_with("hubbub");
    let shipped = || policy_name("HubbubModerator");
    let written = AccessUser { policies: vec![shipped()], boundary: Some(shipped()), ..user("alice") };
    assert_eq!(store.create_access_user(written.clone(), ships).await, Ok(written.clone()));
    let other_one = policy_name("HubbubTokenIssuer");
    let attached = store.attach_policy(key_of("alice"), other_one.clone(), ships).await.unwrap();
    assert_eq!(attached, AccessUser { policies: vec![shipped(), other_one], ..written });
    assert_eq!(kept::user(&store, key_of("alice")).await, Some(attached));
    let neither = store.attach_policy(key_of("alice"), policy_name("mine"), ships).await;
    assert_eq!(neither, Err(no_policy("mine")));
    let bounded = store.set_boundary(key_of("alice"), Some(policy_name("HubbubX")), ships).await;
    assert_eq!(bounded.unwrap().boundary, Some(policy_name("HubbubX")));
}

pub(crate) async fn a_user_with_keys_or_policies_stays_unless_forced(store: Store) {
    both_accounts(&store).await;
    with_policies(&store, &["p"]).await;
    let make = async || {
        let bounded =
            AccessUser { policies: names(&["p"]), boundary: Some(policy_name("p")), ..user("alice") };
        store.create_access_user(bounded, nowhere).await.unwrap();
        store.create_access_key(key(1, "alice")).await.unwrap();
    };
    make().await;
    let refusal = async |conflict| {
        let refused = store.delete_access_user(key_of("alice"), false).await;
        assert_eq!(refused, Err(AccessError::DeleteConflict(conflict)));
    };
    refusal(Conflict::UserHasKeys).await;
    store.delete_access_key(key_of("alice"), key(1, "alice").id).await.unwrap();
    refusal(Conflict::UserHasPolicies).await;
    store.detach_policy(key_of("alice"), policy_name("p")).await.unwrap();
    store.delete_access_user(key_of("alice"), false).await.unwrap();
    assert_eq!(kept::user(&store, key_of("alice")).await, None);

    make().await;
    store.delete_access_user(key_of("alice"), true).await.unwrap();
    assert_eq!(kept::user(&store, key_of("alice")).await, None);
    // What hung on it is gone: the key's id is free, the policy unused, and a namesake begins with nothing.
    store.delete_access_policy(account(), policy_name("p")).await.unwrap();
    assert_eq!(with_user(&store, "alice").await, user("alice"));
    assert_eq!(kept::keys(&store, key_of("alice")).await, []);
    store.create_access_key(key(1, "alice")).await.unwrap();
}

pub(crate) async fn what_is_missing_is_named(store: Store) {
    both_accounts(&store).await;
    with_policies(&store, &["p"]).await;
    let (nobody, p) = (|| key_of("Nobody"), || policy_name("p"));
    let outcomes = [
        store.change_access_user_tags(nobody(), |_| Ok(Tags::default())).await.map(drop),
        store.set_boundary(nobody(), None, nowhere).await.map(drop),
        store.attach_policy(nobody(), p(), nowhere).await.map(drop),
        store.detach_policy(nobody(), p()).await.map(drop),
        store.delete_access_user(nobody(), false).await,
        store.delete_access_user(nobody(), true).await,
    ];
    for outcome in outcomes {
        assert_eq!(outcome, Err(no_user("Nobody")));
    }
    assert_eq!(kept::users(&store, other()).await, []);
}

pub(crate) async fn a_user_quota_holds_under_concurrency(store: Store) {
    both_accounts(&store).await;
    let most = Account::MAX_USERS as usize;
    let creating: Vec<_> = (0..most + 5)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.create_access_user(user(&format!("u{number}")), nowhere).await })
        })
        .collect();
    let mut created = 0;
    for outcome in creating {
        match outcome.await.unwrap() {
            Ok(_) => created += 1,
            Err(error) => {
                assert_eq!(error, AccessError::LimitExceeded { quota: "UsersPerAccount", limit: 5_000 });
            }
        }
    }
    let listed = kept::users(&store, account()).await;
    assert_eq!((created, listed.len()), (most, most));
    // The other account is not full, a name that is taken is said to be, and who goes makes room.
    let theirs = AccessUser { account: other(), ..user("alice") };
    store.create_access_user(theirs, nowhere).await.unwrap();
    let taken = store.create_access_user(user(listed[0].name.as_str()), nowhere).await;
    assert!(matches!(taken, Err(AccessError::EntityAlreadyExists(_))), "{taken:?}");
    store.delete_access_user(UserKey::from(&listed[0]), false).await.unwrap();
    store.create_access_user(user("alice"), nowhere).await.unwrap();
    // Users do not count as policies.
    store.create_access_policy(policy("p")).await.unwrap();
}
