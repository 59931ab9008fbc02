//! What is promised of tags.

use crate::sample::{configuration, configuration_key, room, room_key, tags};
use model::{Limit, LoggingConfiguration, Room, Tags, Violation};
use store::{ResourceKey, Store, TagsError};

async fn both_kinds(store: &Store) -> [ResourceKey; 2] {
    let room = store.create_room(room(1), Limit::Unlimited).await.unwrap();
    let logging = store.create_logging_configuration(configuration(1), Limit::Unlimited).await.unwrap();
    [ResourceKey::Room(room.key), ResourceKey::LoggingConfiguration(logging.key)]
}

const ODD: &[(&str, &str)] = &[
    ("a b/é+~%2F", "🦀"),
    ("e\u{301}", "composed otherwise than é"),
    ("é", ""),
    ("\0", "\0\u{1}\u{7f}"),
    ("\u{200f}\u{202e}שלום", "\u{feff}"),
    ("\u{10ffff}", "\u{fffd}"),
    ("👩‍👩‍👧‍👦", "\"quoted\" \\ 'single' -- $1 ?1"),
    ("line\r\nline", "\u{2028}\t"),
    ("K", "not k"),
    ("k", "not K"),
];

pub(crate) async fn tags_are_any_unicode(store: Store) {
    for key in both_kinds(&store).await {
        assert_eq!(store.tags(key).await.unwrap(), Some(Tags::default()));
        let changed = store.change_tags(key, |_| Ok(tags(ODD))).await.unwrap();
        assert_eq!(changed, tags(ODD));
        assert_eq!(store.tags(key).await.unwrap(), Some(tags(ODD)));
        let keys: Vec<String> = ODD.iter().skip(1).map(|(key, _)| (*key).into()).collect();
        let left = store.change_tags(key, move |old| Ok(old.without(&keys))).await.unwrap();
        assert_eq!(left, tags(&ODD[..1]));
    }
    let at_creation = store.create_room(Room { tags: tags(ODD), ..room(2) }, Limit::Unlimited).await.unwrap();
    assert_eq!(store.room(at_creation.key).await.unwrap().unwrap().tags, tags(ODD));
    let logging = LoggingConfiguration { tags: tags(ODD), ..configuration(2) };
    let logging = store.create_logging_configuration(logging, Limit::Unlimited).await.unwrap();
    assert_eq!(store.logging_configuration(logging.key).await.unwrap().unwrap().tags, tags(ODD));
}

pub(crate) async fn tags_do_not_move_the_update_time(store: Store) {
    let [tagged, configuration_tagged] = both_kinds(&store).await;
    let before = store.room(room_key(1)).await.unwrap().unwrap();
    let logging = store.logging_configuration(configuration_key(1)).await.unwrap().unwrap();
    for key in [tagged, configuration_tagged] {
        store.change_tags(key, |_| Ok(tags(&[("k", "v")]))).await.unwrap();
    }
    let after = store.room(room_key(1)).await.unwrap().unwrap();
    assert_eq!(after, Room { tags: tags(&[("k", "v")]), ..before });
    let logging_after = store.logging_configuration(configuration_key(1)).await.unwrap().unwrap();
    assert_eq!(logging_after, LoggingConfiguration { tags: tags(&[("k", "v")]), ..logging });
}

pub(crate) async fn a_refused_change_leaves_the_tags(store: Store) {
    let full: Vec<(String, String)> =
        (0..Tags::MAX).map(|number| (format!("k{number}"), String::new())).collect();
    let full = Tags::parse(full.into_iter().collect()).unwrap();
    for key in both_kinds(&store).await {
        let filled = full.clone();
        store.change_tags(key, move |_| Ok(filled)).await.unwrap();
        let refused = store.change_tags(key, |old| old.with(&tags(&[("one", "more")]))).await;
        let length = Violation::Length { actual: 51, min: 0, max: 50 };
        assert_eq!(refused, Err(TagsError::Refused(length)));
        assert_eq!(store.tags(key).await.unwrap().as_ref(), Some(&full));
    }
}

pub(crate) async fn tags_need_a_resource(store: Store) {
    let keys = [ResourceKey::Room(room_key(1)), ResourceKey::LoggingConfiguration(configuration_key(1))];
    for key in keys {
        assert_eq!(store.tags(key).await.unwrap(), None);
        assert_eq!(store.change_tags(key, |old| Ok(old.clone())).await, Err(TagsError::NotFound));
    }
}
