//! CreateRoom, GetRoom, UpdateRoom, DeleteRoom.

use crate::house::{
    ACCOUNT, FOREIGN, HANDLER, House, UNMAPPED, check_not_found, logging_configuration_arn, room_arn, said,
    text, time,
};
use crate::recording_logs::Asked;
use engine::{Notice, RoomReview, RoomSettings};
use model::{FallbackResult, Id, Region, ReviewHandlerUri, RoomArn, RoomKey};
use serde_json::{Value, json};
use std::sync::Arc;

fn key(house: &House, arn: &str) -> RoomKey {
    RoomArn::parse(arn).unwrap().locate(&Region::parse("us-west-2").unwrap(), house.root.account()).unwrap()
}

fn settings(house: &House, arn: &str) -> RoomSettings {
    house.bus.directory.find(key(house, arn)).unwrap()
}

#[tokio::test]
async fn create_room_fills_the_defaults() {
    let house = House::new().await;
    let room = house.call("POST", "/CreateRoom", b"").await.unwrap();
    let expected = json!({
        "arn": room_arn(&text(&room["id"])),
        "id": room["id"],
        "name": "",
        "createTime": "2023-11-14T22:13:21Z",
        "updateTime": room["updateTime"],
        "maximumMessageRatePerSecond": 10,
        "maximumMessageLength": 500,
        "tags": {},
        "loggingConfigurationIdentifiers": [],
    });
    assert_eq!(room, expected);
    assert!(text(&room["updateTime"]).starts_with("2023-11-14T22:13:21"));
    assert_eq!(house.ok("GetRoom", json!({"identifier": room["arn"]})).await, room);
    let settings = settings(&house, &text(&room["arn"]));
    assert_eq!((settings.maximum_message_length, settings.review), (500, None));
}

#[tokio::test]
async fn create_room_keeps_what_it_is_given() {
    let house = House::new().await;
    let identifiers = [house.logging_configuration().await, house.logging_configuration().await];
    let given = json!({
        "name": "a-Room_1",
        "maximumMessageRatePerSecond": 100,
        "maximumMessageLength": 1,
        "messageReviewHandler": {"uri": HANDLER, "fallbackResult": "DENY"},
        "tags": {"a b/é+~%2F": "🦀", "k": ""},
        "loggingConfigurationIdentifiers": identifiers,
    });
    let room = house.ok("CreateRoom", given.clone()).await;
    for (member, value) in given.as_object().unwrap() {
        assert_eq!(&room[member], value, "{member}");
    }
    assert_eq!(house.ok("GetRoom", json!({"identifier": room["arn"]})).await, room);
    let expected = RoomSettings {
        maximum_message_length: 1,
        maximum_message_rate_per_second: 100,
        review: Some(Arc::new(RoomReview {
            handler: ReviewHandlerUri::parse(HANDLER).unwrap(),
            fallback: FallbackResult::Deny,
        })),
        logging: Some(
            identifiers.iter().map(|arn| Id::parse(arn.rsplit_once('/').unwrap().1).unwrap()).collect(),
        ),
    };
    assert_eq!(settings(&house, &text(&room["arn"])), expected);
}

