//! What is promised of logging configurations.

use crate::sample::{account, at, configuration, configuration_key, name, room, room_key, tags};
use model::{
    AccountId, Destination, Id, Limit, LoggingConfiguration, LoggingConfigurationKey,
    LoggingConfigurationState, Room,
};
use store::{CreateError, Cursor, LoggingConfigurationError, Store, UpdateError};

use LoggingConfigurationState as State;

async fn create(store: &Store, number: u128) -> LoggingConfiguration {
    store.create_logging_configuration(configuration(number), Limit::Unlimited).await.unwrap()
}

async fn create_in(store: &Store, number: u128, state: State) -> LoggingConfiguration {
    let configuration = LoggingConfiguration { state, ..configuration(number) };
    store.create_logging_configuration(configuration, Limit::Unlimited).await.unwrap()
}

async fn state_of(store: &Store, key: LoggingConfigurationKey) -> Option<State> {
    store.logging_configuration(key).await.unwrap().map(|found| found.state)
}

/// Both steps of a deletion.
async fn delete(store: &Store, key: LoggingConfigurationKey) -> Result<(), LoggingConfigurationError> {
    store.begin_deleting_logging_configuration(key).await?;
    assert!(store.delete_logging_configuration(key).await.unwrap());
    Ok(())
}

pub(crate) async fn each_destination_comes_back(store: Store) {
    let destinations = [
        Destination::parse_bucket("my-bucket.logs").unwrap(),
        Destination::parse_log_group("/ivs/chat#1").unwrap(),
        Destination::parse_delivery_stream("A_b.c-d").unwrap(),
    ];
    for (number, destination) in (1..).zip(destinations) {
        let written = LoggingConfiguration { destination, tags: tags(&[("k", "")]), ..configuration(number) };
        let created = store.create_logging_configuration(written.clone(), Limit::Unlimited).await.unwrap();
        assert_eq!(created, LoggingConfiguration { update_time: created.update_time, ..written });
        assert_eq!(store.logging_configuration(created.key).await.unwrap(), Some(created));
    }
    assert_eq!(store.logging_configuration(configuration_key(77)).await.unwrap(), None);
}

pub(crate) async fn a_configuration_can_be_changed(store: Store) {
    let created = create(&store, 1).await;
    let change = |configuration: &mut LoggingConfiguration| {
        configuration.name = name("changed");
        configuration.destination = Destination::parse_delivery_stream("stream").unwrap();
        configuration.create_time = at(9);
        configuration.tags = tags(&[("not", "kept")]);
    };
    let updated = store.update_logging_configuration(created.key, at(500), change).await.unwrap();
    let expected = LoggingConfiguration {
        name: name("changed"),
        destination: Destination::parse_delivery_stream("stream").unwrap(),
        update_time: at(500),
        ..created
    };
    assert_eq!(updated, expected);
    assert_eq!(store.logging_configuration(created.key).await.unwrap(), Some(expected));
    let none = store.update_logging_configuration(configuration_key(2), at(501), |_| ()).await;
    assert_eq!(none, Err(LoggingConfigurationError::NotFound));
}

pub(crate) async fn a_quota_of_their_own(store: Store) {
    store.create_room(room(1), Limit::AtMost(1)).await.unwrap();
    let one = Limit::AtMost(1);
    store.create_logging_configuration(configuration(1), one).await.unwrap();
    let second = store.create_logging_configuration(configuration(2), one).await;
    assert_eq!(second, Err(CreateError::QuotaExceeded));
    let same = store.create_logging_configuration(configuration(1), Limit::Unlimited).await;
    assert_eq!(same, Err(CreateError::IdTaken));
    delete(&store, configuration_key(1)).await.unwrap();
    store.create_logging_configuration(configuration(2), one).await.unwrap();
}

pub(crate) async fn the_order_of_attachment_is_kept(store: Store) {
    let mut ids = Vec::new();
    for number in 1..=4 {
        ids.push(create(&store, number).await.key.id);
    }
    store.create_room(room(1), Limit::Unlimited).await.unwrap();
    for order in [&[2, 0, 1][..], &[0, 1, 2], &[3], &[1, 3], &[]] {
        let wanted: Vec<Id> = order.iter().map(|index| ids[*index]).collect();
        let attached = wanted.clone();
        let change = move |room: &mut Room| room.logging_configurations = attached;
        let updated = store.update_room(room_key(1), at(1), change).await.unwrap();
        assert_eq!(updated.logging_configurations, wanted);
        assert_eq!(store.room(room_key(1)).await.unwrap(), Some(updated));
    }
}

