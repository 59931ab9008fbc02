//! Accounts: who makes them, what keeps them, and that nothing of one is seen from another.

use crate::house::{ACCOUNT, FOREIGN, House, said, text};
use serde_json::{Value, json};

fn ids(listed: &Value) -> Vec<String> {
    listed["accounts"].as_array().unwrap().iter().map(|account| text(&account["accountId"])).collect()
}

#[tokio::test]
async fn an_account_is_made_marked_listed_and_deleted() {
    let house = House::new().await;
    let new = "000000000007";
    let made = house.ok("admin/CreateAccount", json!({"accountId": new})).await;
    assert_eq!(made["account"]["pendingVerification"], false);
    assert_eq!(made["account"]["origin"], "stored");
    assert_eq!(ids(&house.ok("admin/ListAccounts", json!({})).await), [new, ACCOUNT, FOREIGN]);
    let first = house.ok("admin/ListAccounts", json!({"maxResults": 1})).await;
    assert_eq!(ids(&first), [new]);
    let rest = json!({"nextToken": first["nextToken"], "maxResults": 2});
    let rest = house.ok("admin/ListAccounts", rest).await;
    assert_eq!((ids(&rest), rest.get("nextToken")), (vec![ACCOUNT.to_owned(), FOREIGN.to_owned()], None));
    let marked = json!({"accountId": new, "pendingVerification": true});
    assert_eq!(house.ok("admin/UpdateAccount", marked).await["account"]["pendingVerification"], true);
    assert_eq!(house.ok("admin/GetAccount", json!({"accountId": new})).await["account"]["accountId"], new);
    let again = said(&house.refused("admin/CreateAccount", json!({"accountId": new})).await);
    assert_eq!((again.0, &again.2["resourceType"]), ("ConflictException", &json!("ACCOUNT")));
    assert_eq!(again.2["message"], format!("Account {new} exists already"));

    house.ok("admin/CreateUser", json!({"accountId": new, "userName": "ann"})).await;
    let kept = said(&house.refused("admin/DeleteAccount", json!({"accountId": new})).await);
    assert_eq!(kept.2["message"], format!("Account {new} has users; delete them first"));
    house.ok("admin/DeleteUser", json!({"accountId": new, "userName": "ann"})).await;
    house.ok("admin/DeleteAccount", json!({"accountId": new})).await;
    let gone = said(&house.refused("admin/GetAccount", json!({"accountId": new})).await);
    assert_eq!((gone.0, gone.1), ("ResourceNotFoundException", 404));
    let own = said(&house.refused("admin/DeleteAccount", json!({"accountId": ACCOUNT})).await);
    assert_eq!(own.2["message"], format!("Account {ACCOUNT} is the server's own account"));
}

/// What a member of another account gets to see of this one, and of accounts at all: refusals.
#[tokio::test]
async fn only_the_server_s_own_account_reaches_into_others() {
    let house = House::new().await;
    let full = json!(["HubbubFullAccess"]);
    house.ok("admin/CreateUser", json!({"accountId": FOREIGN, "userName": "boss", "policies": full})).await;
    house.ok("admin/CreateAccessKey", json!({"accountId": FOREIGN, "userName": "boss"})).await;
    house.ok("admin/CreateUser", json!({"userName": "ann"})).await;
    let boss = house.principal_of(FOREIGN, "boss");
    let mine = house.post_as(&boss, "admin/ListUsers", json!({})).await.unwrap();
    assert_eq!(mine["users"][0]["userName"], "boss");
    assert_eq!(mine["users"].as_array().unwrap().len(), 1);
    let own = house.post_as(&boss, "admin/CreateUser", json!({"userName": "ann"})).await.unwrap();
    assert_eq!(own["user"]["arn"], format!("arn:aws:iam::{FOREIGN}:user/ann"));
    for (operation, body) in [
        ("GetUser", json!({"accountId": ACCOUNT, "userName": "ann"})),
        ("GetUser", json!({"accountId": ACCOUNT, "userName": "nobody"})),
        ("ListUsers", json!({"accountId": ACCOUNT})),
        ("CreateAccessKey", json!({"accountId": ACCOUNT, "userName": "ann"})),
        ("AssumeUser", json!({"accountId": ACCOUNT, "userName": "ann"})),
        ("ListAccounts", json!({})),
        ("GetAccount", json!({"accountId": FOREIGN})),
        ("UpdateAccount", json!({"accountId": FOREIGN, "pendingVerification": false})),
        ("CreateAccount", json!({"accountId": "000000000001"})),
    ] {
        let refused = house.post_as(&boss, &format!("admin/{operation}"), body.clone()).await.unwrap_err();
        assert_eq!(refused.type_name(), "AccessDeniedException", "{operation} {body}");
    }
    // An operator who is no root is bound by policies, there as here.
    let only = json!({"Statement": {"Effect": "Allow", "Action": "hubbub:*",
        "Resource": format!("arn:aws:iam::{FOREIGN}:user/*")}});
    let helper = house.user("helper", &[only]).await;
    let there = json!({"accountId": FOREIGN, "userName": "boss"});
    house.post_as(&helper, "admin/GetUser", there).await.unwrap();
    for body in [json!({"userName": "ann"}), json!({"accountId": "000000000001", "userName": "ann"})] {
        let refused = house.post_as(&helper, "admin/GetUser", body).await.unwrap_err();
        assert_eq!(refused.type_name(), "AccessDeniedException");
    }
}
