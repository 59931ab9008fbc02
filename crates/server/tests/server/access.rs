//! Users, keys and sessions at the door of the running server: who gets in, and how fast a change counts.

use crate::house::{House, Key};
use auth::{MasterKey, SecretKey, SessionClaims, seal_session};
use jiff::SignedDuration;
use model::{AccessKeyId, AccountId, UserName};
use serde_json::{Value, json};
use tempfile::TempDir;

const UNRECOGNIZED: (u16, &str) = (403, "UnrecognizedClientException");
const DENIED: (u16, &str) = (403, "AccessDeniedException");

/// The status and the error's type of a listing.
async fn list(house: &House, key: &Key) -> (u16, String) {
    let (status, kind, _) = house.call_with(key, "ListRooms", json!({})).await;
    (status, kind)
}

async fn check(house: &House, key: &Key, expected: (u16, &str)) {
    assert_eq!(list(house, key).await, (expected.0, expected.1.to_owned()));
}

async fn user(house: &House, name: &str, policies: Value) -> Key {
    house.admin("CreateUser", json!({"userName": name, "policies": policies})).await;
    Key::made(&house.admin("CreateAccessKey", json!({"userName": name})).await)
}

#[tokio::test]
async fn a_key_is_good_from_its_making_to_its_end_and_after_a_restart() {
    let house = House::new(&[]).await;
    let ann = user(&house, "ann", json!(["HubbubReadOnlyAccess"])).await;
    check(&house, &ann, (200, "")).await;
    let (status, kind, body) = house.call_with(&ann, "CreateRoom", json!({})).await;
    assert_eq!((status, kind.as_str()), DENIED);
    assert_eq!(
        body["message"],
        "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: ivschat:CreateRoom on resource: \
         arn:aws:ivschat:us-west-2:123456789012:room/* because no identity-based policy allows the ivschat:CreateRoom \
         action"
    );
    let House { server, data, .. } = house;
    server.shutdown().await;
    let house = House::on(data, &[]).await;
    check(&house, &ann, (200, "")).await;
    let set = |status: &str| json!({"userName": "ann", "accessKeyId": ann.id, "status": status});
    house.admin("UpdateAccessKey", set("Inactive")).await;
    check(&house, &ann, UNRECOGNIZED).await;
    house.admin("UpdateAccessKey", set("Active")).await;
    check(&house, &ann, (200, "")).await;
    let used = house.admin("GetUser", json!({"userName": "ann"})).await;
    assert!(used["accessKeys"][0]["lastUsedTime"].is_string(), "{used}");
    house.admin("DeleteAccessKey", json!({"userName": "ann", "accessKeyId": ann.id})).await;
    check(&house, &ann, UNRECOGNIZED).await;
}

