//! The five operations of logging configurations.

use crate::house::{House, check_not_found, destination, logging_configuration_arn, said, text, time};
use serde_json::{Value, json};

#[tokio::test]
async fn each_destination_comes_back() {
    let house = House::new().await;
    for given in [
        json!({"s3": {"bucketName": "my.bucket-1"}}),
        json!({"cloudWatchLogs": {"logGroupName": "/aws/ivs#1"}}),
        json!({"firehose": {"deliveryStreamName": "stream_1"}}),
    ] {
        let body = json!({"name": "logs", "destinationConfiguration": given, "tags": {"k": "v"}});
        let made = house.ok("CreateLoggingConfiguration", body).await;
        let expected = json!({
            "arn": logging_configuration_arn(&text(&made["id"])),
            "id": made["id"],
            "createTime": "2023-11-14T22:13:21Z",
            "updateTime": made["updateTime"],
            "name": "logs",
            "destinationConfiguration": given,
            "state": "ACTIVE",
            "tags": {"k": "v"},
        });
        assert_eq!(made, expected);
        assert_eq!(house.ok("GetLoggingConfiguration", json!({"identifier": made["arn"]})).await, made);
    }
    assert!(house.bus.notices.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_update_keeps_the_rest() {
    let house = House::new().await;
    let before = house.ok("CreateLoggingConfiguration", destination()).await;
    assert_eq!(before["name"], "");
    let mut expected = before.clone();
    for (member, value) in
        [("name", json!("n")), ("destinationConfiguration", json!({"firehose": {"deliveryStreamName": "s"}}))]
    {
        expected[member] = value.clone();
        let after =
            house.ok("UpdateLoggingConfiguration", json!({"identifier": before["arn"], member: value})).await;
        assert!(time(&after["updateTime"]) > time(&expected["updateTime"]));
        expected["updateTime"] = after["updateTime"].clone();
        assert_eq!(after, expected);
    }
}

#[tokio::test]
async fn one_that_is_attached_is_not_deleted() {
    let house = House::new().await;
    let arn = house.logging_configuration().await;
    let room = house.room(json!({"loggingConfigurationIdentifiers": [arn]})).await;
    let (name, status, body) =
        said(&house.refused("DeleteLoggingConfiguration", json!({"identifier": arn})).await);
    assert_eq!((name, status), ("ConflictException", 409));
    assert!(arn.ends_with(&text(&body["resourceId"])));
    house.ok("DeleteRoom", json!({"identifier": room})).await;
    let deleted = house.ok("DeleteLoggingConfiguration", json!({"identifier": arn})).await;
    assert_eq!(deleted, Value::Null);
}

#[tokio::test]
async fn one_that_is_not_there_is_not_found() {
    let house = House::new().await;
    let arn = logging_configuration_arn("AAAAAAAAAAAA");
    for operation in ["GetLoggingConfiguration", "UpdateLoggingConfiguration", "DeleteLoggingConfiguration"] {
        let error = house.refused(operation, json!({"identifier": arn, "name": "n"})).await;
        check_not_found(&error, "AAAAAAAAAAAA", "LOGGING_CONFIGURATION");
    }
}

#[tokio::test]
async fn deleting_twice_is_not_found() {
    let house = House::new().await;
    let arn = house.logging_configuration().await;
    house.ok("DeleteLoggingConfiguration", json!({"identifier": arn})).await;
    let error = house.refused("DeleteLoggingConfiguration", json!({"identifier": arn})).await;
    check_not_found(&error, arn.rsplit('/').next().unwrap(), "LOGGING_CONFIGURATION");
}
