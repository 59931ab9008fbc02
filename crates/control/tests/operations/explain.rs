//! ExplainAccess: the decision that a call would get, and which statement made it.

use crate::house::{House, text};
use serde_json::{Value, json};

async fn explain(house: &House, action: &str, resource: &str, more: Value) -> Value {
    let mut body = json!({"userName": "ann", "action": action, "resource": resource});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    house.ok("admin/ExplainAccess", body).await
}

#[tokio::test]
async fn it_decides_as_a_call_would_and_says_why() {
    let house = House::new().await;
    let policy = json!({"Statement": [
        {"Effect": "Allow", "Action": "ivschat:*", "Resource": "*",
         "Condition": {"StringEquals": {"aws:ResourceTag/team": "red"}}},
        {"Sid": "NoDeletes", "Effect": "Deny", "Action": "ivschat:Delete*", "Resource": "*"},
        {"Effect": "Allow", "Action": "ivschat:ListRooms", "Resource": "*",
         "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}},
    ]});
    house.user("ann", &[policy]).await;
    let red = house.room(json!({"tags": {"team": "red"}})).await;
    let blue = house.room(json!({"tags": {"team": "blue"}})).await;
    let none = json!({});
    let got = explain(&house, "ivschat:GetRoom", &red, none.clone()).await;
    assert_eq!(got["decision"], "Allowed");
    assert_eq!((&got["statements"][0]["matched"], &got["statements"][0]["index"]), (&json!(true), &json!(0)));
    let got = explain(&house, "ivschat:GetRoom", &blue, none.clone()).await;
    assert_eq!(
        (&got["decision"], &got["reason"]),
        (&json!("ImplicitlyDenied"), &json!("no identity-based policy allows it"),)
    );
    let why = text(&got["statements"][0]["why"]);
    assert_eq!(why, r#"StringEquals aws:ResourceTag/team ["red"] does not hold: the request has ["blue"]"#);
    let got = explain(&house, "ivschat:DeleteRoom", &red, none.clone()).await;
    assert_eq!(
        (&got["decision"], &got["reason"]),
        (&json!("ExplicitlyDenied"), &json!(r#"identity-based policy "ann-0", statement 1 (NoDeletes)"#),)
    );
    let overridden = json!({"context": {"aws:ResourceTag/team": "red"}});
    assert_eq!(explain(&house, "ivschat:GetRoom", &blue, overridden).await["decision"], "Allowed");
    let all = red.replace(&red[red.len() - 12..], "*");
    for (ip, expected) in [(json!("10.1.2.3"), "Allowed"), (json!(["11.1.2.3"]), "ImplicitlyDenied")] {
        let given = json!({"context": {"aws:SourceIp": ip}});
        assert_eq!(explain(&house, "ivschat:ListRooms", &all, given).await["decision"], expected);
    }
    let narrowed = json!({"policy": r#"{"Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}"#});
    let got = explain(&house, "ivschat:GetRoom", &red, narrowed).await;
    assert_eq!(
        (&got["decision"], &got["reason"]),
        (&json!("ImplicitlyDenied"), &json!("no session policy allows it"),)
    );
    assert_eq!(got["statements"].as_array().unwrap().len(), 4);
    let foreign = red.replace("123456789012", "210987654321");
    let tagged = json!({"context": {"aws:ResourceTag/team": "red"}});
    let got = explain(&house, "ivschat:GetRoom", &foreign, tagged).await;
    assert_eq!(
        (&got["decision"], &got["reason"]),
        (&json!("ImplicitlyDenied"), &json!("the resource is another account's"),)
    );
}
