//! Temporary credentials: what AssumeUser gives, to whom, and for how long.

use crate::house::{House, invalid_members, master, text, time};
use auth::{Principal, open_session};
use serde_json::json;
use std::sync::Arc;

#[tokio::test]
async fn the_token_says_who_acts_until_when() {
    let house = House::new().await;
    house.user("Ann", &[]).await;
    let policy = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let body = json!({"userName": "ann", "durationSeconds": 900, "policy": policy});
    let given = house.ok("admin/AssumeUser", body).await;
    let id = text(&given["accessKeyId"]);
    assert!(id.starts_with("ASIA"));
    let claims = open_session(&text(&given["sessionToken"]), &id, &master()).unwrap();
    assert_eq!(claims.secret.reveal(), text(&given["secretAccessKey"]));
    assert_eq!((claims.user.as_str(), claims.policy.as_deref()), ("Ann", Some(policy)));
    assert_eq!(claims.expires_at.as_second() - claims.issued_at.as_second(), 900);
    assert_eq!(time(&given["expiration"]).as_second(), house.now().wall.as_second() + 900);
    let usual = house.ok("admin/AssumeUser", json!({"userName": "ann"})).await;
    assert_eq!(time(&usual["expiration"]).as_second(), house.now().wall.as_second() + 3600);
}

#[tokio::test]
async fn durations_and_policies_have_limits() {
    let house = House::new().await;
    house.user("ann", &[]).await;
    let long = format!("{{{}}}", " ".repeat(2_047));
    for (member, value) in [
        ("durationSeconds", json!(899)),
        ("durationSeconds", json!(129_601)),
        ("policy", json!("{}")),
        ("policy", json!(long)),
    ] {
        let mut body = json!({"userName": "ann"});
        body[member] = value;
        assert_eq!(invalid_members(&house.refused("admin/AssumeUser", body).await), [member]);
    }
    let nobody = house.refused("admin/AssumeUser", json!({"userName": "bob"})).await;
    assert_eq!(nobody.type_name(), "ResourceNotFoundException");
}

#[tokio::test]
async fn a_session_makes_no_session() {
    let house = House::new().await;
    house.user("ann", &[json!("HubbubFullAccess")]).await;
    let Some(known) = house.access.directory().users(house.root.account(), None).next().map(Arc::clone)
    else {
        panic!("no user");
    };
    let session = Principal::session(known, house.now().wall, None);
    let refused = house.post_as(&session, "admin/AssumeUser", json!({"userName": "ann"})).await.unwrap_err();
    assert_eq!(refused.type_name(), "AccessDeniedException");
    house.post_as(&session, "admin/GetUser", json!({"userName": "ann"})).await.unwrap();
}