pub(crate) async fn a_configuration_must_exist_to_be_attached(store: Store) {
    let there = create(&store, 1).await.key.id;
    let missing = Id::from_random(2);
    let wrong = Room { logging_configurations: vec![there, missing], ..room(1) };
    let refused = store.create_room(wrong, Limit::Unlimited).await;
    assert_eq!(refused, Err(CreateError::LoggingConfigurationMissing(missing)));
    delete(&store, configuration_key(1)).await.unwrap();
}

pub(crate) async fn an_attached_configuration_cannot_be_deleted(store: Store) {
    let key = create(&store, 1).await.key;
    for number in 1..=2 {
        let attached = Room { logging_configurations: vec![key.id], ..room(number) };
        store.create_room(attached, Limit::Unlimited).await.unwrap();
    }
    assert_eq!(delete(&store, key).await, Err(LoggingConfigurationError::InUse));
    assert!(store.delete_room(room_key(1)).await.unwrap());
    assert_eq!(delete(&store, key).await, Err(LoggingConfigurationError::InUse));
    store.update_room(room_key(2), at(1), |room| room.logging_configurations.clear()).await.unwrap();
    delete(&store, key).await.unwrap();
    assert_eq!(delete(&store, key).await, Err(LoggingConfigurationError::NotFound));
    assert_eq!(store.logging_configuration(key).await.unwrap(), None);
}

pub(crate) async fn attaching_and_deleting_never_both_succeed(store: Store) {
    store.create_room(room(1), Limit::Unlimited).await.unwrap();
    for number in 0..20 {
        let key = create(&store, number).await.key;
        let attach = move |room: &mut Room| room.logging_configurations = vec![key.id];
        let (attaching, deleting) = (store.clone(), store.clone());
        let attached = tokio::spawn(async move { attaching.update_room(room_key(1), at(1), attach).await });
        let deleted = tokio::spawn(async move { delete(&deleting, key).await });
        match (attached.await.unwrap(), deleted.await.unwrap()) {
            (Ok(room), Err(LoggingConfigurationError::InUse)) => {
                assert_eq!(room.logging_configurations, [key.id])
            }
            (Err(UpdateError::LoggingConfigurationMissing(id)), Ok(())) => assert_eq!(id, key.id),
            both => unreachable!("{both:?}"),
        }
    }
}

pub(crate) async fn pages_show_each_once(store: Store) {
    let mut written = Vec::new();
    for number in 0..7 {
        written.push(create(&store, number).await);
    }
    let moved = store.update_logging_configuration(configuration_key(2), at(0), |_| ()).await.unwrap();
    written.remove(2);
    written.push(moved);
    written.reverse();
    for limit in [1, 3, 7, 50] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = store.list_logging_configurations(account(), after, limit).await.unwrap();
            let Some(last) = page.last() else { break };
            after = Some(Cursor::from(last));
            seen.extend(page);
            assert!(seen.len() <= written.len(), "the pages do not end");
        }
        assert_eq!(seen, written, "{limit} at a time");
    }
}

pub(crate) async fn each_state_comes_back(store: Store) {
    for (number, state) in (1..).zip(State::ALL) {
        let created = create_in(&store, number, state).await;
        assert_eq!(created.state, state);
        assert_eq!(store.logging_configuration(created.key).await.unwrap(), Some(created));
    }
}

pub(crate) async fn only_some_states_can_be_updated(store: Store) {
    for (number, state) in (1..).zip(State::ALL) {
        let before = create_in(&store, number, state).await;
        let change = |configuration: &mut LoggingConfiguration| {
            configuration.name = name("changed");
            configuration.state = State::Updating;
        };
        let updated = store.update_logging_configuration(before.key, at(500), change).await;
        let found = store.logging_configuration(before.key).await.unwrap().unwrap();
        if state.allows_update() {
            let updated = updated.unwrap();
            assert_eq!((updated.name.as_str(), updated.state), ("changed", State::Updating));
            assert_eq!(found, updated);
        } else {
            assert_eq!(updated, Err(LoggingConfigurationError::WrongState(state)));
            assert_eq!(found, before);
        }
    }
}

