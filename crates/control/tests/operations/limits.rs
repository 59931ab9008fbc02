//! Call rates, quotas, the ceilings of a room's own limits, and the account that is pending verification.

use crate::house::{
    ACCOUNT, FOREIGN, House, destination, encoded, invalid_members, room_arn, root_of, said, text,
};
use control::{OPERATIONS, OperationError};
use model::{Limit, OperationName, Quotas};
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn a_call_rate_holds_per_operation() {
    let house = House::with_quotas().await;
    for _ in 0..5 {
        house.ok("CreateRoom", json!({})).await;
    }
    let (name, status, body) = said(&house.refused("CreateRoom", json!({})).await);
    assert_eq!((name, status), ("ThrottlingException", 429));
    let expected =
        json!({"message": "Rate exceeded", "limit": 5, "resourceId": "123456789012", "resourceType": "ROOM"});
    assert_eq!(body, expected);
    // The rate is looked at before the body, so nonsense cannot be had more often.
    let nonsense = house.call("POST", "/CreateRoom", b"nonsense").await.unwrap_err();
    assert_eq!(nonsense.type_name(), "ThrottlingException");
    house.ok("ListRooms", json!({})).await;
    house.pass_ms(200);
    house.ok("CreateRoom", json!({})).await;
    assert_eq!(house.refused("CreateRoom", json!({})).await.type_name(), "ThrottlingException");
}

#[tokio::test]
async fn every_operation_has_its_rate() {
    let house = House::with(|parts| {
        let mut quotas = Quotas::unlimited();
        for name in OperationName::ALL {
            quotas.set_call_rate(*name, Limit::AtMost(1));
        }
        parts.quotas = Arc::new(quotas);
    })
    .await;
    for row in &OPERATIONS {
        let path = row.path.replace("{resourceArn}", "x");
        let first = house.call(row.method, &path, b"nonsense").await.unwrap_err();
        assert_ne!(first.type_name(), "ThrottlingException", "{}", row.name);
        let second = house.call(row.method, &path, b"nonsense").await.unwrap_err();
        assert_eq!(second.type_name(), "ThrottlingException", "{}", row.name);
    }
}

#[tokio::test]
async fn quotas_are_answered_with_402() {
    let house = House::with(|parts| {
        let (rooms, logging_configurations) = (Limit::AtMost(2), Limit::AtMost(1));
        parts.quotas = Arc::new(Quotas { rooms, logging_configurations, ..Quotas::unlimited() });
    })
    .await;
    let arn = house.room(json!({})).await;
    house.room(json!({})).await;
    let check = |error: &OperationError, limit: u32, resource_type: &str| {
        let (name, status, body) = said(error);
        assert_eq!((name, status), ("ServiceQuotaExceededException", 402));
        assert_eq!((&body["limit"], &body["resourceType"]), (&json!(limit), &json!(resource_type)));
        assert_eq!(body["resourceId"], "123456789012");
    };
    check(&house.refused("CreateRoom", json!({})).await, 2, "ROOM");
    house.ok("DeleteRoom", json!({"identifier": arn})).await;
    house.room(json!({})).await;
    house.logging_configuration().await;
    let error = house.refused("CreateLoggingConfiguration", destination()).await;
    check(&error, 1, "LOGGING_CONFIGURATION");
}

#[tokio::test]
async fn a_room_s_own_limits_end_at_the_quotas() {
    let both =
        |rate: u32, length: u32| json!({"maximumMessageRatePerSecond": rate, "maximumMessageLength": length});
    let house = House::with_quotas().await;
    house.ok("CreateRoom", both(100, 500)).await;
    let members = ["maximumMessageRatePerSecond", "maximumMessageLength"];
    for wrong in [both(101, 501), both(0, 0)] {
        assert_eq!(invalid_members(&house.refused("CreateRoom", wrong).await), members);
    }
    let house = House::new().await;
    house.ok("CreateRoom", both(2_147_483_647, 2_147_483_647)).await;
    let small = House::with(|parts| {
        let (messages_per_room, message_length) = (Limit::AtMost(3), Limit::AtMost(20));
        parts.quotas = Arc::new(Quotas { messages_per_room, message_length, ..Quotas::unlimited() });
    })
    .await;
    let room = small.ok("CreateRoom", json!({})).await;
    assert_eq!(room["maximumMessageRatePerSecond"], 3);
    assert_eq!(room["maximumMessageLength"], 20);
}

#[tokio::test]
async fn an_account_that_is_pending_verification_can_only_look() {
    let house = House::new().await;
    house.ok("admin/UpdateAccount", json!({"accountId": ACCOUNT, "pendingVerification": true})).await;
    house.call_as(&root_of(FOREIGN), "POST", "/CreateRoom", b"{}").await.unwrap();
    let mut still_allowed = Vec::new();
    for row in &OPERATIONS {
        let path = row.path.replace("{resourceArn}", &encoded(&room_arn("AAAAAAAAAAAA")));
        match house.call(row.method, &path, b"{}").await {
            Err(OperationError::PendingVerification) => assert_eq!(row.method, "POST"),
            _ => still_allowed.push(row.name.as_str()),
        }
    }
    let expected = [
        "GetLoggingConfiguration",
        "GetRoom",
        "ListLoggingConfigurations",
        "ListRooms",
        "ListTagsForResource",
        "TagResource",
        "UntagResource",
    ];
    assert_eq!(still_allowed, expected);
    assert!(!text(&said(&OperationError::PendingVerification).2["message"]).is_empty());
}
