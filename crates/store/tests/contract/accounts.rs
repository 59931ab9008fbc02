//! What is promised of accounts.

use crate::sample::access::{an_account, both_accounts, key_of, nowhere, other, policy, policy_name, user};
use crate::sample::kept;
use crate::sample::{account, at, configuration, configuration_key, room, room_key};
use model::{Account, Limit};
use store::{AccessError, Conflict, Entity, Store};

pub(crate) async fn an_account_comes_back_and_can_be_marked(store: Store) {
    assert_eq!(kept::accounts(&store).await, []);
    let written =
        Account { created_at: "2022-03-16T04:44:09.123456789Z".parse().unwrap(), ..an_account(account()) };
    let created = store.create_account(written.clone()).await.unwrap();
    assert_eq!(created, Account { created_at: "2022-03-16T04:44:09.123456Z".parse().unwrap(), ..written });
    let marked_from_the_start = Account { pending_verification: true, ..an_account(other()) };
    store.create_account(marked_from_the_start.clone()).await.unwrap();
    assert_eq!(kept::accounts(&store).await, [marked_from_the_start.clone(), created.clone()]);
    for pending_verification in [true, true, false] {
        let expected = Account { pending_verification, ..created.clone() };
        let marked = store.set_pending_verification(account(), pending_verification).await.unwrap();
        assert_eq!(marked, expected);
        assert_eq!(kept::accounts(&store).await, [marked_from_the_start.clone(), expected]);
    }
}

pub(crate) async fn an_account_is_created_once(store: Store) {
    let created = store.create_account(an_account(account())).await.unwrap();
    let again = Account { pending_verification: true, created_at: at(9), ..created.clone() };
    let exists = AccessError::EntityAlreadyExists(Entity::Account(account()));
    assert_eq!(store.create_account(again).await, Err(exists));
    assert_eq!(kept::accounts(&store).await, [created]);
    let missing = AccessError::NoSuchEntity(Entity::Account(other()));
    assert_eq!(store.set_pending_verification(other(), true).await, Err(missing.clone()));
    assert_eq!(store.delete_account(other()).await, Err(missing));
}

pub(crate) async fn an_account_that_holds_something_stays(store: Store) {
    let [ours, theirs] = both_accounts(&store).await;
    store.create_room(room(1), Limit::Unlimited).await.unwrap();
    store.create_logging_configuration(configuration(1), Limit::Unlimited).await.unwrap();
    store.create_access_user(user("alice"), nowhere).await.unwrap();
    store.create_access_policy(policy("p")).await.unwrap();
    let refusal = async |conflict| {
        assert_eq!(store.delete_account(ours).await, Err(AccessError::DeleteConflict(conflict)));
    };
    // What one account holds is no matter of the other's.
    store.delete_account(theirs).await.unwrap();
    refusal(Conflict::AccountHasRooms).await;
    assert!(store.delete_room(room_key(1)).await.unwrap());
    refusal(Conflict::AccountHasLoggingConfigurations).await;
    store.begin_deleting_logging_configuration(configuration_key(1)).await.unwrap();
    assert!(store.delete_logging_configuration(configuration_key(1)).await.unwrap());
    refusal(Conflict::AccountHasUsers).await;
    store.delete_access_user(key_of("alice"), false).await.unwrap();
    refusal(Conflict::AccountHasPolicies).await;
    store.delete_access_policy(ours, policy_name("p")).await.unwrap();
    store.delete_account(ours).await.unwrap();
    assert_eq!(kept::accounts(&store).await, []);
}
