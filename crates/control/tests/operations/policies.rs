//! Policies: written, read, rewritten, and refused with the place of what is wrong.

use crate::house::{House, invalid_members, said, text};
use serde_json::{Value, json};

const LOOK: &str = r#"{ "Statement": { "Effect": "Allow", "Action": "ivschat:List*", "Resource": "*" } }"#;

#[tokio::test]
async fn a_policy_is_kept_as_it_was_written() {
    let house = House::new().await;
    let made = house.ok("admin/CreatePolicy", json!({"policyName": "Look", "document": LOOK})).await;
    assert_eq!(made["policy"]["arn"], "arn:aws:iam::123456789012:policy/Look");
    let read = house.ok("admin/GetPolicy", json!({"policyName": "look"})).await;
    assert_eq!((&read["document"], &read["policy"]["policyName"]), (&json!(LOOK), &json!("Look")));
    let ann = house.user("ann", &[json!("Look")]).await;
    house.post_as(&ann, "ListRooms", json!({})).await.unwrap();
    let rewritten = LOOK.replace("Allow", "Deny");
    house.ok("admin/UpdatePolicy", json!({"policyName": "look", "document": rewritten})).await;
    assert!(house.post_as(&house.principal("ann"), "ListRooms", json!({})).await.is_err());
    let kept = said(&house.refused("admin/DeletePolicy", json!({"policyName": "Look"})).await);
    assert_eq!(
        (kept.0, kept.2["message"].as_str()),
        ("ConflictException", Some("Policy Look is attached to, or the boundary of, ann"),)
    );
    house.ok("admin/DetachUserPolicy", json!({"userName": "ann", "policyName": "Look"})).await;
    house.ok("admin/DeletePolicy", json!({"policyName": "Look"})).await;
    let gone = house.refused("admin/GetPolicy", json!({"policyName": "Look"})).await;
    assert_eq!(gone.type_name(), "ResourceNotFoundException");
}

#[tokio::test]
async fn a_document_that_cannot_be_read_is_refused_with_the_place() {
    let house = House::new().await;
    house.ok("admin/CreatePolicy", json!({"policyName": "Look", "document": LOOK})).await;
    let wrong = LOOK.replace("Allow", "allow");
    for (operation, name) in [("admin/CreatePolicy", "New"), ("admin/UpdatePolicy", "Look")] {
        let refused = house.refused(operation, json!({"policyName": name, "document": wrong})).await;
        assert_eq!(invalid_members(&refused), ["document"]);
        let message = text(&said(&refused).2["fieldList"][0]["message"]);
        assert_eq!(message, "Statement.Effect: unknown effect; Allow and Deny are known, written so");
    }
    assert_eq!(house.ok("admin/GetPolicy", json!({"policyName": "Look"})).await["document"], LOOK);
    // Who may not write policies is not told what is wrong with one.
    let nobody = house.user("nobody", &[]).await;
    let body = json!({"policyName": "New", "document": wrong});
    let refused = house.post_as(&nobody, "admin/CreatePolicy", body).await.unwrap_err();
    assert_eq!(refused.type_name(), "AccessDeniedException");
    let missing = house.refused("admin/CreatePolicy", json!({"policyName": "a b"})).await;
    assert_eq!(invalid_members(&missing), ["policyName", "document"]);
}

#[tokio::test]
async fn ready_policies_are_there_and_stay() {
    let house = House::new().await;
    let listed = house.ok("admin/ListPolicies", json!({})).await;
    let names: Vec<_> =
        listed["policies"].as_array().unwrap().iter().map(|one| text(&one["policyName"])).collect();
    assert_eq!(names, ["HubbubFullAccess", "HubbubModerator", "HubbubReadOnlyAccess", "HubbubTokenIssuer"]);
    for (operation, body) in [
        ("CreatePolicy", json!({"policyName": "hubbubfullaccess", "document": LOOK})),
        ("UpdatePolicy", json!({"policyName": "HubbubFullAccess", "document": LOOK})),
        ("DeletePolicy", json!({"policyName": "HubbubFullAccess"})),
    ] {
        let refused = house.refused(&format!("admin/{operation}"), body).await;
        assert_eq!(refused.type_name(), "ConflictException", "{operation}");
    }
    let read: Value = house.ok("admin/GetPolicy", json!({"policyName": "HubbubModerator"})).await;
    assert_eq!(read["policy"]["origin"], "ready");
}
