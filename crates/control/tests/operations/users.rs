//! Users: made, tagged, given policies, deleted; and what of them is not for this API to change.

use crate::house::{House, invalid_members, said, text};
use model::{AccessUser, AccountId, PolicyName, Tags, Timestamp, UserName};
use serde_json::{Value, json};

fn names(listed: &Value) -> Vec<String> {
    listed["users"].as_array().unwrap().iter().map(|user| text(&user["userName"])).collect()
}

#[tokio::test]
async fn a_user_is_made_changed_and_deleted() {
    let house = House::new().await;
    let made = json!({"userName": "Ann", "tags": {"team": "red"}, "policies": ["HubbubModerator"]});
    let made = house.ok("admin/CreateUser", made).await["user"].clone();
    assert_eq!(made["arn"], "arn:aws:iam::123456789012:user/Ann");
    assert!(text(&made["userId"]).starts_with("AIDA"));
    assert_eq!((&made["origin"], made.get("permissionsBoundary")), (&json!("stored"), None));
    let of = |more: Value| {
        let mut body = json!({"userName": "ann"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    let tagged = house.ok("admin/TagUser", of(json!({"tags": {"team": "blue", "x": "y"}}))).await;
    assert_eq!(tagged["user"]["tags"], json!({"team": "blue", "x": "y"}));
    let untagged = house.ok("admin/UntagUser", of(json!({"tagKeys": ["x", "z"]}))).await;
    assert_eq!(untagged["user"]["tags"], json!({"team": "blue"}));
    let attached = house.ok("admin/AttachUserPolicy", of(json!({"policyName": "hubbubtokenissuer"}))).await;
    assert_eq!(attached["user"]["policies"].as_array().unwrap().len(), 2);
    let bounded = of(json!({"policyName": "HubbubFullAccess"}));
    let bounded = house.ok("admin/PutUserPermissionsBoundary", bounded).await;
    assert_eq!(bounded["user"]["permissionsBoundary"], "HubbubFullAccess");
    let free = house.ok("admin/DeleteUserPermissionsBoundary", of(json!({}))).await;
    assert_eq!(free["user"].get("permissionsBoundary"), None);
    let detached = house.ok("admin/DetachUserPolicy", of(json!({"policyName": "HubbubModerator"}))).await;
    assert_eq!(detached["user"]["policies"].as_array().unwrap().len(), 1);
    let kept = said(&house.refused("admin/DeleteUser", of(json!({}))).await);
    assert_eq!(kept.2["message"], "User ann has attached policies; delete them first");
    house.ok("admin/DeleteUser", of(json!({"force": true}))).await;
    let gone = said(&house.refused("admin/GetUser", of(json!({}))).await);
    assert_eq!((gone.0, &gone.2["resourceType"]), ("ResourceNotFoundException", &json!("USER")));
}

#[tokio::test]
async fn a_change_is_in_effect_when_its_answer_arrives() {
    let house = House::new().await;
    let ann = house.user("ann", &[]).await;
    let may =
        async |principal: &auth::Principal| house.post_as(principal, "ListRooms", json!({})).await.is_ok();
    assert!(!may(&ann).await);
    house
        .ok("admin/AttachUserPolicy", json!({"userName": "ann", "policyName": "HubbubReadOnlyAccess"}))
        .await;
    assert!(may(&house.principal("ann")).await);
    house
        .ok("admin/DetachUserPolicy", json!({"userName": "ann", "policyName": "HubbubReadOnlyAccess"}))
        .await;
    assert!(!may(&house.principal("ann")).await);
}

#[tokio::test]
async fn what_is_malformed_or_not_there_is_refused_with_a_name() {
    let house = House::new().await;
    house.user("ann", &[]).await;
    for (operation, body, members) in [
        ("CreateUser", json!({}), vec!["userName"]),
        ("CreateUser", json!({"userName": "a b", "policies": ["x y"]}), vec!["userName", "policies/0"]),
        ("CreateUser", json!({"userName": "b", "accountId": "12"}), vec!["accountId"]),
        ("TagUser", json!({"userName": "ann"}), vec!["tags"]),
        ("TagUser", json!({"userName": "ann", "tags": {"aws:x": "y"}}), vec!["tags"]),
        ("UntagUser", json!({"userName": "ann", "tagKeys": [""]}), vec!["tagKeys/0"]),
        ("ListUsers", json!({"maxResults": 1001}), vec!["maxResults"]),
        ("UpdateAccessKey", json!({"userName": "ann"}), vec!["accessKeyId", "status"]),
    ] {
        let refused = house.refused(&format!("admin/{operation}"), body.clone()).await;
        assert_eq!(invalid_members(&refused), members, "{operation} {body}");
    }
    for body in [json!({"userName": 3}), json!({"userName": "ann", "force": "yes"})] {
        let refused = house.refused("admin/DeleteUser", body).await;
        assert_eq!(refused.type_name(), "SerializationException");
    }
    for (operation, body, kind) in [
        ("CreateUser", json!({"userName": "ANN"}), "ConflictException"),
        ("CreateUser", json!({"userName": "b", "policies": ["None"]}), "ResourceNotFoundException"),
        ("CreateUser", json!({"userName": "b", "accountId": "000000000001"}), "ResourceNotFoundException"),
        ("AttachUserPolicy", json!({"userName": "ann", "policyName": "None"}), "ResourceNotFoundException"),
        ("AttachUserPolicy", json!({"userName": "b", "policyName": "None"}), "ResourceNotFoundException"),
        ("DetachUserPolicy", json!({"userName": "ann", "policyName": "None"}), "ResourceNotFoundException"),
    ] {
        let refused = house.refused(&format!("admin/{operation}"), body.clone()).await;
        assert_eq!(refused.type_name(), kind, "{operation} {body}");
    }
}

#[tokio::test]
async fn declared_users_are_seen_and_not_changed() {
    let house = House::new().await;
    house.user("stored", &[]).await;
    let declared = AccessUser {
        account: AccountId::parse("123456789012").unwrap(),
        name: UserName::parse("declared").unwrap(),
        tags: Tags::default(),
        policies: vec![PolicyName::parse("HubbubReadOnlyAccess").unwrap()],
        boundary: None,
        created_at: Timestamp::UNIX_EPOCH,
    };
    let records = |users| auth::AccessRecords { users, ..auth::AccessRecords::default() };
    house.access.declare(records(vec![declared.clone()])).await.unwrap();
    assert_eq!(names(&house.ok("admin/ListUsers", json!({})).await), ["declared", "stored"]);
    let shown = house.ok("admin/GetUser", json!({"userName": "declared"})).await;
    assert_eq!((&shown["user"]["origin"], shown["user"].get("createTime")), (&json!("declared"), None));
    house.post_as(&house.principal("declared"), "ListRooms", json!({})).await.unwrap();
    for (operation, more) in [
        ("DeleteUser", json!({"force": true})),
        ("TagUser", json!({"tags": {"a": "b"}})),
        ("CreateAccessKey", json!({})),
        ("AttachUserPolicy", json!({"policyName": "HubbubFullAccess"})),
        ("DeleteUserPermissionsBoundary", json!({})),
    ] {
        let mut body = more;
        body["userName"] = "Declared".into();
        let refused = said(&house.refused(&format!("admin/{operation}"), body).await);
        assert_eq!(refused.0, "ConflictException", "{operation}");
        assert!(text(&refused.2["message"]).ends_with("is declared in the access file; change it there"));
    }
    let taken = house.refused("admin/CreateUser", json!({"userName": "DECLARED"})).await;
    assert_eq!(taken.type_name(), "ConflictException");
    // What does not fit changes nothing.
    let twice = AccessUser { name: UserName::parse("Stored").unwrap(), ..declared.clone() };
    let error = house.access.declare(records(vec![twice])).await.unwrap_err();
    assert!(
        error.to_string().starts_with("the user Stored of account 123456789012 is there twice"),
        "{error}"
    );
    assert_eq!(names(&house.ok("admin/ListUsers", json!({})).await), ["declared", "stored"]);
    house.access.declare(records(vec![])).await.unwrap();
    assert_eq!(names(&house.ok("admin/ListUsers", json!({})).await), ["stored"]);
}

#[tokio::test]
async fn pages_are_in_the_order_of_names() {
    let house = House::new().await;
    for name in ["d", "B", "a", "c"] {
        house.user(name, &[]).await;
    }
    let (mut all, mut token) = (Vec::new(), json!(""));
    for _ in 0..3 {
        let page = house.ok("admin/ListUsers", json!({"maxResults": 2, "nextToken": token})).await;
        all.push(names(&page));
        match page.get("nextToken") {
            Some(next) => token = next.clone(),
            None => break,
        }
    }
    assert_eq!(all, [["a", "B"], ["c", "d"]]);
}
