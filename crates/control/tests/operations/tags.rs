//! TagResource, UntagResource, ListTagsForResource, on both kinds of resource.

use crate::house::{House, check_not_found, encoded, invalid_members, logging_configuration_arn, room_arn};
use control::OperationError;
use serde_json::{Map, Value, json};

const ODD_KEY: &str = "a b/é+~%2F";

async fn both_kinds(house: &House) -> [String; 2] {
    [house.room(json!({})).await, house.logging_configuration().await]
}

fn path(arn: &str) -> String {
    format!("/tags/{}", encoded(arn))
}

async fn tag(house: &House, arn: &str, tags: Value) -> Result<Value, OperationError> {
    house.call("POST", &path(arn), json!({"tags": tags}).to_string().as_bytes()).await
}

async fn untag(house: &House, arn: &str, query: &str) -> Result<Value, OperationError> {
    house.call("DELETE", &format!("{}?{query}", path(arn)), b"").await
}

async fn tags(house: &House, arn: &str) -> Value {
    house.call("GET", &path(arn), b"").await.unwrap()["tags"].clone()
}

#[tokio::test]
async fn tags_are_added_overwritten_and_removed() {
    let house = House::new().await;
    for arn in both_kinds(&house).await {
        assert_eq!(tags(&house, &arn).await, json!({}));
        assert_eq!(tag(&house, &arn, json!({"k": "1", ODD_KEY: "🦀"})).await.unwrap(), json!({}));
        assert_eq!(tag(&house, &arn, json!({"k": "2", "empty": ""})).await.unwrap(), json!({}));
        assert_eq!(tags(&house, &arn).await, json!({"k": "2", ODD_KEY: "🦀", "empty": ""}));
        let query = format!("tagKeys={}&x=y&tagKeys=absent&tagKeys=k&tagKeys=k", encoded(ODD_KEY));
        for _ in 0..2 {
            assert_eq!(untag(&house, &arn, &query).await.unwrap(), json!({}));
            assert_eq!(tags(&house, &arn).await, json!({"empty": ""}));
        }
        assert_eq!(tag(&house, &arn, json!({})).await.unwrap(), json!({}));
    }
}

#[tokio::test]
async fn a_plus_in_a_query_is_a_plus() {
    let house = House::new().await;
    let arn = house.room(json!({"tags": {"a+b": "", "a b": ""}})).await;
    untag(&house, &arn, "tagKeys=a+b").await.unwrap();
    assert_eq!(tags(&house, &arn).await, json!({"a b": ""}));
}

#[tokio::test]
async fn fifty_tags_and_no_more() {
    let house = House::new().await;
    let fifty: Map<String, Value> = (0..50).map(|number| (format!("k{number}"), json!(""))).collect();
    for arn in both_kinds(&house).await {
        tag(&house, &arn, json!(fifty)).await.unwrap();
        let error = tag(&house, &arn, json!({"one": "more"})).await.unwrap_err();
        assert_eq!(invalid_members(&error), ["tags"]);
        assert_eq!(tags(&house, &arn).await, json!(fifty));
        assert!(tag(&house, &arn, json!({"k7": "new"})).await.is_ok());
    }
}

#[tokio::test]
async fn a_resource_that_is_not_there_is_not_found() {
    let house = House::new().await;
    for (arn, kind) in [
        (room_arn("AAAAAAAAAAAA"), "ROOM"),
        (logging_configuration_arn("AAAAAAAAAAAA"), "LOGGING_CONFIGURATION"),
        (room_arn("AAAAAAAAAAAA").replace("us-west-2", "eu-west-1"), "ROOM"),
    ] {
        check_not_found(&tag(&house, &arn, json!({"k": "v"})).await.unwrap_err(), "AAAAAAAAAAAA", kind);
        check_not_found(&untag(&house, &arn, "tagKeys=k").await.unwrap_err(), "AAAAAAAAAAAA", kind);
        let listed = house.call("GET", &path(&arn), b"").await;
        check_not_found(&listed.unwrap_err(), "AAAAAAAAAAAA", kind);
    }
}

#[tokio::test]
async fn a_path_is_decoded_exactly_once() {
    let house = House::new().await;
    let arn = house.room(json!({})).await;
    let half_encoded = arn.replace('/', "%2f");
    assert!(house.call("GET", &format!("/tags/{half_encoded}"), b"").await.is_ok());
    for wrong in [encoded(&encoded(&arn)), "%zz".into(), "%".into(), "%ff".into(), "x".into()] {
        let error = house.call("GET", &format!("/tags/{wrong}"), b"").await.unwrap_err();
        assert_eq!(invalid_members(&error), ["resourceArn"], "{wrong}");
    }
    let unencoded = house.call("GET", &format!("/tags/{arn}"), b"").await.unwrap_err();
    assert_eq!(unencoded, OperationError::UnknownOperation);
}

#[tokio::test]
async fn tag_keys_have_rules() {
    let house = House::new().await;
    let arn = house.room(json!({})).await;
    let many = |count: usize| vec!["tagKeys=k"; count].join("&");
    for (query, expected) in [
        (String::new(), &["tagKeys"][..]),
        ("tagkeys=k".into(), &["tagKeys"]),
        (many(51), &["tagKeys"]),
        ("tagKeys=%zz".into(), &["tagKeys"]),
        ("tagKeys=a&tagKeys=".into(), &["tagKeys/1"]),
        ("tagKeys=aws:x".into(), &["tagKeys/0"]),
        (format!("tagKeys={}", "k".repeat(129)), &["tagKeys/0"]),
    ] {
        assert_eq!(invalid_members(&untag(&house, &arn, &query).await.unwrap_err()), expected, "{query}");
    }
    assert!(untag(&house, &arn, &many(50)).await.is_ok());
}
