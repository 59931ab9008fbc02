//! CreateChatToken.

use crate::house::{House, at, check_not_found, room_arn, said, text};
use auth::{ChatTokenClaims, KeyRing, open};
use model::{Capability, Id, Region, RoomKey};
use serde_json::{Value, json};
use std::sync::Arc;

fn opened(house: &House, response: &Value) -> ChatTokenClaims {
    let region = Region::parse("us-west-2").unwrap();
    open(&text(&response["token"]), &house.keys, &region, house.now().wall).unwrap()
}

#[tokio::test]
async fn a_token_says_what_was_asked_for() {
    let house = House::new().await;
    let arn = house.room(json!({})).await;
    let given = json!({
        "roomIdentifier": arn,
        "userId": "ü 🦀",
        "capabilities": ["SEND_MESSAGE", "DELETE_MESSAGE", "SEND_MESSAGE"],
        "sessionDurationInMinutes": 180,
        "attributes": {"name": "Ferris"},
    });
    let response = house.ok("CreateChatToken", given).await;
    assert_eq!(response["tokenExpirationTime"], "2023-11-14T22:14:21Z");
    assert_eq!(response["sessionExpirationTime"], "2023-11-15T01:13:21Z");
    let claims = opened(&house, &response);
    assert_eq!((claims.issued_at, claims.expires_at, claims.session_expires_at), (at(1), at(61), at(10_801)));
    assert_eq!(claims.user_id.as_str(), "ü 🦀");
    assert_eq!(claims.attributes.get("name"), Some("Ferris"));
    let allowed = [Capability::SendMessage, Capability::DeleteMessage, Capability::DisconnectUser]
        .map(|capability| claims.capabilities.allow(capability));
    assert_eq!(allowed, [true, true, false]);
    assert!(arn.ends_with(claims.room.id.as_str()));
    assert_eq!(claims.room.account, house.root.account());
}

#[tokio::test]
async fn the_defaults_are_an_hour_of_viewing() {
    let house = House::new().await;
    let arn = house.room(json!({})).await;
    let given = json!({"roomIdentifier": arn, "userId": "u", "attributes": null, "capabilities": []});
    let claims = opened(&house, &house.ok("CreateChatToken", given.clone()).await);
    assert_eq!(claims.session_expires_at, at(3_601));
    assert_eq!(claims.capabilities.bits(), 0);
    assert!(claims.attributes.is_empty());
    let second = opened(&house, &house.ok("CreateChatToken", given).await);
    assert_ne!(claims.token_id, second.token_id);
}

#[tokio::test]
async fn the_directory_alone_says_which_rooms_there_are() {
    let house = House::new().await;
    let stored = house.room(json!({})).await;
    let known = RoomKey { account: house.root.account(), id: Id::parse("KKKKKKKKKKKK").unwrap() };
    let settings = engine::RoomSettings {
        maximum_message_length: 1,
        maximum_message_rate_per_second: 1,
        review: None,
        logging: None,
    };
    house.bus.directory.put(known, settings);
    let id = stored.rsplit('/').next().unwrap();
    house.bus.directory.remove(RoomKey { id: Id::parse(id).unwrap(), ..known });
    let for_room = |arn: &str| json!({"roomIdentifier": arn, "userId": "u"});
    house.ok("CreateChatToken", for_room(&room_arn("KKKKKKKKKKKK"))).await;
    check_not_found(&house.refused("CreateChatToken", for_room(&stored)).await, id, "ROOM");
}

#[tokio::test]
async fn without_a_key_no_token_is_given() {
    let house = House::with(|parts| parts.token_keys = Arc::new(|| Arc::new(KeyRing::default()))).await;
    let arn = house.room(json!({})).await;
    let error = house.refused("CreateChatToken", json!({"roomIdentifier": arn, "userId": "u"})).await;
    assert_eq!(said(&error).0, "InternalServerException");
    assert!(error.cause().unwrap().contains("key"));
}
