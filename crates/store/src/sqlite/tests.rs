//! What only SQLite can be asked: how parameters are numbered, which index answers a list, and what becomes of an older
//! format.

use super::{FILE_NAME, connect, migrate, rooms, token_keys};
use crate::{Cursor, ResourceKey, RoomFilter, Store, TokenKeyRow, sql};
use model::{
    Account, AccountId, Destination, Id, Limit, LoggingConfiguration, LoggingConfigurationKey,
    LoggingConfigurationState, ResourceName, ReviewHandlerUri, Room, RoomKey, Tags, Timestamp,
};
use rusqlite::{Connection, params, params_from_iter};
use std::path::Path;

fn database() -> (Connection, tempfile::TempDir) {
    let directory = tempfile::tempdir().unwrap();
    let mut connection = connect::for_writing(&directory.path().join("x.sqlite3")).unwrap();
    migrate::migrate(&mut connection, migrate::STEPS).unwrap();
    (connection, directory)
}

fn account() -> AccountId {
    AccountId::parse("123456789012").unwrap()
}

/// Each list that can be asked for.
fn lists() -> Vec<sql::Select> {
    let id = Id::from_random(1);
    let after = Cursor { update_time_micros: 1, id };
    let mut lists = Vec::new();
    for after in [None, Some(after)] {
        lists.push(sql::list_logging_configurations(account(), after, 10));
        for filters in 0..8 {
            let filter = RoomFilter {
                name: (filters & 1 != 0).then(|| ResourceName::parse("n").unwrap()),
                message_review_handler_uri: (filters & 2 != 0).then(|| ReviewHandlerUri::parse("").unwrap()),
                logging_configuration_id: (filters & 4 != 0).then_some(id),
            };
            lists.push(sql::list_rooms(account(), &filter, after, 10));
        }
    }
    lists
}

#[test]
fn parameters_are_numbered_as_they_appear() {
    let (database, _directory) = database();
    let id = Id::from_random(1);
    let keys = [
        ResourceKey::Room(RoomKey { account: account(), id }),
        ResourceKey::LoggingConfiguration(LoggingConfigurationKey { account: account(), id }),
    ];
    let mut statements: Vec<String> =
        sql::FIXED.iter().chain(sql::access::FIXED).map(|text| (*text).into()).collect();
    statements.extend(keys.iter().flat_map(|key| [sql::tags(*key).into(), sql::set_tags(*key).into()]));
    statements.extend(lists().into_iter().map(|select| select.text));
    for text in statements {
        let statement = database.prepare(&text).unwrap();
        for number in 1..=statement.parameter_count() {
            assert_eq!(statement.parameter_name(number), Some(format!("${number}").as_str()), "{text}");
        }
    }
}

