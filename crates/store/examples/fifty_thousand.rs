//! How long a store of 50,000 rooms takes to open and to read whole, as a server does at its start.
//!
//! `cargo run --release -p store --example fifty_thousand`

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a measurement, not a part")]
#![expect(clippy::disallowed_methods, reason = "it measures time")]

use model::{
    AccountId, Destination, Id, Limit, LoggingConfiguration, LoggingConfigurationKey,
    LoggingConfigurationState, ResourceName, Room, RoomKey, Tags, Timestamp,
};
use std::path::Path;
use std::time::Instant;
use store::{Cursor, RoomFilter, Store};

const ROOMS: u64 = 50_000;
/// Spreads the numbers over all ids.
const SCATTER: u128 = 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835;
/// How many writers wait at once.
const WRITERS: u64 = 200;

fn main() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let directory = tempfile::tempdir().unwrap();
    runtime.block_on(fill(directory.path()));
    runtime.block_on(read(directory.path()));
}

async fn fill(directory: &Path) {
    let store = Store::open(directory).await.unwrap();
    store.create_logging_configuration(configuration(), Limit::Unlimited).await.unwrap();
    let begun = Instant::now();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let store = store.clone();
            tokio::spawn(async move {
                for number in (writer..ROOMS).step_by(WRITERS as usize) {
                    store.create_room(room(number), Limit::Unlimited).await.unwrap();
                }
            })
        })
        .collect();
    for writer in writers {
        writer.await.unwrap();
    }
    println!("written by {WRITERS} at once: {:?}", begun.elapsed());
    let begun = Instant::now();
    for number in 0..1_000 {
        let key = room(number).key;
        store.update_room(key, Timestamp::UNIX_EPOCH, |room| room.maximum_message_length = 7).await.unwrap();
    }
    println!("one update after another: {:?} each", begun.elapsed() / 1_000);
}

async fn read(directory: &Path) {
    let begun = Instant::now();
    let store = Store::open(directory).await.unwrap();
    let opened = begun.elapsed();
    let rooms = store.all_rooms(Vec::new(), Vec::push).await.unwrap();
    println!("opened in {opened:?}; {} rooms in memory after {:?}", rooms.len(), begun.elapsed());
    let filters = [
        ("no filter", RoomFilter::default()),
        ("a name", RoomFilter { name: Some(name(7)), ..RoomFilter::default() }),
        (
            "a configuration of a third of them",
            RoomFilter { logging_configuration_id: Some(configuration().key.id), ..RoomFilter::default() },
        ),
    ];
    let middle = rooms.get(rooms.len() / 2).map(Cursor::from);
    for (what, filter) in filters {
        let begun = Instant::now();
        let page = store.list_rooms(account(), filter, middle, 50).await.unwrap();
        println!("a page of {} with {what}: {:?}", page.len(), begun.elapsed());
    }
    let begun = Instant::now();
    for room in rooms.iter().take(1_000) {
        store.room(room.key).await.unwrap();
    }
    println!("one room: {:?} each", begun.elapsed() / 1_000);
}

fn account() -> AccountId {
    AccountId::parse("123456789012").unwrap()
}

fn name(number: u64) -> ResourceName {
    ResourceName::parse(&format!("room-{}", number % 1_000)).unwrap()
}

fn room(number: u64) -> Room {
    let tags = [("stage".to_owned(), format!("stage {}", number % 10)), ("owner".into(), "somebody".into())];
    Room {
        // Ids as random as they will be: neighbours in time are not neighbours in the file.
        key: RoomKey {
            account: account(),
            id: Id::from_random(u128::from(number + 1).wrapping_mul(SCATTER)),
        },
        name: name(number),
        create_time: Timestamp::from_second(1_700_000_000).unwrap(),
        update_time: Timestamp::from_second(1_700_000_000).unwrap(),
        maximum_message_rate_per_second: 10,
        maximum_message_length: 500,
        message_review_handler: None,
        logging_configurations: if number.is_multiple_of(3) {
            vec![configuration().key.id]
        } else {
            Vec::new()
        },
        tags: Tags::parse(tags.into()).unwrap(),
    }
}

fn configuration() -> LoggingConfiguration {
    LoggingConfiguration {
        key: LoggingConfigurationKey { account: account(), id: Id::from_random(9) },
        name: ResourceName::parse("logs").unwrap(),
        create_time: Timestamp::from_second(1_700_000_000).unwrap(),
        update_time: Timestamp::from_second(1_700_000_000).unwrap(),
        destination: Destination::parse_bucket("a-bucket").unwrap(),
        state: LoggingConfigurationState::Active,
        tags: Tags::default(),
    }
}
