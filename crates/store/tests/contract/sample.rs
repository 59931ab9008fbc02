//! Rooms and configurations to write, and their keys.

pub(crate) mod access;
pub(crate) mod kept;

use model::{
    AccountId, Destination, FallbackResult, Id, LoggingConfiguration, LoggingConfigurationKey,
    LoggingConfigurationState, MessageReviewHandler, ResourceName, ReviewHandlerUri, Room, RoomKey, Tags,
    Timestamp,
};

pub(crate) fn account() -> AccountId {
    AccountId::parse("123456789012").unwrap()
}

pub(crate) fn at(micros: i64) -> Timestamp {
    Timestamp::from_microsecond(1_700_000_000_000_000 + micros).unwrap()
}

pub(crate) fn room_key(number: u128) -> RoomKey {
    RoomKey { account: account(), id: Id::from_random(number) }
}

pub(crate) fn room(number: u128) -> Room {
    Room {
        key: room_key(number),
        name: name("a-room"),
        create_time: at(0),
        update_time: at(0),
        maximum_message_rate_per_second: Room::DEFAULT_MESSAGE_RATE,
        maximum_message_length: Room::DEFAULT_MESSAGE_LENGTH,
        message_review_handler: None,
        logging_configurations: Vec::new(),
        tags: Tags::default(),
    }
}

pub(crate) fn configuration_key(number: u128) -> LoggingConfigurationKey {
    LoggingConfigurationKey { account: account(), id: Id::from_random(number) }
}

pub(crate) fn configuration(number: u128) -> LoggingConfiguration {
    LoggingConfiguration {
        key: configuration_key(number),
        name: name(""),
        create_time: at(0),
        update_time: at(0),
        destination: Destination::parse_bucket("a-bucket").unwrap(),
        state: LoggingConfigurationState::Active,
        tags: Tags::default(),
    }
}

pub(crate) fn name(text: &str) -> ResourceName {
    ResourceName::parse(text).unwrap()
}

pub(crate) fn uri(text: &str) -> ReviewHandlerUri {
    ReviewHandlerUri::parse(text).unwrap()
}

pub(crate) fn handler(function: &str, fallback_result: FallbackResult) -> Option<MessageReviewHandler> {
    Some(MessageReviewHandler { uri: uri(function), fallback_result })
}

pub(crate) fn tags(pairs: &[(&str, &str)]) -> Tags {
    Tags::parse(pairs.iter().map(|(key, value)| ((*key).into(), (*value).into())).collect()).unwrap()
}
