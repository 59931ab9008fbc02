//! CreateRoom: makes a room, with AWS's defaults for what is not given.

use super::creation::with_fresh_id;
use super::room::{RoomChange, RoomMembers, RoomOutput, ceiling};
use crate::OperationError;
use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use model::{Id, Quotas, ResourceKind, ResourceName, Room, RoomKey, Tags};

pub(crate) struct CreateRoom {
    name: ResourceName,
    members: RoomMembers,
    tags: Tags,
}

impl Operation for CreateRoom {
    type Output = RoomOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let name = input.or_default("name", "", ResourceName::parse)?;
        let members = RoomMembers::read(&mut input, request.quotas)?;
        let tags = input.tags()?;
        input.finish(|| Some(Self { name: name?, members, tags: tags.unwrap_or_default() }))
    }

    fn target(&self) -> Target<'_> {
        Target::New(ResourceKind::Room, &self.tags)
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<RoomOutput, OperationError> {
        let change = self.members.locate(scope)?;
        let draft = draft(scope, self.name, self.tags, change);
        let quota = scope.control.quotas.rooms;
        let room = with_fresh_id(scope, ResourceKind::Room, quota, |id| {
            let key = RoomKey { id, ..draft.key };
            scope.control.room_writes.create(Room { key, ..draft.clone() }, quota)
        });
        Ok(RoomOutput::of(&room.await?, scope.region()))
    }
}

/// The room that is to be made, under an id that is not drawn yet.
fn draft(scope: &Scope<'_>, name: ResourceName, tags: Tags, change: RoomChange) -> Room {
    let Quotas { messages_per_room, message_length, .. } = &*scope.control.quotas;
    let mut room = Room {
        key: RoomKey { account: scope.account(), id: Id::from_random(0) },
        name,
        create_time: scope.now.wall,
        update_time: scope.now.wall,
        maximum_message_rate_per_second: Room::DEFAULT_MESSAGE_RATE.min(ceiling(*messages_per_room)),
        maximum_message_length: Room::DEFAULT_MESSAGE_LENGTH.min(ceiling(*message_length)),
        message_review_handler: None,
        logging_configurations: Vec::new(),
        tags,
    };
    change.apply_to(&mut room);
    room
}
