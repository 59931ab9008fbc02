//! Two users and a moderator, over the whole way.

use crate::house::{House, Seen};
use serde_json::json;

#[tokio::test]
async fn two_users_talk_and_one_is_sent_away() {
    let house = House::new(&[("shards", "2")]).await;
    let room = house.room().await;
    let (mut ann, mut bob) = (house.viewer(&room, "ann").await, house.viewer(&room, "bob").await);
    ann.send(json!({"Action": "SEND_MESSAGE", "RequestId": "r1", "Content": "hi", "Attributes": {"k": "v"}}))
        .await;
    for viewer in [&mut ann, &mut bob] {
        let frame = viewer.frame().await;
        assert_eq!(frame["Type"], "MESSAGE");
        assert_eq!(frame["Content"], "hi");
        assert_eq!(frame["RequestId"], "r1");
        assert_eq!(frame["Attributes"], json!({"k": "v"}));
        assert_eq!(frame["Sender"], json!({"UserId": "ann", "Attributes": {}}));
    }
    let event = json!({"roomIdentifier": room, "eventName": "app:x", "attributes": {"a": "b"}});
    let (status, sent) = house.call("SendEvent", event).await;
    assert_eq!(status, 200);
    let delete = json!({"roomIdentifier": room, "id": "AAAAAAAAAAAA", "reason": "rude"});
    let (status, deleted) = house.call("DeleteMessage", delete).await;
    assert_eq!(status, 200);
    for viewer in [&mut ann, &mut bob] {
        let frame = viewer.frame().await;
        assert_eq!((&frame["EventName"], &frame["Id"]), (&json!("app:x"), &sent["id"]));
        let frame = viewer.frame().await;
        assert_eq!((&frame["EventName"], &frame["Id"]), (&json!("aws:DELETE_MESSAGE"), &deleted["id"]));
    }
    let kick = json!({"roomIdentifier": room, "userId": "bob", "reason": "enough"});
    assert_eq!(house.call("DisconnectUser", kick).await, (200, json!({})));
    assert_eq!(bob.frame().await["EventName"], "aws:DISCONNECT_USER");
    assert!(matches!(bob.see().await, Seen::Close(1000, reason) if reason == "enough"));
    assert_eq!(ann.frame().await["EventName"], "aws:DISCONNECT_USER");
}

#[tokio::test]
async fn a_changed_room_holds_for_open_connections_and_a_deleted_one_takes_nothing() {
    let house = House::new(&[]).await;
    let room = house.room().await;
    let mut ann = house.viewer(&room, "ann").await;
    let say = json!({"Action": "SEND_MESSAGE", "Content": "four"});
    ann.send(say.clone()).await;
    assert_eq!(ann.frame().await["Content"], "four");
    let update = json!({"identifier": room, "maximumMessageLength": 3});
    assert_eq!(house.call("UpdateRoom", update).await.0, 200);
    ann.send(say.clone()).await;
    assert_eq!(ann.frame().await["ErrorMessage"], "Message exceeds maximum length");
    assert_eq!(house.call("DeleteRoom", json!({"identifier": room})).await.0, 204);
    ann.send(say).await;
    assert_eq!(ann.frame().await["ErrorCode"], 404);
}

#[tokio::test]
async fn chat_can_have_an_address_of_its_own() {
    let house = House::new(&[("messaging_listen", "127.0.0.1:0")]).await;
    assert_ne!(house.server.local_addr(), house.server.messaging_addr());
    let room = house.room().await;
    let mut ann = house.viewer(&room, "ann").await;
    ann.send(json!({"action": "SEND_MESSAGE", "content": "hi"})).await;
    assert_eq!(ann.frame().await["Content"], "hi");
}
