//! What callers tried who had some rights and wanted more.

use crate::house::{ACCOUNT, FOREIGN, House, destination, encoded, text};
use auth::{AccessRecords, Principal};
use control::OperationError;
use model::{Account, AccountId, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;

fn allow(actions: Value) -> Value {
    json!({"Statement": {"Effect": "Allow", "Action": actions, "Resource": "*"}})
}

async fn refused(house: &House, who: &Principal, operation: &str, body: Value) -> OperationError {
    let outcome = house.post_as(who, &format!("admin/{operation}"), body.clone()).await;
    let Err(error) = outcome else { panic!("{operation} {body} is allowed") };
    assert_eq!(error.type_name(), "AccessDeniedException", "{operation} {body}: {error}");
    error
}

#[tokio::test]
async fn a_name_in_another_case_is_the_same_name() {
    let house = House::new().await;
    house.user("Boss", &[json!("HubbubFullAccess")]).await;
    let guard = allow(json!("ivschat:GetRoom")).to_string();
    house.ok("admin/CreatePolicy", json!({"policyName": "Guard", "document": guard})).await;
    let policy = json!({"Statement": [
        {"Effect": "Allow", "Action": "hubbub:*", "Resource": "*"},
        {"Effect": "Deny", "Action": "hubbub:*", "Resource":
            [format!("arn:aws:iam::{ACCOUNT}:user/Boss"), format!("arn:aws:iam::{ACCOUNT}:policy/Guard")]}]});
    let mallory = house.user("mallory", &[policy]).await;
    for name in ["Boss", "boss", "bOSS"] {
        for operation in ["CreateAccessKey", "AssumeUser", "GetUser", "DeleteUser"] {
            refused(&house, &mallory, operation, json!({"userName": name})).await;
        }
    }
    for name in ["Guard", "guard"] {
        refused(&house, &mallory, "UpdatePolicy", json!({"policyName": name, "document": guard})).await;
    }
    let shown = house.audit.take();
    assert!(
        shown.iter().any(|line| line.contains("hubbub:AssumeUser") && line.contains(":user/Boss:")),
        "{shown:?}"
    );
}

#[tokio::test]
async fn the_words_of_a_refusal_tell_nothing_of_foreign_users() {
    let house = House::new().await;
    house.ok("admin/CreateUser", json!({"userName": "ann", "tags": {"salary": "90000"}})).await;
    let mut answers = Vec::new();
    for (index, pattern) in ["8*", "9*"].into_iter().enumerate() {
        let document = json!({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "hubbub:*",
            "Resource": "*", "Condition": {"StringLike": {"aws:ResourceTag/salary": pattern}}}});
        let name = format!("spy{index}");
        let body = json!({"accountId": FOREIGN, "policyName": name, "document": document.to_string()});
        house.ok("admin/CreatePolicy", body).await;
        let body = json!({"accountId": FOREIGN, "userName": name, "policies": [name]});
        house.ok("admin/CreateUser", body).await;
        house.ok("admin/CreateAccessKey", json!({"accountId": FOREIGN, "userName": name})).await;
        let spy = house.principal_of(FOREIGN, &name);
        for user in ["ann", "nobody"] {
            let error =
                refused(&house, &spy, "GetUser", json!({"accountId": ACCOUNT, "userName": user})).await;
            answers.push(error.to_string().replace(&name, "spy").replace("nobody", "ann"));
        }
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
}

#[tokio::test]
async fn what_comes_with_a_new_user_needs_its_own_right() {
    let house = House::new().await;
    let maker = house.user("maker", &[allow(json!(["hubbub:CreateUser", "hubbub:CreateAccessKey"]))]).await;
    for more in [
        json!({"policies": ["HubbubFullAccess"]}),
        json!({"tags": {"team": "blue"}}),
        json!({"permissionsBoundary": "HubbubFullAccess"}),
    ] {
        let mut body = more;
        body["userName"] = "new".into();
        refused(&house, &maker, "CreateUser", body).await;
    }
    house.post_as(&maker, "admin/CreateUser", json!({"userName": "new"})).await.unwrap();
}

#[tokio::test]
async fn a_session_leaves_no_credentials_behind() {
    let house = House::new().await;
    house.user("ann", &[json!("HubbubFullAccess")]).await;
    let known = house.access.directory().users(house.root.account(), None).next().map(Arc::clone).unwrap();
    let session = Principal::session(known, house.now().wall, None);
    house.audit.take();
    for operation in ["AssumeUser", "CreateAccessKey"] {
        let error = refused(&house, &session, operation, json!({"userName": "ann"})).await;
        assert!(error.to_string().ends_with("because temporary credentials make no credentials"), "{error}");
    }
    let written = house.audit.take();
    assert!(
        written.iter().all(|line| line.ends_with(": temporary credentials make no credentials")),
        "{written:?}"
    );
    house.post_as(&session, "admin/GetUser", json!({"userName": "ann"})).await.unwrap();
}

#[tokio::test]
async fn who_lost_the_right_while_waiting_has_lost_it() {
    let house = House::new().await;
    let full = json!("HubbubFullAccess");
    house.user("boss", std::slice::from_ref(&full)).await;
    let mallory = house.user("mallory", &[full]).await;
    let id = text(
        &house.ok("admin/GetUser", json!({"userName": "mallory"})).await["accessKeys"][0]["accessKeyId"],
    );
    // As requests meet it that were signed before the change and take their turn after it.
    house
        .ok("admin/UpdateAccessKey", json!({"userName": "mallory", "accessKeyId": id, "status": "Inactive"}))
        .await;
    refused(&house, &mallory, "CreateAccessKey", json!({"userName": "boss"})).await;
    house
        .ok("admin/UpdateAccessKey", json!({"userName": "mallory", "accessKeyId": id, "status": "Active"}))
        .await;
    house
        .ok("admin/DetachUserPolicy", json!({"userName": "mallory", "policyName": "HubbubFullAccess"}))
        .await;
    refused(&house, &mallory, "CreateAccessKey", json!({"userName": "boss"})).await;
    house.ok("admin/DeleteUser", json!({"userName": "mallory", "force": true})).await;
    refused(&house, &mallory, "CreateAccessKey", json!({"userName": "boss"})).await;
}

#[tokio::test]
async fn who_may_do_nothing_uses_up_nothing() {
    let house = House::with_quotas().await;
    let room = house.room(json!({})).await;
    let nobody = house.user("nobody", &[]).await;
    let body = json!({"roomIdentifier": room, "userId": "u"});
    for _ in 0..300 {
        let error = house.post_as(&nobody, "CreateChatToken", body.clone()).await.unwrap_err();
        assert_eq!(error.type_name(), "AccessDeniedException");
    }
    house.ok("CreateChatToken", body).await;
}

#[tokio::test]
async fn an_explanation_tells_no_tags_that_its_reader_may_not_read() {
    let house = House::new().await;
    let room = house.room(json!({"tags": {"secret": "bluebird"}})).await;
    let policy = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*",
        "Condition":{"StringEquals":{"aws:ResourceTag/secret":"x"}}}}"#;
    let explain = json!({"userName": "spy", "action": "ivschat:GetRoom", "resource": room, "policy": policy});
    let spy = house.user("spy", &[allow(json!("hubbub:ExplainAccess"))]).await;
    let told = house.post_as(&spy, "admin/ExplainAccess", explain.clone()).await.unwrap().to_string();
    assert!(!told.contains("bluebird"), "{told}");
    assert!(house.ok("admin/ExplainAccess", explain).await.to_string().contains("bluebird"));
}

