//! Lanes and publications for tests.

use super::Place;
use crate::chat_log::counters::LogCounters;
use crate::chat_log::cursor::Cursor;
use crate::chat_log::lane::Lane;
use crate::chat_log::lane_name::LaneName;
use crate::chat_log::share::Share;
use engine::{Position, Publication, PublicationKind};
use model::{AccountId, Destination, Id, LoggingConfigurationKey, RoomKey, Timestamp};
use std::path::Path;
use std::sync::Arc;

fn account() -> AccountId {
    AccountId::parse("123456789012").unwrap()
}

/// A lane in a folder; another configuration's for each index.
pub(crate) fn lane(folder: &Path, index: usize) -> Arc<Lane> {
    let id = Id::parse(&format!("lane{index:08}")).unwrap();
    let name = LaneName { configuration: LoggingConfigurationKey { account: account(), id }, generation: 1 };
    let destination = Destination::parse_bucket("some-bucket").unwrap();
    let means = (Arc::new(LogCounters::default()), Arc::new(Share::new(u64::MAX)));
    let start = Place { segment: 0, offset: 0, record: 0 };
    Arc::new(Lane::new((name, destination), folder.to_owned(), means, Vec::new(), &Cursor::at(start)))
}

pub(crate) fn publication() -> Publication {
    Publication {
        room: RoomKey { account: account(), id: Id::parse("AbCdEfGhIjKl").unwrap() },
        position: Position { epoch: 1, seq: 1 },
        kind: PublicationKind::Message,
        sent_at: Timestamp::UNIX_EPOCH,
        frame: b"{}".to_vec().into(),
        text_at: 0,
    }
}
