//! The door of the policies: what is asked there, and that nothing gets past it.

use crate::house::{ACCOUNT, FOREIGN, House, destination, encoded, invalid_members, room_arn, root_of, text};
use control::{OPERATIONS, OperationError, OperationRow};
use serde_json::{Value, json};

/// A well-formed call of every operation on these two resources.
fn call(row: &OperationRow, room: &str, logging: &str) -> (String, Value) {
    let body = json!({
        "identifier": if row.name.as_str().ends_with("LoggingConfiguration") { logging } else { room },
        "roomIdentifier": room,
        "userId": "u",
        "id": "M2YcHkgffEvU",
        "eventName": "e",
        "tags": {"k": "v"},
        "destinationConfiguration": destination()["destinationConfiguration"],
    });
    let query = if row.method == "DELETE" { "?tagKeys=k" } else { "" };
    (format!("{}{query}", row.path.replace("{resourceArn}", &encoded(room))), body)
}

fn denial(error: &OperationError) -> &str {
    let OperationError::AccessDenied { message } = error else { panic!("{error:?}") };
    assert_eq!((error.type_name(), error.status()), ("AccessDeniedException", 403));
    message
}

#[tokio::test]
async fn the_root_may_call_everything() {
    let house = House::new().await;
    for row in &OPERATIONS {
        let (room, logging) = (house.room(json!({})).await, house.logging_configuration().await);
        let (target, body) = call(row, &room, &logging);
        let called = house.call(row.method, &target, body.to_string().as_bytes()).await;
        assert!(called.is_ok(), "{}: {called:?}", row.name);
    }
}

#[tokio::test]
async fn nobody_else_may_call_anything() {
    let house = House::new().await;
    let (room, logging) = (house.room(json!({})).await, house.logging_configuration().await);
    let before = house.ok("GetRoom", json!({"identifier": room})).await;
    let nobody = house.user("nobody", &[]).await;
    let of_kind = |resource: &str| format!("{}/*", resource.rsplit_once('/').unwrap().0);
    for row in &OPERATIONS {
        let name = row.name.as_str();
        let (target, body) = call(row, &room, &logging);
        let called = house.call_as(&nobody, row.method, &target, body.to_string().as_bytes()).await;
        let one = if name.contains("LoggingConfiguration") { &logging } else { &room };
        let is_of_all = name.starts_with("List") && row.method == "POST"
            || ["CreateRoom", "CreateLoggingConfiguration"].contains(&name);
        let resource = if is_of_all { of_kind(one) } else { one.clone() };
        let expected = format!(
            "User: arn:aws:iam::{ACCOUNT}:user/nobody is not authorized to perform: ivschat:{name} on resource: \
             {resource} because no identity-based policy allows the ivschat:{name} action"
        );
        assert_eq!(denial(&called.unwrap_err()), expected);
    }
    assert_eq!(house.ok("GetRoom", json!({"identifier": room})).await, before);
    assert_eq!(house.bus.notices.lock().unwrap().len(), 1);
    assert!(house.bus.submissions.lock().unwrap().is_empty());
}

#[tokio::test]
async fn another_account_s_resource_is_denied_whether_it_exists_or_not() {
    let house = House::new().await;
    let (room, logging) = (house.room(json!({})).await, house.logging_configuration().await);
    let stranger = root_of(FOREIGN);
    let absent = room_arn("AAAAAAAAAAAA");
    for row in &OPERATIONS {
        let names_nothing =
            ["CreateRoom", "CreateLoggingConfiguration", "ListRooms", "ListLoggingConfigurations"];
        if names_nothing.contains(&row.name.as_str()) {
            continue;
        }
        for room in [&room, &absent] {
            let (target, body) = call(row, room, &logging);
            let called = house.call_as(&stranger, row.method, &target, body.to_string().as_bytes()).await;
            denial(&called.unwrap_err());
        }
    }
    house.ok("GetRoom", json!({"identifier": room})).await;
}

#[tokio::test]
async fn accounts_do_not_see_each_other() {
    let house = House::new().await;
    house.room(json!({})).await;
    let stranger = root_of(FOREIGN);
    let listed = house.call_as(&stranger, "POST", "/ListRooms", b"{}").await.unwrap();
    assert_eq!(listed, json!({"rooms": []}));
    let made = house.call_as(&stranger, "POST", "/CreateRoom", b"{}").await.unwrap();
    assert!(text(&made["arn"]).starts_with("arn:aws:ivschat:us-west-2:210987654321:room/"));
}

#[tokio::test]
async fn another_region_s_resource_is_not_found() {
    let house = House::new().await;
    let room = house.room(json!({})).await.replace("us-west-2", "eu-west-1");
    let logging = house.logging_configuration().await.replace("us-west-2", "eu-west-1");
    for row in &OPERATIONS {
        let (target, body) = call(row, &room, &logging);
        match house.call(row.method, &target, body.to_string().as_bytes()).await {
            Ok(_) => {
                assert!(row.name.as_str().starts_with("Create") || row.name.as_str().starts_with("List"))
            }
            Err(error) => assert_eq!(error.type_name(), "ResourceNotFoundException", "{}", row.name),
        }
    }
}

#[tokio::test]
async fn no_error_repeats_what_may_be_a_secret() {
    let house = House::new().await;
    let secret = "s3cr3t-".repeat(200);
    let body = json!({
        "roomIdentifier": secret,
        "userId": secret,
        "capabilities": [secret],
        "sessionDurationInMinutes": 0,
        "attributes": {(secret.clone()): secret},
    });
    let error = house.refused("CreateChatToken", body).await;
    let expected = ["roomIdentifier", "userId", "capabilities/0", "sessionDurationInMinutes", "attributes"];
    assert_eq!(invalid_members(&error), expected);
    assert!(!String::from_utf8(error.body()).unwrap().contains("s3cr3t"));
    for body in [json!({"userId": {"s3cr3t": 1}}), json!({"userId": "u", "attributes": {"s3cr3t": 1}})] {
        let error = house.refused("CreateChatToken", body).await;
        assert_eq!(error.type_name(), "SerializationException");
        assert!(!String::from_utf8(error.body()).unwrap().contains("s3cr3t"));
    }
}
