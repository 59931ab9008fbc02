//! What is promised of lists of rooms: filters, and pages amid changes.

use crate::sample::{account, at, configuration, handler, name, room, tags, uri};
use model::{AccountId, FallbackResult, Id, Limit, Room, RoomKey};
use proptest::prelude::{Just, Strategy, prop, prop_oneof};
use proptest::test_runner::{Config, TestRunner};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use store::{Cursor, ResourceKey, RoomFilter, Store};
use tokio::runtime::Handle;

const FUNCTION: &str = "arn:aws:lambda:us-west-2:123456789012:function:review";

/// More than any of these stores ever holds.
const ENDLESS: usize = 1_000;

async fn walk(store: &Store, account: AccountId, filter: &RoomFilter, limit: u32) -> Vec<Room> {
    let (mut seen, mut after) = (Vec::new(), None);
    loop {
        let page = store.list_rooms(account, filter.clone(), after, limit).await.unwrap();
        let Some(last) = page.last() else { return seen };
        after = Some(Cursor::from(last));
        seen.extend(page);
        assert!(seen.len() <= ENDLESS, "the pages do not end");
    }
}

pub(crate) async fn filters_find_exactly_what_matches(store: Store) {
    let mut ids = Vec::new();
    for number in 100..103 {
        let created = store.create_logging_configuration(configuration(number), Limit::Unlimited).await;
        ids.push(created.unwrap().key.id);
    }
    let handlers = [None, handler("", FallbackResult::Deny), handler(FUNCTION, FallbackResult::Allow)];
    let attached: [&[usize]; 5] = [&[], &[0], &[1, 0], &[2, 1, 0], &[0, 0]];
    let mut rooms = Vec::new();
    for number in 0_u16..60 {
        let pick = usize::from(number);
        let new = Room {
            name: name(["", "a", "A"][pick % 3]),
            message_review_handler: handlers[pick / 3 % 3].clone(),
            logging_configurations: attached[pick % 5].iter().map(|index| ids[*index]).collect(),
            ..room(number.into())
        };
        rooms.push(store.create_room(new, Limit::Unlimited).await.unwrap());
    }
    rooms.reverse();
    let mut found = 0;
    for filter in filters(&ids) {
        let expected: Vec<_> = rooms.iter().filter(|room| matches(room, &filter)).cloned().collect();
        assert_eq!(walk(&store, account(), &filter, 4).await, expected, "{filter:?}");
        found += usize::from(!expected.is_empty());
    }
    // All but those that ask for a name, a handler or a configuration that no room has.
    assert_eq!(found, 3 * 3 * 4);
}

fn filters(ids: &[Id]) -> Vec<RoomFilter> {
    let names = [None, Some(name("")), Some(name("a")), Some(name("b"))];
    let uris = [None, Some(uri("")), Some(uri(FUNCTION)), Some(uri(&format!("{FUNCTION}2")))];
    let attached = [None, Some(ids[0]), Some(ids[1]), Some(ids[2]), Some(Id::from_random(7))];
    let mut filters = Vec::new();
    for name in &names {
        for uri in &uris {
            for logging_configuration_id in attached {
                filters.push(RoomFilter {
                    name: name.clone(),
                    message_review_handler_uri: uri.clone(),
                    logging_configuration_id,
                });
            }
        }
    }
    filters
}

fn matches(room: &Room, filter: &RoomFilter) -> bool {
    let uri = room.message_review_handler.as_ref().map(|handler| &handler.uri);
    filter.name.as_ref().is_none_or(|name| *name == room.name)
        && filter.message_review_handler_uri.as_ref().is_none_or(|wanted| uri == Some(wanted))
        && filter.logging_configuration_id.is_none_or(|id| room.logging_configurations.contains(&id))
}

/// What happens between two pages, to the room of this number.
#[derive(Debug, Clone, Copy)]
enum Change {
    Create,
    Update(u16),
    Delete(u16),
    Tag(u16),
}

#[derive(Debug, Clone)]
struct Walk {
    rooms: u16,
    limit: u32,
    /// What happens after each page; nothing after that.
    changes: Vec<Vec<Change>>,
}

fn walks() -> impl Strategy<Value = Walk> {
    let change = prop_oneof![
        Just(Change::Create),
        (0_u16..20).prop_map(Change::Update),
        (0_u16..20).prop_map(Change::Delete),
        (0_u16..20).prop_map(Change::Tag),
    ];
    let changes = prop::collection::vec(prop::collection::vec(change, 0..4), 0..8);
    (0_u16..20, 1_u32..6, changes).prop_map(|(rooms, limit, changes)| Walk { rooms, limit, changes })
}

