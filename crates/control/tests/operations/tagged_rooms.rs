//! Access by tag: who may touch red rooms cannot see, change, tag its way into, or issue tokens for any other.

use crate::house::{House, encoded, text};
use auth::Principal;
use model::OperationName;
use serde_json::{Value, json};

fn red_only() -> Value {
    json!({"Version": "2012-10-17", "Statement": [
        {"Sid": "RedRooms", "Effect": "Allow", "Action": "ivschat:*", "Resource": "arn:aws:ivschat:*:*:room/*",
         "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}},
        {"Sid": "MakeRed", "Effect": "Allow", "Action": ["ivschat:CreateRoom", "ivschat:TagResource"],
         "Resource": "arn:aws:ivschat:*:*:room/*",
         "Condition": {"StringEquals": {"aws:RequestTag/team": "red"}, "Null": {"aws:ResourceTag/team": "true"}}},
        {"Sid": "StayRed", "Effect": "Deny", "Action": ["ivschat:TagResource", "ivschat:UntagResource"],
         "Resource": "*", "Condition": {"ForAnyValue:StringEquals": {"aws:TagKeys": "team"},
         "StringNotEqualsIfExists": {"aws:RequestTag/team": "red"}}},
    ]})
}

/// Every call that names a room.
fn calls(room: &str) -> Vec<(&'static str, String, Value)> {
    let post = |operation: &str, body| ("POST", format!("/{operation}"), body);
    let tags = format!("/tags/{}", encoded(room));
    vec![
        post("CreateChatToken", json!({"roomIdentifier": room, "userId": "u"})),
        post("DeleteMessage", json!({"roomIdentifier": room, "id": "AAAAAAAAAAAA"})),
        post("DisconnectUser", json!({"roomIdentifier": room, "userId": "u"})),
        post("GetRoom", json!({"identifier": room})),
        post("SendEvent", json!({"roomIdentifier": room, "eventName": "e"})),
        post("UpdateRoom", json!({"identifier": room, "name": "new"})),
        ("GET", tags.clone(), json!({})),
        ("POST", tags.clone(), json!({"tags": {"other": "x"}})),
        ("DELETE", format!("{tags}?tagKeys=other"), json!({})),
        post("DeleteRoom", json!({"identifier": room})),
    ]
}

async fn allowed(house: &House, who: &Principal, room: &str) -> usize {
    let mut count = 0;
    for (method, target, body) in calls(room) {
        match house.call_as(who, method, &target, body.to_string().as_bytes()).await {
            Ok(_) => count += 1,
            Err(error) => {
                assert_eq!(error.type_name(), "AccessDeniedException", "{method} {target}: {error}")
            }
        }
    }
    count
}

#[tokio::test]
async fn red_reaches_red_rooms_and_no_others() {
    let house = House::new().await;
    let red = house.user("red", &[red_only()]).await;
    let ambiguous = house.room(json!({"tags": {"Team": "x", "team": "red"}})).await;
    let blue = house.room(json!({"tags": {"team": "blue"}})).await;
    let untagged = house.room(json!({})).await;
    let before = house.ok("ListRooms", json!({})).await;
    // Keys that differ in case only are one key to a policy, and what is ambiguous opens nothing.
    for room in [&ambiguous, &blue, &untagged, &blue.replace(&blue[blue.len() - 12..], "AAAAAAAAAAAA")] {
        assert_eq!(allowed(&house, &red, room).await, 0, "{room}");
    }
    assert_eq!(house.ok("ListRooms", json!({})).await, before);
    let plain = house.room(json!({"tags": {"team": "red"}})).await;
    assert_eq!(allowed(&house, &red, &plain).await, calls(&plain).len());
}

#[tokio::test]
async fn red_makes_red_rooms_and_cannot_tag_its_way_in() {
    let house = House::new().await;
    let red = house.user("red", &[red_only()]).await;
    let blue = house.room(json!({"tags": {"team": "blue"}})).await;
    let untagged = house.room(json!({})).await;
    let made = house.post_as(&red, "CreateRoom", json!({"tags": {"team": "red"}})).await.unwrap();
    let made = text(&made["arn"]);
    house.post_as(&red, "GetRoom", json!({"identifier": made})).await.unwrap();
    for tags in [json!({}), json!({"team": "blue"}), json!({"other": "red"})] {
        let refused = house.post_as(&red, "CreateRoom", json!({"tags": tags})).await.unwrap_err();
        assert_eq!(refused.type_name(), "AccessDeniedException", "{tags}");
    }
    let tag = async |room: &str, tags: Value| {
        let body = json!({"tags": tags}).to_string();
        house.call_as(&red, "POST", &format!("/tags/{}", encoded(room)), body.as_bytes()).await
    };
    for (room, tags) in
        [(&blue, json!({"team": "red"})), (&made, json!({"team": "blue"})), (&blue, json!({"other": "x"}))]
    {
        assert_eq!(
            tag(room, tags.clone()).await.unwrap_err().type_name(),
            "AccessDeniedException",
            "{room} {tags}"
        );
    }
    tag(&made, json!({"other": "x"})).await.unwrap();
    let untag = format!("/tags/{}?tagKeys=team", encoded(&made));
    let refused = house.call_as(&red, "DELETE", &untag, b"").await.unwrap_err();
    assert_eq!(refused.type_name(), "AccessDeniedException");
    let refused = house.post_as(&red, "ListRooms", json!({})).await.unwrap_err();
    assert_eq!(refused.type_name(), "AccessDeniedException");
    // The policy above lets red adopt a room that is nobody's; that is what it says.
    tag(&untagged, json!({"team": "red"})).await.unwrap();
}

#[tokio::test]
async fn a_tagged_room_also_needs_the_right_to_tag() {
    let house = House::new().await;
    let create = json!({"Statement": {"Effect": "Allow",
        "Action": ["ivschat:CreateRoom", "ivschat:CreateLoggingConfiguration"], "Resource": "*"}});
    let maker = house.user("maker", &[create]).await;
    house.audit.take();
    house.post_as(&maker, "CreateRoom", json!({})).await.unwrap();
    let mut destination = crate::house::destination();
    house.post_as(&maker, "CreateLoggingConfiguration", destination.clone()).await.unwrap();
    destination["tags"] = json!({"a": "b"});
    for (operation, body, kind) in [
        ("CreateRoom", json!({"tags": {"a": "b"}}), "room"),
        ("CreateLoggingConfiguration", destination, "logging-configuration"),
    ] {
        let refused = house.post_as(&maker, operation, body).await.unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!(
                "User: arn:aws:iam::123456789012:user/maker is not authorized to perform: ivschat:TagResource on \
                 resource: arn:aws:ivschat:us-west-2:123456789012:{kind}/* because no identity-based policy allows the \
                 ivschat:TagResource action"
            )
        );
    }
    assert_eq!(house.ok("ListRooms", json!({})).await["rooms"].as_array().unwrap().len(), 1);
    let head = "request arn:aws:iam::123456789012:user/maker 127.0.0.1";
    let room = "arn:aws:ivschat:us-west-2:123456789012:room/*";
    let written = house.audit.take();
    assert_eq!(written[0], format!("{head} ivschat:CreateRoom {room}: allowed"));
    assert_eq!(written[2], format!("{head} ivschat:CreateRoom {room}: allowed"));
    assert_eq!(written[3], format!("{head} ivschat:TagResource {room}: no identity-based policy allows it"));
    assert!(OperationName::ALL.len() > written.len());
}
