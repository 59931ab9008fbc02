//! UpdateRoom: changes the members that are given. Open connections follow at once.

use super::room::{RoomMembers, RoomOutput, set};
use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use crate::{OperationError, Subject};
use model::{ResourceName, RoomArn};
use store::UpdateError;

pub(crate) struct UpdateRoom {
    room: RoomArn,
    name: Option<ResourceName>,
    members: RoomMembers,
}

impl Operation for UpdateRoom {
    type Output = RoomOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let room = input.required("identifier", RoomArn::parse)?;
        let name = input.optional("name", ResourceName::parse)?;
        let members = RoomMembers::read(&mut input, request.quotas)?;
        input.finish(|| Some(Self { room: room?, name, members }))
    }

    fn target(&self) -> Target<'_> {
        Target::One(self.room.resource())
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<RoomOutput, OperationError> {
        let Self { room, name, members } = self;
        let key = scope.room_key(&room)?;
        let change = members.locate(scope)?;
        let updated = scope.control.room_writes.update(key, scope.now.wall, |room| {
            set(&mut room.name, name);
            change.apply_to(room);
        });
        match updated.await {
            Ok(room) => Ok(RoomOutput::of(&room, scope.region())),
            Err(UpdateError::NotFound) => Err(Subject::room(key).not_found()),
            Err(UpdateError::LoggingConfigurationMissing(id)) => {
                Err(Subject::logging_configuration(id).not_found())
            }
            Err(UpdateError::Store(error)) => Err(error.into()),
        }
    }
}