#[tokio::test]
async fn an_explanation_says_what_a_call_would_be_told() {
    let house = House::new().await;
    let boss = json!({"accountId": FOREIGN, "userName": "boss", "policies": ["HubbubFullAccess"]});
    house.ok("admin/CreateUser", boss).await;
    let ask = |resource: String| {
        let mut asked = json!({"accountId": FOREIGN, "userName": "boss", "action": "hubbub:CreateUser"});
        asked["resource"] = resource.into();
        asked
    };
    for (account, expected) in [(FOREIGN, "Allowed"), (ACCOUNT, "ImplicitlyDenied")] {
        let told = house.ok("admin/ExplainAccess", ask(format!("arn:aws:iam::{account}:user/x"))).await;
        assert_eq!(told["decision"], expected, "{account}");
    }
    let many: Vec<String> = (0..300).map(|n| n.to_string()).collect();
    for context in [json!({"aws:x": many}), json!({"aws:x": "v".repeat(2_049)})] {
        let mut body = ask("*".into());
        body["context"] = context;
        assert_eq!(house.refused("admin/ExplainAccess", body).await.type_name(), "ValidationException");
    }
}

#[tokio::test]
async fn tags_of_users_differ_in_more_than_case() {
    let house = House::new().await;
    house.ok("admin/CreateUser", json!({"userName": "ann", "tags": {"team": "red"}})).await;
    for (operation, body) in [
        ("CreateUser", json!({"userName": "bob", "tags": {"team": "red", "TEAM": "blue"}})),
        ("TagUser", json!({"userName": "ann", "tags": {"Team": "blue"}})),
    ] {
        let error = house.refused(&format!("admin/{operation}"), body).await;
        assert_eq!(error.type_name(), "ValidationException", "{operation}");
    }
}

#[tokio::test]
async fn policies_of_an_account_have_a_bound_together() {
    let house = House::new().await;
    let document = format!("{}{}", allow(json!("ivschat:GetRoom")), " ".repeat(65_400));
    for index in 0..31 {
        let body = json!({"policyName": format!("p{index}"), "document": document});
        house.ok("admin/CreatePolicy", body).await;
    }
    let more = json!({"policyName": "more", "document": document});
    let mut kinds = Vec::new();
    for index in 0..3 {
        let mut body = more.clone();
        body["policyName"] = format!("more{index}").into();
        kinds.push(house.post("admin/CreatePolicy", body).await.map_err(|error| error.type_name()).err());
    }
    assert_eq!(kinds.last().unwrap(), &Some("ServiceQuotaExceededException"));
}

#[tokio::test]
async fn a_declared_account_is_a_whole_account() {
    let house = House::new().await;
    let declared = |id: &str| Account {
        id: AccountId::parse(id).unwrap(),
        pending_verification: false,
        created_at: Timestamp::UNIX_EPOCH,
    };
    let records = AccessRecords {
        accounts: vec![declared("000000000005"), declared(ACCOUNT)],
        ..AccessRecords::default()
    };
    house.access.declare(records).await.unwrap();
    let body = json!({"accountId": "000000000005", "userName": "ann", "policies": ["HubbubFullAccess"]});
    house.ok("admin/CreateUser", body).await;
    house.ok("admin/CreateAccessKey", json!({"accountId": "000000000005", "userName": "ann"})).await;
    let ann = house.principal_of("000000000005", "ann");
    let room = text(&house.post_as(&ann, "CreateRoom", json!({})).await.unwrap()["arn"]);
    house.post_as(&ann, "CreateLoggingConfiguration", destination()).await.unwrap();
    let tags = format!("/tags/{}", encoded(&room));
    house.call_as(&ann, "GET", &tags, b"").await.unwrap();
    let gone = house.refused("admin/DeleteAccount", json!({"accountId": "000000000005"})).await;
    assert_eq!(gone.type_name(), "ConflictException");
}
