//! What is promised of policies.

use crate::sample::access::{
    both_accounts, key_of, nowhere, other, policy, policy_name, user, user_name, with_policies, with_user,
};
use crate::sample::kept;
use crate::sample::{account, at};
use model::{AccessPolicy, AccessUser, Account, UserName};
use store::{AccessError, Conflict, Entity, Store};

fn no_policy(name: &str) -> AccessError {
    AccessError::NoSuchEntity(Entity::Policy(policy_name(name)))
}

async fn listed(store: &Store) -> Vec<AccessPolicy> {
    kept::policies(store, account()).await
}

async fn delete(store: &Store, name: &str) -> Result<(), AccessError> {
    store.delete_access_policy(account(), policy_name(name)).await
}

pub(crate) async fn a_policy_comes_back_as_it_was_written(store: Store) {
    let no_account = AccessError::NoSuchEntity(Entity::Account(account()));
    assert_eq!(store.create_access_policy(policy("p")).await, Err(no_account));
    both_accounts(&store).await;
    let written = AccessPolicy {
        document: " {\n\t\"Version\": \"2012-10-17\" , \"x\": \"🦀\\u0000\" }\r\n".into(),
        created_at: "2022-03-16T04:44:09.123456789Z".parse().unwrap(),
        updated_at: at(999),
        ..policy("My+=,.@_-Policy")
    };
    let created_at = "2022-03-16T04:44:09.123456Z".parse().unwrap();
    let created = store.create_access_policy(written.clone()).await.unwrap();
    assert_eq!(created, AccessPolicy { created_at, updated_at: created_at, ..written });
    let found = kept::policy(&store, account(), policy_name("MY+=,.@_-POLICY")).await;
    assert_eq!(found, Some(created.clone()));
    with_policies(&store, &["another", "Zebra"]).await;
    assert_eq!(listed(&store).await, [policy("another"), created, policy("Zebra")]);
    assert_eq!(kept::policy(&store, account(), policy_name("none")).await, None);
}

pub(crate) async fn a_policys_name_is_taken_once_in_any_case(store: Store) {
    both_accounts(&store).await;
    with_policies(&store, &["Read"]).await;
    for same in ["Read", "READ", "read"] {
        let exists = AccessError::EntityAlreadyExists(Entity::Policy(policy_name(same)));
        assert_eq!(store.create_access_policy(policy(same)).await, Err(exists));
    }
    assert_eq!(listed(&store).await, [policy("Read")]);
    delete(&store, "rEAD").await.unwrap();
    with_policies(&store, &["read"]).await;
    assert_eq!(listed(&store).await, [policy("read")]);
}

pub(crate) async fn a_policy_belongs_to_its_account(store: Store) {
    both_accounts(&store).await;
    with_policies(&store, &["p"]).await;
    let p = || policy_name("p");
    assert_eq!(kept::policy(&store, other(), p()).await, None);
    let foreign = store.update_access_policy(other(), p(), "[]".into(), at(5)).await;
    assert_eq!(foreign, Err(no_policy("p")));
    assert_eq!(store.delete_access_policy(other(), p()).await, Err(no_policy("p")));
    let theirs = AccessPolicy { account: other(), document: "theirs".into(), ..policy("p") };
    store.create_access_policy(theirs.clone()).await.unwrap();
    assert_eq!(listed(&store).await, [policy("p")]);
    assert_eq!(kept::policies(&store, other()).await, [theirs]);
    // That ours is attached does not hold theirs.
    let attached = AccessUser { policies: vec![p()], boundary: Some(p()), ..user("alice") };
    store.create_access_user(attached, nowhere).await.unwrap();
    store.delete_access_policy(other(), p()).await.unwrap();
    assert!(delete(&store, "p").await.is_err());
}

pub(crate) async fn an_update_changes_the_document_only(store: Store) {
    both_accounts(&store).await;
    with_policies(&store, &["First", "second"]).await;
    for (now, kept, document) in [(50, 50, "[1]"), (50, 50, ""), (40, 50, "[3]"), (60, 60, "[4]")] {
        let name = policy_name("fIRST");
        let updated = store.update_access_policy(account(), name, document.into(), at(now)).await.unwrap();
        let expected = AccessPolicy { document: document.into(), updated_at: at(kept), ..policy("First") };
        assert_eq!(updated, expected);
        assert_eq!(listed(&store).await, [expected, policy("second")]);
    }
    let missing = store.update_access_policy(account(), policy_name("x"), "[]".into(), at(70)).await;
    assert_eq!(missing, Err(no_policy("x")));
    assert_eq!(delete(&store, "x").await, Err(no_policy("x")));
}

