//! What is promised of rooms.

use crate::sample::{account, at, configuration, handler, name, room, room_key, tags};
use model::{AccountId, FallbackResult, Id, Limit, Room, RoomKey, Timestamp};
use std::collections::BTreeSet;
use store::{CreateError, RoomFilter, Store, UpdateError};

const FUNCTION: &str = "arn:aws:lambda:us-west-2:123456789012:function:review";

pub(crate) async fn a_room_comes_back_as_it_was_written(store: Store) {
    let logging = store.create_logging_configuration(configuration(9), Limit::Unlimited).await.unwrap();
    let handlers = [
        None,
        handler("", FallbackResult::Allow),
        handler("", FallbackResult::Deny),
        handler(FUNCTION, FallbackResult::Allow),
        handler(FUNCTION, FallbackResult::Deny),
    ];
    for (number, message_review_handler) in (1..).zip(handlers) {
        let written = Room {
            name: name(if number == 1 { "" } else { "a-Z_9" }),
            create_time: "2022-03-16T04:44:09.123456789Z".parse().unwrap(),
            maximum_message_rate_per_second: 100,
            maximum_message_length: 1,
            message_review_handler,
            logging_configurations: vec![logging.key.id],
            tags: tags(&[("k", "v")]),
            ..room(number)
        };
        let created = store.create_room(written.clone(), Limit::Unlimited).await.unwrap();
        let create_time: Timestamp = "2022-03-16T04:44:09.123456Z".parse().unwrap();
        assert!(created.update_time >= create_time);
        assert_eq!(created, Room { create_time, update_time: created.update_time, ..written });
        assert_eq!(store.room(created.key).await.unwrap(), Some(created));
    }
    assert_eq!(store.room(room_key(77)).await.unwrap(), None);
}

pub(crate) async fn an_id_belongs_to_its_account(store: Store) {
    let ours = store.create_room(room(1), Limit::AtMost(1)).await.unwrap();
    let other = RoomKey { account: AccountId::parse("000000000001").unwrap(), ..ours.key };
    assert_eq!(store.room(other).await.unwrap(), None);
    assert!(!store.delete_room(other).await.unwrap());
    let theirs = Room { key: other, name: name("theirs"), ..room(1) };
    let theirs = store.create_room(theirs, Limit::AtMost(1)).await.unwrap();
    assert_eq!(list(&store, account()).await, [ours]);
    assert_eq!(list(&store, other.account).await, [theirs]);
}

pub(crate) async fn an_id_is_taken_once(store: Store) {
    let first = store.create_room(room(1), Limit::AtMost(2)).await.unwrap();
    let second = Room { name: name("second"), ..room(1) };
    assert_eq!(store.create_room(second, Limit::AtMost(2)).await, Err(CreateError::IdTaken));
    assert_eq!(store.room(first.key).await.unwrap(), Some(first));
    // The refused one was not counted.
    store.create_room(room(2), Limit::AtMost(2)).await.unwrap();
}

pub(crate) async fn a_quota_holds_under_concurrency(store: Store) {
    let creating: Vec<_> = (0..30)
        .map(|number| {
            let store = store.clone();
            tokio::spawn(async move { store.create_room(room(number), Limit::AtMost(10)).await })
        })
        .collect();
    let mut created = 0;
    for outcome in creating {
        match outcome.await.unwrap() {
            Ok(_) => created += 1,
            Err(error) => assert_eq!(error, CreateError::QuotaExceeded),
        }
    }
    assert_eq!((created, list(&store, account()).await.len()), (10, 10));
    assert!(store.delete_room(list(&store, account()).await[0].key).await.unwrap());
    store.create_room(room(90), Limit::AtMost(10)).await.unwrap();
    let refused = store.create_room(room(91), Limit::AtMost(10)).await;
    assert_eq!(refused, Err(CreateError::QuotaExceeded));
    store.create_room(room(91), Limit::Unlimited).await.unwrap();
}

pub(crate) async fn an_update_changes_what_it_says_and_no_more(store: Store) {
    let created = store.create_room(Room { tags: tags(&[("k", "v")]), ..room(1) }, Limit::Unlimited).await;
    let created = created.unwrap();
    let change = |room: &mut Room| {
        room.name = name("changed");
        room.maximum_message_length = 7;
        room.message_review_handler = handler(FUNCTION, FallbackResult::Deny);
        // None of these are an update's to change.
        room.key = room_key(2);
        room.create_time = at(9);
        room.update_time = at(-9);
        room.tags = tags(&[]);
    };
    let updated = store.update_room(created.key, at(500), change).await.unwrap();
    let expected = Room {
        name: name("changed"),
        maximum_message_length: 7,
        message_review_handler: handler(FUNCTION, FallbackResult::Deny),
        update_time: at(500),
        ..created
    };
    assert_eq!(updated, expected);
    assert_eq!(store.room(expected.key).await.unwrap(), Some(expected));
    assert_eq!(store.update_room(room_key(2), at(501), |_| ()).await, Err(UpdateError::NotFound));
}

