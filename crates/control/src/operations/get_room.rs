//! GetRoom: shows a room.

use super::room::RoomOutput;
use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use crate::{OperationError, Subject};
use model::RoomArn;

pub(crate) struct GetRoom {
    room: RoomArn,
}

impl Operation for GetRoom {
    type Output = RoomOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let room = input.required("identifier", RoomArn::parse)?;
        input.finish(|| Some(Self { room: room? }))
    }

    fn target(&self) -> Target<'_> {
        Target::One(self.room.resource())
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<RoomOutput, OperationError> {
        let key = scope.room_key(&self.room)?;
        let room = scope.control.store.room(key).await?.ok_or_else(|| Subject::room(key).not_found())?;
        Ok(RoomOutput::of(&room, scope.region()))
    }
}