pub(crate) async fn a_document_has_a_limit(store: Store) {
    both_accounts(&store).await;
    let of = |bytes: usize| "é".repeat(bytes / 2) + &"x".repeat(bytes % 2);
    let too_large = AccessError::LimitExceeded { quota: "PolicySize", limit: 65_536 };
    let larger = AccessPolicy { document: of(65_537), ..policy("p") };
    assert_eq!(store.create_access_policy(larger).await, Err(too_large.clone()));
    let largest = AccessPolicy { document: of(65_536), ..policy("p") };
    assert_eq!(store.create_access_policy(largest.clone()).await, Ok(largest.clone()));
    let refused = store.update_access_policy(account(), policy_name("p"), of(65_537), at(9)).await;
    assert_eq!(refused, Err(too_large));
    assert_eq!(listed(&store).await, [largest]);
}

pub(crate) async fn a_policy_in_use_stays(store: Store) {
    both_accounts(&store).await;
    with_policies(&store, &["P", "q"]).await;
    let p = || Some(policy_name("p"));
    let attached = AccessUser { policies: p().into_iter().collect(), ..user("Zoe") };
    let bounded = AccessUser { boundary: p(), ..user("alice") };
    let both =
        AccessUser { policies: vec![policy_name("q"), policy_name("P")], boundary: p(), ..user("Bob") };
    for new in [attached, bounded, both, user("carol")] {
        store.create_access_user(new, nowhere).await.unwrap();
    }
    let refusal = async |users: &[&str]| {
        let users: Vec<UserName> = users.iter().map(|name| user_name(name)).collect();
        let error = delete(&store, "p").await.unwrap_err();
        assert_eq!(error, AccessError::DeleteConflict(Conflict::PolicyInUse(users.clone())));
        assert!(users.iter().all(|name| error.to_string().contains(name.as_str())), "{error}");
    };
    refusal(&["alice", "Bob", "Zoe"]).await;
    store.set_boundary(key_of("alice"), None, nowhere).await.unwrap();
    refusal(&["Bob", "Zoe"]).await;
    store.delete_access_user(key_of("zoe"), true).await.unwrap();
    store.detach_policy(key_of("bob"), policy_name("p")).await.unwrap();
    refusal(&["Bob"]).await;
    store.set_boundary(key_of("bob"), Some(policy_name("q")), nowhere).await.unwrap();
    delete(&store, "p").await.unwrap();
    assert_eq!(listed(&store).await, [policy("q")]);
}

pub(crate) async fn a_policy_in_use_names_some_of_many_users(store: Store) {
    both_accounts(&store).await;
    with_policies(&store, &["p"]).await;
    for number in 0..60 {
        let attached = AccessUser { policies: vec![policy_name("p")], ..user(&format!("u{number:02}")) };
        store.create_access_user(attached, nowhere).await.unwrap();
    }
    let expected = (0..50).map(|number| user_name(&format!("u{number:02}"))).collect();
    let refused = delete(&store, "p").await;
    assert_eq!(refused, Err(AccessError::DeleteConflict(Conflict::PolicyInUse(expected))));
}

pub(crate) async fn attaching_and_deleting_a_policy_never_both_succeed(store: Store) {
    both_accounts(&store).await;
    with_user(&store, "alice").await;
    for number in 0..20 {
        let name = policy_name(&format!("p{number}"));
        with_policies(&store, &[name.as_str()]).await;
        let (attaching, deleting) = (store.clone(), store.clone());
        let (to_attach, to_delete) = (name.clone(), name.clone());
        let attached =
            tokio::spawn(async move { attaching.attach_policy(key_of("alice"), to_attach, nowhere).await });
        let deleted = tokio::spawn(async move { deleting.delete_access_policy(account(), to_delete).await });
        match (attached.await.unwrap(), deleted.await.unwrap()) {
            (Ok(user), Err(AccessError::DeleteConflict(_))) => {
                assert_eq!(user.policies, std::slice::from_ref(&name));
                store.detach_policy(key_of("alice"), name).await.unwrap();
            }
            (Err(error), Ok(())) => assert_eq!(error, no_policy(name.as_str())),
            both => unreachable!("{both:?}"),
        }
    }
}

pub(crate) async fn a_policy_quota_holds_under_concurrency(store: Store) {
    both_accounts(&store).await;
    let most = Account::MAX_POLICIES as usize;
    let creating: Vec<_> = (0..most + 5)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.create_access_policy(policy(&format!("p{number}"))).await })
        })
        .collect();
    let too_many = AccessError::LimitExceeded { quota: "PoliciesPerAccount", limit: 1_500 };
    let mut created = 0;
    for outcome in creating {
        match outcome.await.unwrap() {
            Ok(_) => created += 1,
            Err(error) => assert_eq!(error, too_many),
        }
    }
    let kept = listed(&store).await;
    assert_eq!((created, kept.len()), (most, most));
    store.create_access_policy(AccessPolicy { account: other(), ..policy("p") }).await.unwrap();
    let taken = store.create_access_policy(policy(kept[0].name.as_str())).await;
    assert!(matches!(taken, Err(AccessError::EntityAlreadyExists(_))), "{taken:?}");
    delete(&store, kept[0].name.as_str()).await.unwrap();
    store.create_access_policy(policy("one-more")).await.unwrap();
}