pub(crate) async fn concurrent_updates_lose_nothing(store: Store) {
    store.create_room(Room { maximum_message_length: 0, ..room(1) }, Limit::Unlimited).await.unwrap();
    let updating: Vec<_> = (0..60)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                let add = |room: &mut Room| room.maximum_message_length += 1;
                let updated = store.update_room(room_key(1), at(5), add).await.unwrap();
                let read = store.room(room_key(1)).await.unwrap().unwrap();
                assert!(read.update_time >= updated.update_time, "an acknowledged write was not read");
                updated.update_time
            })
        })
        .collect();
    let mut times = BTreeSet::new();
    for update in updating {
        times.insert(update.await.unwrap());
    }
    assert_eq!(times.len(), 60);
    assert_eq!(store.room(room_key(1)).await.unwrap().unwrap().maximum_message_length, 60);
}

pub(crate) async fn update_times_only_go_forward(store: Store) {
    let logging = store.create_logging_configuration(configuration(1), Limit::Unlimited).await.unwrap();
    let mut last = logging.update_time;
    for (number, now) in [(2, at(100)), (3, at(100)), (4, at(50)), (5, at(101)), (6, at(1_000))] {
        let created = store.create_room(Room { create_time: now, ..room(number) }, Limit::Unlimited).await;
        let created = created.unwrap();
        assert!(created.update_time > last && created.update_time >= created.create_time);
        assert_eq!(created.create_time, now);
        let updated = store.update_room(created.key, now, |_| ()).await.unwrap();
        assert!(updated.update_time > created.update_time);
        last = updated.update_time;
    }
    // The newest going does not make room for the past.
    assert!(store.delete_room(room_key(6)).await.unwrap());
    let again = store.create_room(room(6), Limit::Unlimited).await.unwrap();
    assert!(again.update_time > last);
}

pub(crate) async fn what_is_refused_leaves_nothing_behind(store: Store) {
    let missing = Id::from_random(404);
    let wrong = Room { logging_configurations: vec![missing], ..room(1) };
    let refused = store.create_room(wrong, Limit::Unlimited).await;
    assert_eq!(refused, Err(CreateError::LoggingConfigurationMissing(missing)));
    assert_eq!(store.room(room_key(1)).await.unwrap(), None);

    let created = store.create_room(room(1), Limit::AtMost(1)).await.unwrap();
    let change = move |room: &mut Room| {
        room.name = name("half");
        room.logging_configurations = vec![missing];
    };
    let refused = store.update_room(created.key, at(9), change).await;
    assert_eq!(refused, Err(UpdateError::LoggingConfigurationMissing(missing)));
    assert_eq!(store.room(created.key).await.unwrap(), Some(created));
}

pub(crate) async fn a_deleted_room_is_gone(store: Store) {
    let logging = store.create_logging_configuration(configuration(9), Limit::Unlimited).await.unwrap();
    let attached = Room { logging_configurations: vec![logging.key.id], ..room(1) };
    let created = store.create_room(attached, Limit::Unlimited).await.unwrap();
    assert!(store.delete_room(created.key).await.unwrap());
    assert!(!store.delete_room(created.key).await.unwrap());
    assert_eq!(store.room(created.key).await.unwrap(), None);
    assert_eq!(list(&store, account()).await, []);
    store.begin_deleting_logging_configuration(logging.key).await.unwrap();
    assert!(store.delete_logging_configuration(logging.key).await.unwrap());
    // Its id may come again, and is a new room.
    let again = store.create_room(room(1), Limit::AtMost(1)).await.unwrap();
    assert_eq!(again.logging_configurations, []);
}

#[expect(clippy::panic, reason = "that is the test")]
pub(crate) async fn a_panic_in_a_change_loses_that_change_only(store: Store) {
    let created = store.create_room(room(1), Limit::Unlimited).await.unwrap();
    let change = |room: &mut Room| {
        room.name = name("lost");
        panic!("a change that panics, on purpose");
    };
    let lost = store.update_room(created.key, at(5), change).await;
    assert!(matches!(lost, Err(UpdateError::Store(_))), "{lost:?}");
    assert_eq!(store.room(created.key).await.unwrap(), Some(created));
    store.create_room(room(2), Limit::Unlimited).await.unwrap();
}

pub(crate) async fn all_rooms_are_shown_once(store: Store) {
    let mut configurations = Vec::new();
    for number in 100..103 {
        let created = store.create_logging_configuration(configuration(number), Limit::Unlimited).await;
        configurations.push(created.unwrap().key.id);
    }
    let mut written = Vec::new();
    for number in 0..20 {
        let attached = configurations[..number as usize % 4].iter().rev().copied().collect();
        let new = Room { logging_configurations: attached, ..room(number) };
        written.push(store.create_room(new, Limit::Unlimited).await.unwrap());
    }
    let other = RoomKey { account: AccountId::parse("000000000001").unwrap(), ..room_key(3) };
    written.push(store.create_room(Room { key: other, ..room(3) }, Limit::Unlimited).await.unwrap());
    let mut shown = store.all_rooms(Vec::new(), Vec::push).await.unwrap();
    shown.sort_by_key(|room: &Room| room.update_time);
    assert_eq!(shown, written);
}

async fn list(store: &Store, account: AccountId) -> Vec<Room> {
    store.list_rooms(account, RoomFilter::default(), None, 100).await.unwrap()
}