pub(crate) async fn only_some_states_can_be_deleted(store: Store) {
    for (number, state) in (1..).zip(State::ALL) {
        let before = create_in(&store, number, state).await;
        let begun = store.begin_deleting_logging_configuration(before.key).await;
        let found = store.logging_configuration(before.key).await.unwrap().unwrap();
        if state.allows_deletion() {
            assert_eq!(begun, Ok(before.clone()));
            // The update time stays.
            assert_eq!(found, LoggingConfiguration { state: State::Deleting, ..before });
        } else {
            assert_eq!(begun, Err(LoggingConfigurationError::WrongState(state)));
            assert_eq!(found, before);
        }
    }
}

pub(crate) async fn one_that_is_to_be_deleted_is_missing_to_rooms(store: Store) {
    store.create_room(room(1), Limit::Unlimited).await.unwrap();
    for (number, state) in (1..).zip(State::ALL) {
        let id = create_in(&store, number, state).await.key.id;
        let with_it = Room { logging_configurations: vec![id], ..room(100 + number) };
        let created = store.create_room(with_it, Limit::Unlimited).await.map(|_| ());
        let attach = move |room: &mut Room| room.logging_configurations = vec![id];
        let updated = store.update_room(room_key(1), at(1), attach).await.map(|_| ());
        if state.allows_attachment() {
            assert_eq!((created, updated), (Ok(()), Ok(())), "{state:?}");
        } else {
            assert_eq!(created, Err(CreateError::LoggingConfigurationMissing(id)), "{state:?}");
            assert_eq!(updated, Err(UpdateError::LoggingConfigurationMissing(id)), "{state:?}");
        }
    }
}

pub(crate) async fn a_state_settles_only_from_what_was_seen(store: Store) {
    let seen = create_in(&store, 1, State::Creating).await;
    assert!(store.settle_logging_configuration(&seen, State::Active).await.unwrap());
    // The state and nothing else.
    let active = LoggingConfiguration { state: State::Active, ..seen.clone() };
    assert_eq!(store.logging_configuration(seen.key).await.unwrap(), Some(active.clone()));
    // Another state.
    assert!(!store.settle_logging_configuration(&seen, State::CreateFailed).await.unwrap());
    assert_eq!(state_of(&store, seen.key).await, Some(State::Active));
    // The same state, a later update.
    let stays = |configuration: &mut LoggingConfiguration| configuration.name = name("later");
    let later = store.update_logging_configuration(seen.key, at(9), stays).await.unwrap();
    assert!(!store.settle_logging_configuration(&active, State::UpdateFailed).await.unwrap());
    assert_eq!(store.logging_configuration(seen.key).await.unwrap(), Some(later.clone()));
    // Another account's, and one that is gone.
    let other = LoggingConfigurationKey { account: AccountId::parse("000000000001").unwrap(), ..seen.key };
    let foreign = LoggingConfiguration { key: other, ..later.clone() };
    assert!(!store.settle_logging_configuration(&foreign, State::UpdateFailed).await.unwrap());
    delete(&store, seen.key).await.unwrap();
    assert!(!store.settle_logging_configuration(&later, State::UpdateFailed).await.unwrap());
    assert_eq!(store.logging_configuration(seen.key).await.unwrap(), None);
}

pub(crate) async fn one_goes_only_when_it_is_being_deleted(store: Store) {
    for (number, state) in (1..).zip(State::ALL) {
        let key = create_in(&store, number, state).await.key;
        let gone = store.delete_logging_configuration(key).await.unwrap();
        assert_eq!(gone, state == State::Deleting, "{state:?}");
        assert_eq!(state_of(&store, key).await, (!gone).then_some(state));
    }
}

pub(crate) async fn all_configurations_are_shown_once(store: Store) {
    let mut written = Vec::new();
    for (number, state) in (1..).zip(State::ALL) {
        written.push(create_in(&store, number, state).await);
    }
    let other = LoggingConfigurationKey {
        account: AccountId::parse("000000000001").unwrap(),
        ..configuration_key(1)
    };
    let theirs = LoggingConfiguration { key: other, ..configuration(1) };
    written.push(store.create_logging_configuration(theirs, Limit::Unlimited).await.unwrap());
    written
        .sort_by_key(|configuration| (configuration.key.account.number(), configuration.key.id.to_string()));
    assert_eq!(store.all_logging_configurations().await.unwrap(), written);
}
