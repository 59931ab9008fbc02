//! What only SQLite can be asked: how parameters are numbered, and which index answers a list.

use super::{connect, migrate};
use crate::{Cursor, ResourceKey, RoomFilter, sql};
use model::{AccountId, Id, LoggingConfigurationKey, ResourceName, ReviewHandlerUri, RoomKey};
use rusqlite::{Connection, params_from_iter};

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
    let mut statements: Vec<String> = sql::FIXED.iter().map(|text| (*text).into()).collect();
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
