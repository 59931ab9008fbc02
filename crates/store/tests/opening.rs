//! Opening the SQLite store: from nothing, again, and each way in which it is refused with a sentence.

#![expect(clippy::unwrap_used, reason = "a test")]

use model::{
    AccessKey, AccessKeyId, AccessPolicy, AccessUser, Account, AccountId, Id, KeyStatus, Limit, PolicyName,
    ResourceName, Room, RoomKey, Tags, Timestamp, UserName,
};
use rusqlite::Connection;
use std::fs;
use std::path::Path;
use store::{Store, StoreError};
use tempfile::tempdir;

fn room() -> Room {
    let time = Timestamp::from_second(1_700_000_000).unwrap();
    Room {
        key: RoomKey { account: AccountId::parse("123456789012").unwrap(), id: Id::from_random(1) },
        name: ResourceName::parse("kept").unwrap(),
        create_time: time,
        update_time: time,
        maximum_message_rate_per_second: 10,
        maximum_message_length: 500,
        message_review_handler: None,
        logging_configurations: Vec::new(),
        tags: Tags::default(),
    }
}

fn database(directory: &Path) -> Connection {
    Connection::open(directory.join("hubbub.sqlite3")).unwrap()
}

/// One sentence, and it says what to do after the colon.
async fn refusal(directory: &Path) -> StoreError {
    let error = Store::open(directory).await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains(": ") && !text.contains('\n') && !text.ends_with('.'), "{text}");
    error
}

#[tokio::test]
async fn nothing_becomes_a_store_and_stays_one() {
    let parent = tempdir().unwrap();
    let directory = parent.path().join("not/there/yet");
    let store = Store::open(&directory).await.unwrap();
    store.ready().await.unwrap();
    let created = store.create_room(room(), Limit::AtMost(1)).await.unwrap();
    drop(store);

    let store = Store::open(&directory).await.unwrap();
    assert_eq!(store.room(created.key).await.unwrap().as_ref(), Some(&created));
    let touched = store.update_room(created.key, created.create_time, |_| ()).await.unwrap();
    assert!(touched.update_time > created.update_time, "the clock was forgotten");
    drop(store);
    // Closed in good order: the log is folded into the file.
    assert!(!directory.join("hubbub.sqlite3-wal").exists());
}

#[tokio::test]
async fn what_is_queued_is_written_when_the_last_handle_goes() {
    let directory = tempdir().unwrap();
    let store = Store::open(directory.path()).await.unwrap();
    let key = room().key;
    {
        let mut writing = std::pin::pin!(store.create_room(room(), Limit::Unlimited));
        let polled = std::future::poll_fn(|context| std::task::Poll::Ready(writing.as_mut().poll(context)));
        // Polled once it is in the queue; then nobody waits for it any more.
        let _ = polled.await;
    }
    drop(store);
    let store = Store::open(directory.path()).await.unwrap();
    assert!(store.room(key).await.unwrap().is_some());
}

#[tokio::test]
async fn one_directory_has_one_server() {
    let directory = tempdir().unwrap();
    let store = Store::open(directory.path()).await.unwrap();
    let in_use = StoreError::InUse { path: directory.path().to_owned() };
    assert_eq!(refusal(directory.path()).await, in_use);
    let handle = store.clone();
    drop(store);
    assert_eq!(refusal(directory.path()).await, in_use);
    drop(handle);
    Store::open(directory.path()).await.unwrap();
}

#[tokio::test]
async fn an_unwritable_place_is_refused() {
    // Permissions do not stop root, a file where the directory should be stops everybody.
    let parent = tempdir().unwrap();
    let file = parent.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [file.clone(), file.join("below")] {
        assert_eq!(refusal(&path).await, StoreError::Unwritable { path });
    }
    for name in ["lock", "hubbub.sqlite3"] {
        let directory = parent.path().join(format!("with-{name}"));
        fs::create_dir_all(directory.join(name)).unwrap();
        assert!(matches!(refusal(&directory).await, StoreError::Unwritable { .. }), "{name}");
    }
}

