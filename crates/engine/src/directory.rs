//! Which rooms exist and what each allows: all of it in memory, so that no connect and no message asks a database.

use crate::review::RoomReview;
use model::{Id, ReviewHandlerUri, Room, RoomKey};
use papaya::HashMap;
use std::sync::Arc;

/// What the message path needs to know of a room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RoomSettings {
    /// The longest message, in code points.
    pub maximum_message_length: u32,
    /// Messages a second.
    pub maximum_message_rate_per_second: u32,
    /// The room's review handler, if it has one.
    pub review: Option<Arc<RoomReview>>,
    /// The logging configurations that keep what is said, if there are any.
    pub logging: Option<Arc<[Id]>>,
}

impl From<&Room> for RoomSettings {
    fn from(room: &Room) -> Self {
        let handler = room.message_review_handler.as_ref();
        Self {
            maximum_message_length: room.maximum_message_length,
            maximum_message_rate_per_second: room.maximum_message_rate_per_second,
            review: handler.filter(|handler| handler.is_attached()).map(|handler| {
                let (handler, fallback) = (handler.uri.clone(), handler.fallback_result);
                Arc::new(RoomReview { handler, fallback })
            }),
            logging: match &*room.logging_configurations {
                [] => None,
                ids => Some(ids.into()),
            },
        }
    }
}

/// All rooms of this server. Reads take no lock.
#[derive(Debug, Default)]
pub struct RoomDirectory(HashMap<RoomKey, RoomSettings>);

impl RoomDirectory {
    /// What the room allows; `None` if there is no such room.
    #[must_use]
    pub fn find(&self, room: RoomKey) -> Option<RoomSettings> {
        self.0.pin().get(&room).cloned()
    }

    /// Adds a room, or changes what it allows.
    pub fn put(&self, room: RoomKey, settings: RoomSettings) {
        self.0.pin().insert(room, settings);
    }

    /// Forgets a room.
    pub fn remove(&self, room: RoomKey) {
        self.0.pin().remove(&room);
    }

    /// How many rooms have a review handler of which this is so.
    #[must_use]
    pub fn count_handlers(&self, is_one: impl Fn(&ReviewHandlerUri) -> bool) -> usize {
        let rooms = self.0.pin();
        let handlers = rooms.values().filter_map(|room| room.review.as_ref());
        handlers.filter(|review| is_one(&review.handler)).count()
    }

    /// How many rooms there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.pin().len()
    }

    /// Whether there is no room.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
