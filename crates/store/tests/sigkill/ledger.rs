//! What the writer told, and whether the store still has it.

use crate::access_ledger::AccessLedger;
use crate::writer::account;
use model::{Id, LoggingConfigurationKey, Room};
use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;
use store::Store;

#[derive(Default)]
pub(crate) struct Ledger {
    /// The last name that was acknowledged of each room that was not acknowledged to be deleted.
    rooms: BTreeMap<Id, u64>,
    tagged: BTreeSet<Id>,
    /// Rooms whose deletion was begun: they may be gone, told or not.
    deleting: BTreeSet<Id>,
    deleted: BTreeSet<Id>,
    configurations: BTreeMap<Id, u64>,
    access: AccessLedger,
}

impl Ledger {
    /// Notes a line; says whether it acknowledges a write.
    pub(crate) fn note(&mut self, line: &str) -> bool {
        let words: Vec<&str> = line.split(' ').collect();
        if let Some(acknowledges) = self.access.note(&words) {
            return acknowledges;
        }
        let id = Id::parse(words[1]).unwrap();
        let count = || words[2].parse().unwrap();
        match words[0] {
            "room" => drop(self.rooms.insert(id, count())),
            "configuration" => drop(self.configurations.insert(id, count())),
            "tags" => drop(self.tagged.insert(id)),
            "deleting" => drop(self.deleting.insert(id)),
            "deleted" => {
                self.rooms.remove(&id);
                self.deleted.insert(id);
            }
            other => unreachable!("{other}"),
        }
        words[0] != "deleting"
    }

    /// Opens the store as a restarted server would, compares, and lets SQLite check itself.
    pub(crate) fn check(&self, directory: &Path) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let store = Store::open(directory).await.unwrap();
            let found = store.all_rooms(BTreeMap::new(), |rooms, room| drop(rooms.insert(room.key.id, room)));
            self.check_rooms(&found.await.unwrap());
            self.access.check(&store.all_access().await.unwrap());
            for (id, count) in &self.configurations {
                let key = LoggingConfigurationKey { account: account(), id: *id };
                let found = store.logging_configuration(key).await.unwrap().expect("a configuration is lost");
                assert!(counter(found.name.as_str()) >= *count, "an update of configuration {id} is lost");
            }
        });
        check_integrity(&Connection::open(directory.join("hubbub.sqlite3")).unwrap());
    }

    fn check_rooms(&self, found: &BTreeMap<Id, Room>) {
        for id in &self.deleted {
            assert!(!found.contains_key(id), "the deletion of room {id} is lost");
        }
        for (id, count) in &self.rooms {
            let Some(room) = found.get(id) else {
                assert!(self.deleting.contains(id), "room {id} is lost");
                continue;
            };
            assert!(counter(room.name.as_str()) >= *count, "an update of room {id} is lost");
            assert_eq!(room.logging_configurations.len(), 1);
            assert!(
                !self.tagged.contains(id) || !room.tags.as_map().is_empty(),
                "tags of room {id} are lost"
            );
        }
    }

    /// Fails if the rounds together were too short to mean anything.
    pub(crate) fn check_is_telling(&self) {
        self.access.check_is_telling();
        assert!(self.rooms.len() > 50 && self.deleted.len() > 20 && self.tagged.len() > 50, "{self}");
    }
}

impl fmt::Display for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} rooms, {} deleted", self.rooms.len(), self.deleted.len())
    }
}

fn counter(name: &str) -> u64 {
    name.parse().unwrap()
}

fn check_integrity(database: &Connection) {
    let one = |sql: &str| -> String { database.query_row(sql, [], |row| row.get(0)).unwrap() };
    assert_eq!(one("PRAGMA integrity_check"), "ok");
    assert_eq!(one("SELECT count(*) || '' FROM pragma_foreign_key_check"), "0");
    for (kind, table) in [("ROOM", "rooms"), ("LOGGING_CONFIGURATION", "logging_configurations")] {
        let held = one(&format!("SELECT held || '' FROM holdings WHERE kind = '{kind}'"));
        assert_eq!(held, one(&format!("SELECT count(*) || '' FROM {table}")), "{table}");
    }
}
