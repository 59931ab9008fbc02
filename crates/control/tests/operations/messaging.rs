//! SendEvent, DeleteMessage, DisconnectUser.

use crate::house::{House, check_not_found, room_arn, said, text};
use crate::recording_bus::Mood;
use engine::{Refusal, Request, Submission};
use serde_json::{Value, json};

async fn submitted(house: &House, operation: &str, body: Value) -> (Value, Submission) {
    let response = house.ok(operation, body).await;
    let (room, submission) = house.bus.submissions.lock().unwrap().pop().unwrap();
    assert_eq!(room.account, house.root.account());
    assert_eq!(&*submission.request_id, "");
    (response, submission)
}

#[tokio::test]
async fn an_event_reaches_the_room() {
    let house = House::new().await;
    let arn = house.room(json!({})).await;
    let body = json!({"roomIdentifier": arn, "eventName": "app:hand", "attributes": {"who": "ü"}});
    let (response, submission) = submitted(&house, "SendEvent", body).await;
    assert_eq!(response, json!({"id": submission.id.as_str()}));
    let Request::Event { name, attributes } = submission.request else { panic!("{submission:?}") };
    assert_eq!((name.as_str(), attributes.get("who")), ("app:hand", Some("ü")));
    let bare = json!({"roomIdentifier": arn, "eventName": "e", "attributes": null});
    let (again, submission) = submitted(&house, "SendEvent", bare).await;
    assert_ne!(again, response);
    assert!(matches!(submission.request, Request::Event { attributes, .. } if attributes.is_empty()));
}

#[tokio::test]
async fn a_deletion_has_an_id_of_its_own() {
    let house = House::new().await;
    let arn = house.room(json!({})).await;
    let body = json!({"roomIdentifier": arn, "id": "M2YcHkgffEvU", "reason": "spam"});
    let (response, submission) = submitted(&house, "DeleteMessage", body).await;
    assert_eq!(response, json!({"id": submission.id.as_str()}));
    assert_ne!(response["id"], "M2YcHkgffEvU");
    let Request::Delete { message_id, reason } = submission.request else { panic!("{submission:?}") };
    assert_eq!((message_id.as_str(), reason.unwrap().as_str()), ("M2YcHkgffEvU", "spam"));
}

#[tokio::test]
async fn a_user_who_is_not_there_is_disconnected_all_the_same() {
    let house = House::new().await;
    let arn = house.room(json!({})).await;
    for _ in 0..2 {
        let body = json!({"roomIdentifier": arn, "userId": "nobody"});
        let (response, submission) = submitted(&house, "DisconnectUser", body).await;
        assert_eq!(response, json!({}));
        let Request::Disconnect { user_id, reason } = submission.request else { panic!("{submission:?}") };
        assert_eq!((user_id.as_str(), reason), ("nobody", None));
    }
}

fn requests(arn: &str) -> [(&'static str, Value); 3] {
    [
        ("SendEvent", json!({"roomIdentifier": arn, "eventName": "e"})),
        ("DeleteMessage", json!({"roomIdentifier": arn, "id": "M2YcHkgffEvU"})),
        ("DisconnectUser", json!({"roomIdentifier": arn, "userId": "u"})),
    ]
}

#[tokio::test]
async fn a_room_that_is_not_there_is_not_found() {
    let house = House::new().await;
    for (operation, body) in requests(&room_arn("AAAAAAAAAAAA")) {
        check_not_found(&house.refused(operation, body).await, "AAAAAAAAAAAA", "ROOM");
    }
}

#[tokio::test]
async fn each_refusal_has_its_exception() {
    let house = House::new().await;
    let arn = house.room(json!({})).await;
    for (mood, name, status) in [
        (Mood::Refusing(Refusal::AccountRate { limit: 100 }), "ThrottlingException", 429),
        (Mood::Refusing(Refusal::Overloaded), "ServiceUnavailable", 503),
        (Mood::Refusing(Refusal::RoomNotFound), "ResourceNotFoundException", 404),
        (Mood::Refusing(Refusal::ContentTooLong), "InternalServerException", 500),
        (Mood::Silent, "InternalServerException", 500),
    ] {
        *house.bus.mood.lock().unwrap() = mood;
        for (operation, body) in requests(&arn) {
            let (given, given_status, body) = said(&house.refused(operation, body).await);
            assert_eq!((given, given_status), (name, status), "{operation}");
            if status == 429 {
                assert!(arn.ends_with(&text(&body["resourceId"])));
                assert_eq!((&body["limit"], &body["resourceType"]), (&json!(100), &json!("ROOM")));
            }
        }
    }
}