pub(crate) async fn pages_between_changes_neither_skip_nor_repeat(store: Store) {
    // Each case has an account to itself.
    let accounts = AtomicU64::new(1);
    let config = Config { cases: 40, failure_persistence: None, ..Config::default() };
    let runtime = Handle::current();
    tokio::task::block_in_place(|| {
        TestRunner::new(config).run(&walks(), |walk| {
            let account = AccountId::from_number(accounts.fetch_add(1, Ordering::Relaxed)).unwrap();
            runtime.block_on(check_walk(&store, account, walk));
            Ok(())
        })
    })
    .unwrap();
}

async fn check_walk(store: &Store, account: AccountId, walk: Walk) {
    let key = |number: u16| RoomKey { account, id: Id::from_random(number.into()) };
    let mut stable = BTreeMap::new();
    for number in 0..walk.rooms {
        let created =
            store.create_room(Room { key: key(number), ..room(0) }, Limit::Unlimited).await.unwrap();
        stable.insert(created.key, created);
    }
    let (mut seen, mut after, mut next) = (Vec::new(), None, 100);
    let mut changes = walk.changes.into_iter();
    loop {
        let page = store.list_rooms(account, RoomFilter::default(), after, walk.limit).await.unwrap();
        let Some(last) = page.last() else { break };
        after = Some(Cursor::from(last));
        seen.extend(page);
        assert!(seen.len() <= ENDLESS, "the pages do not end");
        for change in changes.next().unwrap_or_default() {
            match change {
                Change::Create => {
                    next += 1;
                    let new = Room { key: key(next), ..room(0) };
                    store.create_room(new, Limit::Unlimited).await.unwrap();
                }
                Change::Update(number) => {
                    stable.remove(&key(number));
                    let _ = store.update_room(key(number), at(0), |room| room.name = name("new")).await;
                }
                Change::Delete(number) => {
                    stable.remove(&key(number));
                    store.delete_room(key(number)).await.unwrap();
                }
                Change::Tag(number) => {
                    stable.remove(&key(number));
                    let tagged = |_: &_| Ok(tags(&[("k", "v")]));
                    let _ = store.change_tags(ResourceKey::Room(key(number)), tagged).await;
                }
            }
        }
    }
    check_seen(&seen, &stable);
}

/// Newest first, nothing twice, and everything that stood still exactly as it stood.
fn check_seen(seen: &[Room], stable: &BTreeMap<RoomKey, Room>) {
    assert!(seen.is_sorted_by(|one, next| one.update_time > next.update_time));
    let found: BTreeMap<_, _> = seen.iter().map(|room| (room.key, room)).collect();
    assert_eq!(found.len(), seen.len(), "a room came twice");
    for (key, room) in stable {
        assert_eq!(found.get(key), Some(&room));
    }
}

static CHURNING: AtomicBool = AtomicBool::new(true);

pub(crate) async fn pages_amid_changes_neither_skip_nor_repeat(store: Store) {
    let mut stable = BTreeMap::new();
    let mut moving = BTreeSet::new();
    for number in 0..60 {
        let created = store.create_room(room(number), Limit::Unlimited).await.unwrap();
        if number % 3 == 0 {
            moving.insert(created.key);
        } else {
            stable.insert(created.key, created);
        }
    }
    let churn = tokio::spawn(churn(store.clone(), moving));
    // As long as it takes until something happened: a busy machine gives the others few turns.
    let mut walks = 0;
    while walks < 12 || CHURNED.load(Ordering::Relaxed) <= 20 {
        let limit = [1, 2, 3, 5, 7, 11][walks % 6];
        check_seen(&walk(&store, account(), &RoomFilter::default(), limit).await, &stable);
        walks += 1;
    }
    CHURNING.store(false, Ordering::Relaxed);
    churn.await.unwrap();
}

/// How often [`churn`] has changed something.
static CHURNED: AtomicU32 = AtomicU32::new(0);

/// Updates, deletes and creates rooms until told to stop.
async fn churn(store: Store, moving: BTreeSet<RoomKey>) {
    while CHURNING.load(Ordering::Relaxed) {
        for key in &moving {
            match CHURNED.fetch_add(1, Ordering::Relaxed) % 3 {
                0 => drop(store.update_room(*key, at(0), |room| room.name = name("moved")).await),
                1 => drop(store.delete_room(*key).await.unwrap()),
                _ => drop(store.create_room(Room { key: *key, ..room(0) }, Limit::Unlimited).await),
            }
        }
        tokio::task::yield_now().await;
    }
}
