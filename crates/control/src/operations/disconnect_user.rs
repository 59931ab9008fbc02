//! DisconnectUser: ends all connections of a user to a room. A user who is not there is no error.

use super::submission::{EmptyOutput, submit};
use crate::OperationError;
use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use model::{Reason, RoomArn, UserId};

pub(crate) struct DisconnectUser {
    room: RoomArn,
    user_id: UserId,
    reason: Option<Reason>,
}

impl Operation for DisconnectUser {
    type Output = EmptyOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let room = input.required("roomIdentifier", RoomArn::parse)?;
        let user_id = input.required("userId", UserId::parse)?;
        let reason = input.optional("reason", Reason::parse)?;
        input.finish(|| Some(Self { room: room?, user_id: user_id?, reason }))
    }

    fn target(&self) -> Target<'_> {
        Target::One(self.room.resource())
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<EmptyOutput, OperationError> {
        let disconnect = engine::Request::Disconnect { user_id: self.user_id, reason: self.reason };
        submit(scope, &self.room, disconnect).await?;
        Ok(EmptyOutput {})
    }
}