#[tokio::test]
async fn a_newer_format_is_refused_and_left_alone() {
    let directory = tempdir().unwrap();
    drop(Store::open(directory.path()).await.unwrap());
    let add = "INSERT INTO formats (version, checksum) VALUES (1000, 'of the future')";
    database(directory.path()).execute(add, []).unwrap();
    for _ in 0..2 {
        let error = refusal(directory.path()).await;
        assert!(matches!(error, StoreError::NewerFormat { found: 1000, known: 1.. }), "{error}");
        assert!(error.to_string().contains("1000"));
    }
    database(directory.path()).execute("DELETE FROM formats WHERE version = 1000", []).unwrap();
    Store::open(directory.path()).await.unwrap();
}

#[tokio::test]
async fn damage_is_called_damage() {
    let garbage = tempdir().unwrap();
    fs::write(garbage.path().join("hubbub.sqlite3"), "this is no database, ".repeat(100)).unwrap();
    assert!(matches!(refusal(garbage.path()).await, StoreError::Corrupt { .. }));

    let directory = tempdir().unwrap();
    let store = Store::open(directory.path()).await.unwrap();
    let created = store.create_room(room(), Limit::Unlimited).await.unwrap();
    let columns =
        [("name", "'a b'"), ("tags", "'{'"), ("maximum_message_length", "-1"), ("update_time", "'x'")];
    for (column, value) in columns {
        let set = |value: &str| format!("UPDATE rooms SET {column} = {value}");
        let other = database(directory.path());
        let read = format!("SELECT quote({column}) FROM rooms");
        let before: String = other.query_row(&read, [], |row| row.get(0)).unwrap();
        other.execute(&set(value), []).unwrap();
        let error = store.room(created.key).await.unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. }), "{column}: {error}");
        other.execute(&set(&before), []).unwrap();
    }
    assert_eq!(store.room(created.key).await.unwrap(), Some(created));
}

#[tokio::test]
async fn damage_to_access_is_called_damage() {
    let directory = tempdir().unwrap();
    let store = Store::open(directory.path()).await.unwrap();
    write_access(&store).await;
    let before = store.all_access().await.unwrap();
    let columns = [
        ("accounts", "created_at", "'x'"),
        ("access_users", "name", "'a b'"),
        ("access_users", "tags", "'{'"),
        ("access_users", "boundary", "''"),
        ("access_user_policies", "policy", "'a/b'"),
        ("access_keys", "status", "'active'"),
        ("access_keys", "wrapped_secret", "5"),
        ("access_keys", "last_used_at", "'x'"),
        ("access_policies", "name", "'*'"),
        ("access_policies", "document", "x'ff'"),
    ];
    for (table, column, value) in columns {
        let other = database(directory.path());
        let read = format!("SELECT quote({column}) FROM {table}");
        let kept: String = other.query_row(&read, [], |row| row.get(0)).unwrap();
        let set = |value: &str| other.execute(&format!("UPDATE {table} SET {column} = {value}"), []).unwrap();
        set(value);
        let error = store.all_access().await.unwrap_err();
        assert!(matches!(error, StoreError::Corrupt { .. }), "{table}.{column}: {error}");
        set(&kept);
    }
    assert_eq!(store.all_access().await.unwrap(), before);
}

async fn write_access(store: &Store) {
    let (account, created_at) = (room().key.account, room().create_time);
    let name = PolicyName::parse("policy").unwrap();
    store.create_account(Account { id: account, pending_verification: true, created_at }).await.unwrap();
    let policy = AccessPolicy {
        account,
        name: name.clone(),
        document: "{}".into(),
        created_at,
        updated_at: created_at,
    };
    store.create_access_policy(policy).await.unwrap();
    let user = AccessUser {
        account,
        name: UserName::parse("alice").unwrap(),
        tags: Tags::default(),
        policies: vec![name.clone()],
        boundary: Some(name),
        created_at,
    };
    let user = store.create_access_user(user, |_| false).await.unwrap();
    let key = AccessKey {
        id: AccessKeyId::permanent(1),
        account,
        user: user.name,
        status: KeyStatus::Active,
        wrapped_secret: vec![1],
        created_at,
        last_used_at: Some(created_at),
    };
    store.create_access_key(key).await.unwrap();
}
