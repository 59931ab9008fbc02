//! Bodies: which are no JSON of the operation's shape, which only break a constraint, and which are fine.

use crate::house::{HANDLER, House, invalid_members};
use control::OperationError;
use model::{Limit, OperationName, Quotas};
use std::sync::Arc;

const ROOM: &str = "arn:aws:ivschat:us-west-2:123456789012:room/AAAAAAAAAAAA";

/// Calls with this body; `ROOM` in it is the ARN of a room that does not exist.
async fn call(house: &House, operation: &str, body: &str) -> Result<(), OperationError> {
    let body = body.replace("ROOM", ROOM).replace("HANDLER", HANDLER);
    house.call("POST", &format!("/{operation}"), body.as_bytes()).await.map(drop)
}

fn aws_without_rates() -> Quotas {
    Quotas { call_rates: [Limit::Unlimited; OperationName::ALL.len()], ..Quotas::aws() }
}

#[tokio::test]
async fn what_is_not_of_the_shape_is_a_serialization_exception() {
    let house = House::new().await;
    for (operation, body) in [
        ("CreateRoom", "nonsense"),
        ("CreateRoom", "{} trailing"),
        ("CreateRoom", "{/* comment */}"),
        ("CreateRoom", "{'name':'single quotes'}"),
        ("CreateRoom", r#"{"name":"x",}"#),
        ("CreateRoom", "\u{c}{}"),
        ("CreateRoom", "[]"),
        ("CreateRoom", "10"),
        ("CreateRoom", "null"),
        ("CreateRoom", r#"{"name":1}"#),
        ("CreateRoom", r#"{"name":["x"]}"#),
        ("CreateRoom", r#"{"name":true}"#),
        ("CreateRoom", r#"{"maximumMessageLength":"1"}"#),
        ("CreateRoom", r#"{"maximumMessageLength":1.1}"#),
        ("CreateRoom", r#"{"maximumMessageLength":1.0}"#),
        ("CreateRoom", r#"{"maximumMessageLength":true}"#),
        ("CreateRoom", r#"{"maximumMessageLength":2147483648}"#),
        ("CreateRoom", r#"{"maximumMessageLength":-2147483649}"#),
        ("CreateRoom", r#"{"maximumMessageLength":18446744073709551617}"#),
        ("CreateRoom", r#"{"maximumMessageLength":1e2}"#),
        ("CreateRoom", r#"{"maximumMessageLength":1e400}"#),
        ("CreateRoom", r#"{"messageReviewHandler":"text"}"#),
        ("CreateRoom", r#"{"messageReviewHandler":[]}"#),
        ("CreateRoom", r#"{"messageReviewHandler":{"uri":1}}"#),
        ("CreateRoom", r#"{"tags":[]}"#),
        ("CreateRoom", r#"{"tags":{"k":null}}"#),
        ("CreateRoom", r#"{"tags":{"k":1}}"#),
        ("CreateRoom", r#"{"loggingConfigurationIdentifiers":"x"}"#),
        ("CreateRoom", r#"{"loggingConfigurationIdentifiers":[null]}"#),
        ("CreateRoom", r#"{"loggingConfigurationIdentifiers":[1]}"#),
        // A wrong type counts before a broken constraint, wherever it stands.
        ("CreateRoom", r#"{"name":"a b","tags":{"k":1}}"#),
        ("GetRoom", r#"{"identifier":{}}"#),
        ("ListRooms", r#"{"maxResults":"1"}"#),
        ("CreateChatToken", r#"{"roomIdentifier":"ROOM","userId":"u","capabilities":[null]}"#),
        ("CreateChatToken", r#"{"roomIdentifier":"ROOM","userId":"u","attributes":{"k":null}}"#),
        ("CreateLoggingConfiguration", r#"{"destinationConfiguration":"s3"}"#),
        ("CreateLoggingConfiguration", r#"{"destinationConfiguration":{}}"#),
        ("CreateLoggingConfiguration", r#"{"destinationConfiguration":{"__type":"x"}}"#),
        ("CreateLoggingConfiguration", r#"{"destinationConfiguration":{"s3":null}}"#),
        ("CreateLoggingConfiguration", r#"{"destinationConfiguration":{"s3":"bucket"}}"#),
        ("CreateLoggingConfiguration", r#"{"destinationConfiguration":{"gcs":{}}}"#),
        (
            "CreateLoggingConfiguration",
            r#"{"destinationConfiguration":{"s3":{"bucketName":"abc"},"gcs":{}}}"#,
        ),
        (
            "CreateLoggingConfiguration",
            r#"{"destinationConfiguration":{"s3":{"bucketName":"abc"},"firehose":null}}"#,
        ),
        ("CreateLoggingConfiguration", r#"{"destinationConfiguration":{"s3":{"bucketName":1}}}"#),
    ] {
        let error = call(&house, operation, body).await.unwrap_err();
        assert_eq!(error.type_name(), "SerializationException", "{operation} {body}");
    }
}

/// An operation, a body, and the members that break a constraint.
const BROKEN: &[(&str, &str, &[&str])] = &[
    ("CreateRoom", r#"{"name":"a b"}"#, &["name"]),
    ("CreateRoom", r#"{"name":"a\n"}"#, &["name"]),
    (
        "CreateRoom",
        r#"{"maximumMessageLength":501,"maximumMessageRatePerSecond":-1}"#,
        &["maximumMessageRatePerSecond", "maximumMessageLength"],
    ),
    (
        "CreateRoom",
        r#"{"messageReviewHandler":{"uri":"http://x","fallbackResult":"MAYBE"}}"#,
        &["messageReviewHandler/uri", "messageReviewHandler/fallbackResult"],
    ),
    ("CreateRoom", r#"{"tags":{"":"v"}}"#, &["tags"]),
    ("CreateRoom", r#"{"tags":{"aws:k":"v"}}"#, &["tags"]),
    (
        "CreateRoom",
        r#"{"loggingConfigurationIdentifiers":["x","ROOM"]}"#,
        &["loggingConfigurationIdentifiers/0", "loggingConfigurationIdentifiers/1"],
    ),
    (
        "CreateRoom",
        r#"{"loggingConfigurationIdentifiers":["x","x","x","x"]}"#,
        &[
            "loggingConfigurationIdentifiers",
            "loggingConfigurationIdentifiers/0",
            "loggingConfigurationIdentifiers/1",
            "loggingConfigurationIdentifiers/2",
            "loggingConfigurationIdentifiers/3",
        ],
    ),
    ("GetRoom", "", &["identifier"]),
    ("GetRoom", "{}", &["identifier"]),
    ("GetRoom", r#"{"identifier":null}"#, &["identifier"]),
    ("GetRoom", r#"{"identifier":""}"#, &["identifier"]),
    ("GetRoom", r#"{"identifier":"AAAAAAAAAAAA"}"#, &["identifier"]),
    ("GetLoggingConfiguration", r#"{"identifier":"ROOM"}"#, &["identifier"]),
    ("ListRooms", r#"{"maxResults":0}"#, &["maxResults"]),
    ("ListRooms", r#"{"maxResults":51}"#, &["maxResults"]),
    ("ListLoggingConfigurations", r#"{"maxResults":-1}"#, &["maxResults"]),
    ("CreateChatToken", "{}", &["roomIdentifier", "userId"]),
    (
        "CreateChatToken",
        r#"{"roomIdentifier":"ROOM","userId":"","sessionDurationInMinutes":181}"#,
        &["userId", "sessionDurationInMinutes"],
    ),
    (
        "CreateChatToken",
        r#"{"roomIdentifier":"ROOM","userId":"u","capabilities":["SEND_MESSAGE","send"]}"#,
        &["capabilities/1"],
    ),
    ("SendEvent", r#"{"roomIdentifier":"ROOM","eventName":"aws:DELETE_MESSAGE"}"#, &["eventName"]),
    ("DeleteMessage", r#"{"roomIdentifier":"ROOM","id":"short","reason":""}"#, &["id", "reason"]),
    ("DisconnectUser", r#"{"roomIdentifier":"ROOM"}"#, &["userId"]),
    ("CreateLoggingConfiguration", "{}", &["destinationConfiguration"]),
    ("CreateLoggingConfiguration", r#"{"destinationConfiguration":null}"#, &["destinationConfiguration"]),
    (
        "CreateLoggingConfiguration",
        r#"{"destinationConfiguration":{"s3":{}}}"#,
        &["destinationConfiguration/s3/bucketName"],
    ),
    (
        "CreateLoggingConfiguration",
        r#"{"destinationConfiguration":{"s3":{"bucketName":"Up"}}}"#,
        &["destinationConfiguration/s3/bucketName"],
    ),
    (
        "CreateLoggingConfiguration",
        r#"{"destinationConfiguration":{"firehose":{"deliveryStreamName":"/"}}}"#,
        &["destinationConfiguration/firehose/deliveryStreamName"],
    ),
    (
        "CreateLoggingConfiguration",
        r#"{"destinationConfiguration":{"cloudWatchLogs":{"logGroupName":""}}}"#,
        &["destinationConfiguration/cloudWatchLogs/logGroupName"],
    ),
];

#[tokio::test]
async fn what_breaks_a_constraint_is_a_validation_exception_that_names_it() {
    let house = House::with(|parts| parts.quotas = Arc::new(aws_without_rates())).await;
    for (operation, body, expected) in BROKEN {
        let error = call(&house, operation, body).await.unwrap_err();
        assert_eq!(invalid_members(&error), *expected, "{operation} {body}");
    }
}

#[tokio::test]
async fn what_the_model_does_not_name_is_ignored() {
    let house = House::new().await;
    for (operation, body) in [
        ("CreateRoom", r#"{"unknown":[1,{"x":null}],"name":null,"tags":null,"messageReviewHandler":null}"#),
        ("CreateRoom", r#"{"messageReviewHandler":{"uri":"HANDLER","unknown":1}}"#),
        ("CreateRoom", r#"{"name":1,"name":"last-wins"}"#),
        ("CreateRoom", r#"{"loggingConfigurationIdentifiers":null,"maximumMessageLength":null}"#),
        (
            "CreateLoggingConfiguration",
            r#"{"destinationConfiguration":{"__type":"x","s3":{"bucketName":"abc","unknown":1}}}"#,
        ),
        ("ListRooms", " {} "),
        ("ListRooms", ""),
    ] {
        let called = call(&house, operation, body).await;
        assert!(called.is_ok(), "{operation} {body}: {called:?}");
    }
}

#[tokio::test]
async fn attributes_are_bounded_in_bytes() {
    let house = House::new().await;
    let room = house.room(serde_json::json!({})).await;
    for (operation, rest, most) in
        [("CreateChatToken", r#""userId":"u""#, 1024), ("SendEvent", r#""eventName":"e""#, 4096)]
    {
        for (bytes, fits) in [(most, true), (most + 1, false)] {
            let value = "v".repeat(bytes - 1);
            let body = format!(r#"{{"roomIdentifier":"{room}",{rest},"attributes":{{"k":"{value}"}}}}"#);
            let called = call(&house, operation, &body).await;
            assert_eq!(called.is_ok(), fits, "{operation} with {bytes} bytes");
        }
    }
}

#[tokio::test]
async fn a_flood_of_violations_is_answered_briefly() {
    let house = House::new().await;
    let items = vec![r#""x""#; 10_000].join(",");
    let error =
        call(&house, "CreateRoom", &format!(r#"{{"loggingConfigurationIdentifiers":[{items}]}}"#)).await;
    assert!(error.unwrap_err().body().len() < 16 * 1024);
}
