//! DeleteMessage: tells every viewer of a room to take a message away. Whether there ever was one is not checked:
//! nothing is stored.

use super::submission::{IdOutput, submit};
use crate::OperationError;
use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use model::{Id, Reason, RoomArn};

pub(crate) struct DeleteMessage {
    room: RoomArn,
    message_id: Id,
    reason: Option<Reason>,
}

impl Operation for DeleteMessage {
    type Output = IdOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let room = input.required("roomIdentifier", RoomArn::parse)?;
        let message_id = input.required("id", Id::parse)?;
        let reason = input.optional("reason", Reason::parse)?;
        input.finish(|| Some(Self { room: room?, message_id: message_id?, reason }))
    }

    fn target(&self) -> Target<'_> {
        Target::One(self.room.resource())
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<IdOutput, OperationError> {
        let delete = engine::Request::Delete { message_id: self.message_id, reason: self.reason };
        let id = submit(scope, &self.room, delete).await?;
        Ok(IdOutput { id: id.to_string() })
    }
}