#[tokio::test]
async fn a_session_ends_with_its_time_and_its_user() {
    let master = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let house = House::new(&[("master_key", master)]).await;
    user(&house, "ann", json!(["HubbubReadOnlyAccess"])).await;
    let session = Key::assumed(&house.admin("AssumeUser", json!({"userName": "ann"})).await);
    check(&house, &session, (200, "")).await;
    let narrow = json!({"userName": "ann", "policy":
        r#"{"Statement":{"Effect":"Allow","Action":"ivschat:GetRoom","Resource":"*"}}"#});
    let narrow = Key::assumed(&house.admin("AssumeUser", narrow).await);
    let (_, kind, body) = house.call_with(&narrow, "ListRooms", json!({})).await;
    assert_eq!(kind, DENIED.1);
    assert!(
        body["message"]
            .as_str()
            .unwrap()
            .ends_with("because no session policy allows the ivschat:ListRooms action")
    );
    // The parts of a session belong together.
    for wrong in [
        Key {
            session_token: None,
            ..Key::assumed(&house.admin("AssumeUser", json!({"userName": "ann"})).await)
        },
        Key { session_token: session.session_token.clone(), ..Key::root() },
        Key {
            id: narrow.id.clone(),
            secret: session.secret.clone(),
            session_token: session.session_token.clone(),
        },
    ] {
        check(&house, &wrong, UNRECOGNIZED).await;
    }
    let stolen = Key {
        secret: "another".into(),
        id: session.id.clone(),
        session_token: session.session_token.clone(),
    };
    check(&house, &stolen, (403, "InvalidSignatureException")).await;

    let shown = house.admin("GetUser", json!({"userName": "ann"})).await;
    let now = crate::house::now();
    let claims = SessionClaims {
        access_key_id: AccessKeyId::temporary(7),
        secret: SecretKey::parse("a-secret").unwrap(),
        account: AccountId::parse("123456789012").unwrap(),
        user: UserName::parse("ann").unwrap(),
        user_id: shown["user"]["userId"].as_str().unwrap().to_owned(),
        issued_at: now - SignedDuration::from_mins(15),
        expires_at: now - SignedDuration::from_secs(1),
        policy: None,
    };
    let token = seal_session(&claims, &MasterKey::parse(master).unwrap(), [1; 12]).unwrap();
    let expired = Key {
        id: claims.access_key_id.to_string(),
        secret: claims.secret.reveal().to_owned(),
        session_token: Some(token),
    };
    let (status, kind, body) = house.call_with(&expired, "ListRooms", json!({})).await;
    assert_eq!((status, kind.as_str()), (403, "ExpiredTokenException"));
    assert_eq!(body["message"], "The security token included in the request is expired");

    house.admin("DeleteUser", json!({"userName": "ann", "force": true})).await;
    check(&house, &session, UNRECOGNIZED).await;
    house.admin("CreateUser", json!({"userName": "ann", "policies": ["HubbubReadOnlyAccess"]})).await;
    check(&house, &session, UNRECOGNIZED).await;
}

#[tokio::test]
async fn policies_see_where_a_call_comes_from() {
    let house = House::new(&[]).await;
    let cases = [
        (r#"{"IpAddress":{"aws:SourceIp":"127.0.0.0/8"}}"#, 200),
        (r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#, 403),
        (r#"{"Bool":{"aws:SecureTransport":"true"}}"#, 403),
        (
            r#"{"StringEquals":{"aws:RequestedRegion":"us-west-2","aws:PrincipalAccount":"123456789012"}}"#,
            200,
        ),
        (r#"{"StringEquals":{"aws:ResourceAccount":"123456789012","aws:username":"u4"}}"#, 200),
        (r#"{"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}"#, 200),
        (r#"{"Null":{"aws:UserAgent":"true"}}"#, 200),
    ];
    for (index, (condition, expected)) in cases.into_iter().enumerate() {
        let name = format!("u{index}");
        let document = format!(
            r#"{{"Statement":{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}}}"#
        );
        house.admin("CreatePolicy", json!({"policyName": name, "document": document})).await;
        let key = user(&house, &name, json!([name])).await;
        assert_eq!(list(&house, &key).await.0, expected, "{condition}");
    }
}

#[tokio::test]
async fn the_access_file_is_taken_again_on_reload_or_not_at_all() {
    let folder = TempDir::new().unwrap();
    let (file, audit) = (folder.path().join("access.toml"), folder.path().join("audit.log"));
    let declared = |policy: &str| {
        format!(
            "[[user]]\nname = \"git\"\npolicies = [\"{policy}\"]\n\
             [[user.key]]\nid = \"AKIADECLARED00000001\"\nsecret = \"declared-secret\"\n"
        )
    };
    std::fs::write(&file, declared("HubbubReadOnlyAccess")).unwrap();
    let flags = [("access_file", file.to_str().unwrap()), ("log.audit_file", audit.to_str().unwrap())];
    let house = House::new(&flags).await;
    let key =
        Key { id: "AKIADECLARED00000001".into(), secret: "declared-secret".into(), session_token: None };
    check(&house, &key, (200, "")).await;
    std::fs::write(&file, declared("HubbubTokenIssuer")).unwrap();
    check(&house, &key, (200, "")).await;
    house.server.reload().await;
    check(&house, &key, DENIED).await;
    for bad in
        ["[[user]]\nname = 3", &declared("None"), &declared("HubbubReadOnlyAccess").replace("git", "a b")]
    {
        std::fs::write(&file, bad).unwrap();
        house.server.reload().await;
        check(&house, &key, DENIED).await;
    }
    std::fs::remove_file(&file).unwrap();
    house.server.reload().await;
    check(&house, &key, DENIED).await;
    std::fs::rename(&audit, folder.path().join("audit.1")).unwrap();
    std::fs::write(&file, "").unwrap();
    house.server.reload().await;
    check(&house, &key, UNRECOGNIZED).await;
    check(&house, &Key::root(), (200, "")).await;
    let lines = |path: &std::path::Path| std::fs::read_to_string(path).unwrap().lines().count();
    assert_eq!((lines(&folder.path().join("audit.1")), lines(&audit)), (7, 1));
    let line: Value = serde_json::from_str(std::fs::read_to_string(&audit).unwrap().trim()).unwrap();
    assert_eq!(
        (&line["principal"], &line["action"]),
        (&json!("arn:aws:iam::123456789012:root"), &json!("ivschat:ListRooms"))
    );
    assert_eq!((&line["sourceIp"], &line["allowed"]), (&json!("127.0.0.1"), &json!(true)));
}

#[tokio::test]
async fn the_admin_api_is_signed_and_guarded() {
    let house = House::new(&[]).await;
    let (status, body) = house.get("/admin/ListUsers").await;
    assert_eq!((status, body.contains("Missing Authentication Token")), (403, true));
    let ann = user(&house, "ann", json!(["HubbubReadOnlyAccess"])).await;
    let (status, kind, _) = house.call_with(&ann, "admin/ListUsers", json!({})).await;
    assert_eq!((status, kind.as_str()), DENIED);
    let (status, kind, _) = house.call_with(&ann, "admin/Nothing", json!({})).await;
    assert_eq!((status, kind.as_str()), (404, "UnknownOperationException"));
    let (status, metrics) = house.get("/metrics").await;
    assert_eq!(status, 200);
    let counted = r#"hubbub_calls_total{operation="ListUsers",status="403",error="AccessDeniedException"} 1"#;
    assert!(metrics.contains(counted), "{metrics}");
    assert!(!metrics.contains(r#"Requests_total{Action="ListUsers"}"#), "{metrics}");
}
