//! ListRooms and ListLoggingConfigurations: order, filters, pages and their tokens.

use crate::house::{FOREIGN, HANDLER, House, invalid_members, logging_configuration_arn, root_of, text};
use serde_json::{Value, json};

fn arns(page: &Value, member: &str) -> Vec<String> {
    page[member].as_array().unwrap().iter().map(|item| text(&item["arn"])).collect()
}

async fn rooms(house: &House, query: Value) -> Vec<String> {
    arns(&house.ok("ListRooms", query).await, "rooms")
}

/// So many new rooms, newest first.
async fn new_rooms(house: &House, count: usize) -> Vec<String> {
    let mut made = Vec::new();
    for _ in 0..count {
        made.insert(0, house.room(json!({})).await);
    }
    made
}

#[tokio::test]
async fn a_summary_is_the_room_without_its_limits() {
    let house = House::new().await;
    let body = json!({"name": "n", "messageReviewHandler": {"uri": HANDLER}, "tags": {"k": "v"}});
    let mut room = house.ok("CreateRoom", body).await;
    for member in ["maximumMessageRatePerSecond", "maximumMessageLength"] {
        assert!(room.as_object_mut().unwrap().remove(member).is_some());
    }
    assert_eq!(house.ok("ListRooms", json!({})).await, json!({"rooms": [room]}));
}

#[tokio::test]
async fn the_newest_update_comes_first() {
    let house = House::new().await;
    let made = new_rooms(&house, 3).await;
    assert_eq!(rooms(&house, json!({})).await, made);
    house.ok("UpdateRoom", json!({"identifier": made[2]})).await;
    assert_eq!(rooms(&house, json!({})).await, [&made[2], &made[0], &made[1]].map(String::clone));
}

#[tokio::test]
async fn filters_are_exact_and_hold_together() {
    let house = House::new().await;
    let logging = house.logging_configuration().await;
    let body = json!({
        "name": "Exact",
        "messageReviewHandler": {"uri": HANDLER},
        "loggingConfigurationIdentifiers": [logging],
    });
    let arn = house.room(body).await;
    house.room(json!({"name": "Exact-x", "messageReviewHandler": {"uri": format!("{HANDLER}-x")}})).await;
    let only = vec![arn];
    for (query, expected) in [
        (json!({"name": "Exact"}), &only[..]),
        (json!({"messageReviewHandlerUri": HANDLER}), &only),
        (json!({"loggingConfigurationIdentifier": logging}), &only),
        (json!({"name": "Exact", "messageReviewHandlerUri": HANDLER}), &only),
        (json!({"name": "exact"}), &[]),
        (json!({"name": "Exact-x", "messageReviewHandlerUri": HANDLER}), &[]),
        (json!({"loggingConfigurationIdentifier": logging_configuration_arn("AAAAAAAAAAAA")}), &[]),
        (json!({"loggingConfigurationIdentifier": logging.replace("us-west-2", "eu-west-1")}), &[]),
        (json!({"loggingConfigurationIdentifier": logging.replace("123456789012", "210987654321")}), &[]),
    ] {
        assert_eq!(rooms(&house, query.clone()).await, expected, "{query}");
    }
}

#[tokio::test]
async fn pages_neither_skip_nor_repeat_what_stands_still() {
    let house = House::new().await;
    let made = new_rooms(&house, 9).await;
    let (mut seen, mut sizes, mut query) = (Vec::new(), Vec::new(), json!({"maxResults": 2}));
    loop {
        let page = house.ok("ListRooms", query.clone()).await;
        sizes.push(arns(&page, "rooms").len());
        seen.extend(arns(&page, "rooms"));
        let Some(token) = page.get("nextToken") else { break };
        query = json!({"maxResults": 3, "nextToken": token});
        // Meanwhile one comes, one moves and one goes.
        house.room(json!({})).await;
        house.ok("UpdateRoom", json!({"identifier": made[0]})).await;
        if sizes.len() == 1 {
            house.ok("DeleteRoom", json!({"identifier": made[8]})).await;
        }
    }
    assert_eq!(seen, made[..8]);
    assert_eq!(sizes, [2, 3, 3]);
}

#[tokio::test]
async fn a_page_holds_fifty_at_most() {
    let house = House::new().await;
    let made = new_rooms(&house, 51).await;
    let page = house.ok("ListRooms", json!({"nextToken": ""})).await;
    assert_eq!(arns(&page, "rooms"), made[..50]);
    let last = house.ok("ListRooms", json!({"nextToken": page["nextToken"]})).await;
    assert_eq!(arns(&last, "rooms"), made[50..]);
    assert_eq!(last.get("nextToken"), None);
}

#[tokio::test]
async fn logging_configurations_have_pages_too() {
    let house = House::new().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.insert(0, house.logging_configuration().await);
    }
    let page = house.ok("ListLoggingConfigurations", json!({"maxResults": 2})).await;
    assert_eq!(arns(&page, "loggingConfigurations"), made[..2]);
    let rest = json!({"maxResults": 2, "nextToken": page["nextToken"]});
    let page = house.ok("ListLoggingConfigurations", rest).await;
    assert_eq!(arns(&page, "loggingConfigurations"), made[2..]);
    assert_eq!(page.get("nextToken"), None);
}

#[tokio::test]
async fn a_page_token_is_good_for_its_query_and_its_caller_only() {
    let house = House::new().await;
    new_rooms(&house, 2).await;
    let token = text(&house.ok("ListRooms", json!({"maxResults": 1})).await["nextToken"]);
    let wrong = [
        ("ListRooms", json!({"nextToken": token, "name": "n"})),
        ("ListRooms", json!({"nextToken": token, "name": ""})),
        ("ListRooms", json!({"nextToken": token, "messageReviewHandlerUri": ""})),
        ("ListLoggingConfigurations", json!({"nextToken": token})),
        ("ListRooms", json!({"nextToken": "nonsense"})),
        ("ListRooms", json!({"nextToken": token[..token.len() - 1]})),
        ("ListRooms", json!({"nextToken": format!("{token}{token}")})),
        ("ListRooms", json!({"nextToken": format!("{token}=")})),
        ("ListRooms", json!({"nextToken": "a".repeat(1025)})),
    ];
    for (operation, body) in wrong {
        assert_eq!(invalid_members(&house.refused(operation, body.clone()).await), ["nextToken"], "{body}");
    }
    let body = json!({"nextToken": token}).to_string();
    let other = house.user("alice", &[json!("HubbubReadOnlyAccess")]).await;
    for caller in [other, root_of(FOREIGN)] {
        let error = house.call_as(&caller, "POST", "/ListRooms", body.as_bytes()).await.unwrap_err();
        assert_eq!(invalid_members(&error), ["nextToken"], "{caller:?}");
    }
    assert_eq!(rooms(&house, json!({"nextToken": token})).await.len(), 1);
}