#[test]
fn each_list_is_answered_from_an_index() {
    let (database, _directory) = database();
    for select in lists() {
        let mut plan = database.prepare(&format!("EXPLAIN QUERY PLAN {}", select.text)).unwrap();
        let steps: Vec<String> = plan
            .query_map(params_from_iter(&select.parameters), |row| row.get(3))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        let scans = |step: &String| step.starts_with("SCAN") && !step.starts_with("SCAN r");
        assert!(!steps.iter().any(scans), "{}\n{}", select.text, steps.join("\n"));
        assert!(steps.iter().any(|step| step.contains("INDEX")), "{}", steps.join("\n"));
    }
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

fn name(text: &str) -> ResourceName {
    ResourceName::parse(text).unwrap()
}

fn room(account: AccountId, number: u128, create_time: Timestamp) -> Room {
    Room {
        key: RoomKey { account, id: Id::from_random(number) },
        name: name("kept"),
        create_time,
        update_time: create_time,
        maximum_message_rate_per_second: 10,
        maximum_message_length: 500,
        message_review_handler: None,
        logging_configurations: Vec::new(),
        tags: Tags::parse([("k".into(), "v".into())].into()).unwrap(),
    }
}

fn configuration(account: AccountId, create_time: Timestamp) -> LoggingConfiguration {
    LoggingConfiguration {
        key: LoggingConfigurationKey { account, id: Id::from_random(9) },
        name: name("kept"),
        create_time,
        update_time: create_time,
        destination: Destination::parse_bucket("a-bucket").unwrap(),
        // Whoever wrote no state had none but this.
        state: LoggingConfigurationState::Active,
        tags: Tags::default(),
    }
}

fn token_key() -> TokenKeyRow {
    TokenKeyRow { id: 7, wrapped: vec![0, 255], created_at: at(1), expires_at: at(2) }
}

/// A database as a server of this format left it; `formats` is what stands in one that was released.
fn of_format(format: usize, formats: &str, path: &Path) -> Connection {
    let mut old = connect::for_writing(path).unwrap();
    migrate::migrate(&mut old, &migrate::STEPS[..format]).unwrap();
    let read = "SELECT group_concat(version || ' ' || checksum, ', ') FROM formats";
    let found: String = old.query_row(read, [], |row| row.get(0)).unwrap();
    assert_eq!(found, formats, "format {format} is not the one that was released");
    old
}

/// Writes a configuration as formats 1 and 2 had it.
fn write_without_state(old: &Connection, configuration: &LoggingConfiguration) {
    let insert = "INSERT INTO logging_configurations \
        (account, id, name, create_time, update_time, destination_kind, destination_name, tags) \
        VALUES ($1, $2, $3, $4, $5, 's3', 'a-bucket', '{}')";
    let account = sql::number(configuration.key.account);
    let times = (configuration.create_time.as_microsecond(), configuration.update_time.as_microsecond());
    let values =
        params![account, configuration.key.id.as_str(), configuration.name.as_str(), times.0, times.1];
    assert_eq!(old.execute(insert, values).unwrap(), 1);
    let count = "INSERT INTO holdings (account, kind, held) VALUES ($1, 'LOGGING_CONFIGURATION', 1)";
    old.execute(count, [account]).unwrap();
}

/// What a server of format 1 left behind: two rooms of our account and a configuration of another.
fn write_format_1(path: &Path, other: AccountId) -> (Vec<Room>, LoggingConfiguration) {
    let old = of_format(1, "1 6cabe8b78d9f5ca4", path);
    let theirs = configuration(other, at(50));
    write_without_state(&old, &theirs);
    let mut ours = Vec::new();
    for (number, created) in [(1, 200), (2, 100)] {
        ours.push(rooms::create(&old, room(account(), number, at(created)), Limit::Unlimited).unwrap());
    }
    assert!(token_keys::add(&old, &token_key()).unwrap());
    (ours, theirs)
}

#[tokio::test]
async fn a_database_of_format_1_is_brought_up_with_what_it_holds() {
    let directory = tempfile::tempdir().unwrap();
    let other = AccountId::parse("000000000001").unwrap();
    let (ours, theirs) = write_format_1(&directory.path().join(FILE_NAME), other);
    for _ in 0..2 {
        let store = Store::open(directory.path()).await.unwrap();
        for room in &ours {
            assert_eq!(store.room(room.key).await.unwrap().as_ref(), Some(room));
        }
        assert_eq!(store.logging_configuration(theirs.key).await.unwrap().as_ref(), Some(&theirs));
        assert_eq!(store.token_keys().await.unwrap(), [token_key()]);
        // Each account that holds something is there since the first of it.
        let known = [(other, 50), (account(), 100)].map(|(id, created)| Account {
            id,
            pending_verification: false,
            created_at: at(created),
        });
        let access = store.all_access().await.unwrap();
        assert_eq!(access.accounts, known);
        assert!(access.users.is_empty() && access.keys.is_empty() && access.policies.is_empty());
    }
    // Counted on from where it was.
    let store = Store::open(directory.path()).await.unwrap();
    store.create_room(room(account(), 3, at(1)), Limit::AtMost(2)).await.unwrap_err();
    let third = store.create_room(room(account(), 3, at(1)), Limit::AtMost(3)).await.unwrap();
    assert!(ours.iter().all(|room| third.update_time > room.update_time), "the clock was forgotten");
}

#[tokio::test]
async fn a_configuration_of_format_2_is_in_use() {
    let directory = tempfile::tempdir().unwrap();
    let old = of_format(2, "1 6cabe8b78d9f5ca4, 2 dadda1cbdef1bde1", &directory.path().join(FILE_NAME));
    let written = configuration(account(), at(5));
    write_without_state(&old, &written);
    drop(old);
    for _ in 0..2 {
        let store = Store::open(directory.path()).await.unwrap();
        assert_eq!(store.all_logging_configurations().await.unwrap(), std::slice::from_ref(&written));
    }
    // It can be deleted like one of ours, and was counted.
    let store = Store::open(directory.path()).await.unwrap();
    let second = LoggingConfiguration {
        key: LoggingConfigurationKey { id: Id::from_random(10), ..written.key },
        ..written.clone()
    };
    store.create_logging_configuration(second.clone(), Limit::AtMost(1)).await.unwrap_err();
    assert_eq!(store.begin_deleting_logging_configuration(written.key).await.unwrap(), written);
    assert!(store.delete_logging_configuration(written.key).await.unwrap());
    store.create_logging_configuration(second, Limit::AtMost(1)).await.unwrap();
}
