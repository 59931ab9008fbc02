//! The copy that is killed: several tasks, each with rooms and a configuration of its own, or with users, keys and
//! policies, so that commits are shared.
//! A line is told after its write was acknowledged; a deletion is announced before it, too.

use crate::access_writer;
use model::{
    AccountId, Destination, Id, Limit, LoggingConfiguration, LoggingConfigurationKey,
    LoggingConfigurationState, ResourceName, Room, RoomKey, Tags, Timestamp,
};
use std::io::Write;
use std::path::Path;
use store::{ResourceKey, Store};

const TASKS: u64 = 6;
const ACCESS_TASKS: u64 = 3;

pub(crate) fn account() -> AccountId {
    AccountId::parse("123456789012").unwrap()
}

pub(crate) fn write_until_killed(directory: &Path, round: u64) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let store = Store::open(directory).await.unwrap();
        access_writer::create_account(&store).await;
        let rooms = (0..TASKS).map(|task| tokio::spawn(write(store.clone(), round, task)));
        let access = (0..ACCESS_TASKS).map(|task| round * ACCESS_TASKS + task);
        let access = access.map(|task| tokio::spawn(access_writer::write(store.clone(), task)));
        let tasks: Vec<_> = rooms.chain(access).collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

/// Writes far longer than it is let live. Names are counters: what is found may be later than what was told, never
/// earlier.
async fn write(store: Store, round: u64, task: u64) {
    let id = |number: u64| Id::from_random(u128::from((round * TASKS + task) * 1_000_000 + number + 1));
    let logging = store.create_logging_configuration(configuration(id(999_999)), Limit::Unlimited).await;
    let logging = logging.unwrap().key;
    tell(&format!("configuration {} 0", logging.id));
    for number in 0..100_000 {
        let room = store.create_room(room(id(number), logging.id), Limit::Unlimited).await.unwrap();
        tell(&format!("room {} 0", room.key.id));
        for count in 1..=3_u64 {
            let rename = move |room: &mut Room| room.name = name(count);
            store.update_room(room.key, room.create_time, rename).await.unwrap();
            tell(&format!("room {} {count}", room.key.id));
        }
        let tags = |_: &Tags| Ok(Tags::parse([("k".into(), "v".into())].into()).unwrap());
        store.change_tags(ResourceKey::Room(room.key), tags).await.unwrap();
        tell(&format!("tags {}", room.key.id));
        let rename = move |configuration: &mut LoggingConfiguration| configuration.name = name(number);
        store.update_logging_configuration(logging, room.create_time, rename).await.unwrap();
        tell(&format!("configuration {} {number}", logging.id));
        if number % 2 == 1 {
            tell(&format!("deleting {}", room.key.id));
            assert!(store.delete_room(room.key).await.unwrap());
            tell(&format!("deleted {}", room.key.id));
        }
    }
}

pub(crate) fn tell(line: &str) {
    std::io::stdout().lock().write_all(format!("{line}\n").as_bytes()).unwrap();
}

fn name(count: u64) -> ResourceName {
    ResourceName::parse(&count.to_string()).unwrap()
}

fn room(id: Id, logging: Id) -> Room {
    let time = Timestamp::from_second(1_700_000_000).unwrap();
    Room {
        key: RoomKey { account: account(), id },
        name: name(0),
        create_time: time,
        update_time: time,
        maximum_message_rate_per_second: 10,
        maximum_message_length: 500,
        message_review_handler: None,
        logging_configurations: vec![logging],
        tags: Tags::default(),
    }
}

fn configuration(id: Id) -> LoggingConfiguration {
    let time = Timestamp::from_second(1_700_000_000).unwrap();
    LoggingConfiguration {
        key: LoggingConfigurationKey { account: account(), id },
        name: name(0),
        create_time: time,
        update_time: time,
        destination: Destination::parse_bucket("a-bucket").unwrap(),
        state: LoggingConfigurationState::Active,
        tags: Tags::default(),
    }
}