#[tokio::test]
async fn the_same_room_twice_is_two_rooms() {
    let house = House::new().await;
    let (one, two) = (house.room(json!({"name": "n"})).await, house.room(json!({"name": "n"})).await);
    assert_ne!(one, two);
    assert_eq!(house.bus.notices.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn update_room_changes_only_what_it_is_given() {
    let house = House::new().await;
    let before = house.ok("CreateRoom", json!({"name": "n", "tags": {"k": "v"}})).await;
    let change =
        json!({"identifier": before["arn"], "maximumMessageLength": 42, "name": null, "tags": {"k": "w"}});
    let after = house.ok("UpdateRoom", change).await;
    assert!(time(&after["updateTime"]) > time(&before["updateTime"]));
    let mut expected = before.clone();
    expected["maximumMessageLength"] = json!(42);
    expected["updateTime"] = after["updateTime"].clone();
    assert_eq!(after, expected);
    assert_eq!(house.ok("GetRoom", json!({"identifier": before["arn"]})).await, expected);
    assert_eq!(settings(&house, &text(&before["arn"])).maximum_message_length, 42);
}

#[tokio::test]
async fn a_handler_changes_member_by_member() {
    let house = House::new().await;
    let arn = house.room(json!({})).await;
    let steps = [
        (json!({}), Value::Null),
        (json!({"uri": HANDLER}), json!({"uri": HANDLER, "fallbackResult": "ALLOW"})),
        (json!({"fallbackResult": "DENY"}), json!({"uri": HANDLER, "fallbackResult": "DENY"})),
        (json!({}), json!({"uri": HANDLER, "fallbackResult": "DENY"})),
        (json!({"uri": null, "fallbackResult": null}), json!({"uri": HANDLER, "fallbackResult": "DENY"})),
        (json!({"uri": HANDLER}), json!({"uri": HANDLER, "fallbackResult": "ALLOW"})),
        (json!({"uri": ""}), json!({"uri": "", "fallbackResult": "ALLOW"})),
        (json!({"fallbackResult": "DENY"}), json!({"uri": "", "fallbackResult": "DENY"})),
    ];
    for (given, expected) in steps {
        house.ok("UpdateRoom", json!({"identifier": arn, "messageReviewHandler": given})).await;
        let room = house.ok("GetRoom", json!({"identifier": arn})).await;
        assert_eq!(room["messageReviewHandler"], expected, "after {given}");
        let attached = expected["uri"] == HANDLER;
        assert_eq!(settings(&house, &arn).review.is_some(), attached, "after {given}");
    }
}

#[tokio::test]
async fn logging_configurations_keep_their_order() {
    let house = House::new().await;
    let (a, b) = (house.logging_configuration().await, house.logging_configuration().await);
    let arn = house.room(json!({"loggingConfigurationIdentifiers": [a]})).await;
    for (given, expected) in [
        (json!([b, a]), json!([b, a])),
        (json!(null), json!([b, a])),
        (json!([a, b, a]), json!([a, b])),
        (json!([]), json!([])),
    ] {
        let change = json!({"identifier": arn, "loggingConfigurationIdentifiers": given});
        let room = house.ok("UpdateRoom", change).await;
        assert_eq!(room["loggingConfigurationIdentifiers"], expected, "after {given}");
    }
}

#[tokio::test]
async fn a_logging_configuration_that_is_not_there_is_not_attached() {
    let house = House::new().await;
    let arn = house.room(json!({})).await;
    let absent = logging_configuration_arn("AAAAAAAAAAAA");
    let foreign = absent.replace("123456789012", "210987654321");
    let elsewhere = absent.replace("us-west-2", "eu-west-1");
    for missing in [absent, foreign, elsewhere] {
        let list = json!([missing]);
        let error = house.refused("CreateRoom", json!({"loggingConfigurationIdentifiers": list})).await;
        check_not_found(&error, "AAAAAAAAAAAA", "LOGGING_CONFIGURATION");
        let change = json!({"identifier": arn, "name": "n", "loggingConfigurationIdentifiers": list});
        check_not_found(&house.refused("UpdateRoom", change).await, "AAAAAAAAAAAA", "LOGGING_CONFIGURATION");
    }
    assert_eq!(house.ok("GetRoom", json!({"identifier": arn})).await["name"], "");
    assert_eq!(house.ok("ListRooms", json!({})).await["rooms"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_room_is_deleted_once() {
    let house = House::new().await;
    let arn = house.room(json!({})).await;
    let room = key(&house, &arn);
    assert_eq!(house.ok("DeleteRoom", json!({"identifier": arn})).await, Value::Null);
    assert!(house.bus.directory.find(room).is_none());
    for operation in ["DeleteRoom", "GetRoom", "UpdateRoom"] {
        let error = house.refused(operation, json!({"identifier": arn, "name": "n"})).await;
        check_not_found(&error, room.id.as_str(), "ROOM");
    }
    let notices = house.bus.notices.lock().unwrap();
    assert!(matches!(notices[..], [Notice::RoomChanged(..), Notice::RoomDeleted(_)]), "{notices:?}");
    // Its logs hear of it once, when nothing more can be said in it.
    assert_eq!(house.logs.take(), [Asked::FlushRoom(room, true)]);
}

#[tokio::test]
async fn an_id_that_no_room_can_have_is_not_found() {
    let house = House::new().await;
    for id in ["AAAAAAAAAAAA", "short", "with-a-dash"] {
        let error = house.refused("GetRoom", json!({"identifier": room_arn(id)})).await;
        check_not_found(&error, id, "ROOM");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_open_connections_know_is_the_last_write() {
    let house = std::sync::Arc::new(House::new().await);
    let arn = house.room(json!({})).await;
    let mut calls = tokio::task::JoinSet::new();
    for length in 1..=40 {
        let (house, arn) = (house.clone(), arn.clone());
        calls.spawn(async move {
            house.ok("UpdateRoom", json!({"identifier": arn, "maximumMessageLength": length})).await;
        });
    }
    while let Some(ended) = calls.join_next().await {
        ended.unwrap();
    }
    let stored = house.ok("GetRoom", json!({"identifier": arn})).await;
    assert_eq!(stored["maximumMessageLength"], settings(&house, &arn).maximum_message_length);
}

#[tokio::test]
async fn a_write_is_announced_though_its_caller_has_gone() {
    let house = House::new().await;
    let arn = house.room(json!({})).await;
    {
        let update = house.post("UpdateRoom", json!({"identifier": arn, "maximumMessageLength": 7}));
        tokio::select! {
            biased;
            _ = update => panic!("a write cannot be done at once"),
            () = std::future::ready(()) => {}
        }
    }
    // The next write of the same room waits for its turn.
    house.ok("UpdateRoom", json!({"identifier": arn, "maximumMessageRatePerSecond": 3})).await;
    let notices = house.bus.notices.lock().unwrap();
    let lengths: Vec<u32> = notices
        .iter()
        .map(|notice| match notice {
            Notice::RoomChanged(_, settings) => settings.maximum_message_length,
            Notice::RoomDeleted(_) => 0,
        })
        .collect();
    assert_eq!(lengths, [500, 7, 7]);
}

#[tokio::test]
async fn a_handler_must_be_mapped_and_not_another_account_s() {
    let house = House::new().await;
    let room = house.room(json!({})).await;
    let foreign = HANDLER.replace(ACCOUNT, FOREIGN);
    let elsewhere = HANDLER.replace(ACCOUNT, "999999999999");
    for (uri, permitted) in
        [(UNMAPPED, false), (&foreign, false), (HANDLER, true), (&elsewhere, true), ("", true)]
    {
        let handler = json!({"uri": uri});
        let made = house.post("CreateRoom", json!({"messageReviewHandler": handler})).await;
        let changed =
            house.post("UpdateRoom", json!({"identifier": room, "messageReviewHandler": handler})).await;
        for outcome in [made, changed] {
            match outcome {
                Ok(_) => assert!(permitted, "{uri}"),
                Err(error) => {
                    let (name, status, body) = said(&error);
                    assert_eq!((name, status, permitted), ("ValidationException", 400, false), "{uri}");
                    let words =
                        "Request member: uri failed to satisfy the constraints: invalid lambda permission";
                    assert_eq!((&body["message"], &body["reason"]), (&json!(words), &json!("OTHER")));
                }
            }
        }
    }
}
