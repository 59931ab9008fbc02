//! Access keys: whose they are, when they sign, and that a secret is shown once.

use crate::house::{ACCOUNT, House, at, master, root_key, said, text};
use auth::{AccessRecords, SecretKey};
use control::{Access, AccessParts};
use model::{Account, AccountId};
use serde_json::{Value, json};

async fn keys(house: &House) -> Vec<Value> {
    house.ok("admin/GetUser", json!({"userName": "ann"})).await["accessKeys"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_key_is_made_shown_once_and_survives_the_process() {
    let house = House::new().await;
    house.ok("admin/CreateUser", json!({"userName": "ann"})).await;
    let made = house.ok("admin/CreateAccessKey", json!({"userName": "Ann"})).await;
    let (id, secret) = (text(&made["accessKey"]["accessKeyId"]), text(&made["secretAccessKey"]));
    assert!(id.starts_with("AKIA") && id.len() == 20 && secret.len() == 40, "{id}");
    assert!(SecretKey::parse(&secret).is_ok());
    assert_eq!(
        (&made["accessKey"]["userName"], &made["accessKey"]["status"]),
        (&json!("ann"), &json!("Active"))
    );
    let listed = keys(&house).await;
    assert_eq!(listed.len(), 1);
    assert!(!listed[0].to_string().contains(&secret) && listed[0].get("lastUsedTime").is_none());
    let other = house.ok("admin/CreateAccessKey", json!({"userName": "ann"})).await;
    assert_ne!(
        (&made["secretAccessKey"], &id),
        (&other["secretAccessKey"], &text(&other["accessKey"]["accessKeyId"]))
    );
    let third = said(&house.refused("admin/CreateAccessKey", json!({"userName": "ann"})).await);
    assert_eq!((third.0, &third.2["limit"]), ("ServiceQuotaExceededException", &json!(2)));

    // Who opens the store again under the same master key has the same key, and under another none that signs.
    let reopened = async |master| {
        let parts = AccessParts {
            store: house.store.clone(),
            master,
            root: root_key(),
            home: Account {
                id: AccountId::parse(ACCOUNT).unwrap(),
                pending_verification: false,
                created_at: at(0),
            },
            declared: AccessRecords::default(),
        };
        let (access, problems) = Access::open(parts).await.unwrap();
        (access.directory().key(&id).is_some(), problems.len())
    };
    assert_eq!(reopened(master()).await, (true, 0));
    let another = auth::MasterKey::parse("//8CAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
    assert_eq!(reopened(std::sync::Arc::new(another)).await, (true, 2));
}

#[tokio::test]
async fn a_key_is_made_inactive_and_deleted_by_its_own_user_s_name_only() {
    let house = House::new().await;
    house.ok("admin/CreateUser", json!({"userName": "ann"})).await;
    house.ok("admin/CreateUser", json!({"userName": "bob"})).await;
    let made = house.ok("admin/CreateAccessKey", json!({"userName": "ann"})).await;
    let id = text(&made["accessKey"]["accessKeyId"]);
    for user in ["bob", "nobody"] {
        for (operation, body) in [
            ("UpdateAccessKey", json!({"userName": user, "accessKeyId": id, "status": "Inactive"})),
            ("DeleteAccessKey", json!({"userName": user, "accessKeyId": id})),
        ] {
            let refused = house.refused(&format!("admin/{operation}"), body).await;
            assert_eq!(refused.type_name(), "ResourceNotFoundException", "{operation} {user}");
        }
    }
    let body = json!({"userName": "ann", "accessKeyId": id, "status": "Inactive"});
    assert_eq!(house.ok("admin/UpdateAccessKey", body).await["accessKey"]["status"], "Inactive");
    assert_eq!(keys(&house).await[0]["status"], "Inactive");
    house.ok("admin/DeleteAccessKey", json!({"userName": "ann", "accessKeyId": id})).await;
    assert_eq!(keys(&house).await.len(), 0);
}

#[tokio::test]
async fn the_use_of_a_key_is_noted_once_a_minute() {
    let house = House::new().await;
    house.ok("admin/CreateUser", json!({"userName": "ann"})).await;
    let made = house.ok("admin/CreateAccessKey", json!({"userName": "ann"})).await;
    let id = text(&made["accessKey"]["accessKeyId"]);
    let is_to_note = |seconds| house.access.is_use_to_note(&id, at(seconds));
    assert_eq!(house.access.is_use_to_note("AKIAROOT", at(0)), None);
    let noted = is_to_note(0).unwrap();
    assert_eq!((is_to_note(1), is_to_note(59)), (None, None));
    house.access.note_use(noted, at(0)).await.unwrap();
    assert_eq!(keys(&house).await[0]["lastUsedTime"], at(0).to_string());
    assert!(is_to_note(60).is_some());
    assert_eq!(keys(&house).await[0]["lastUsedTime"], at(60).to_string());
}
