//! SendEvent: an application's event to every viewer of a room.

use super::submission::{IdOutput, submit};
use crate::OperationError;
use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use model::{Attributes, EVENT_ATTRIBUTES_MAX_BYTES, EventName, RoomArn};

pub(crate) struct SendEvent {
    room: RoomArn,
    name: EventName,
    attributes: Attributes,
}

impl Operation for SendEvent {
    type Output = IdOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let room = input.required("roomIdentifier", RoomArn::parse)?;
        let name = input.required("eventName", EventName::parse)?;
        let attributes =
            input.map("attributes", |pairs| Attributes::parse(pairs, EVENT_ATTRIBUTES_MAX_BYTES))?;
        input.finish(|| Some(Self { room: room?, name: name?, attributes: attributes.unwrap_or_default() }))
    }

    fn target(&self) -> Target<'_> {
        Target::One(self.room.resource())
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<IdOutput, OperationError> {
        let event = engine::Request::Event { name: self.name, attributes: self.attributes };
        let id = submit(scope, &self.room, event).await?;
        Ok(IdOutput { id: id.to_string() })
    }
}
