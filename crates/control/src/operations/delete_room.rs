//! DeleteRoom: forgets a room. Its viewers stay connected and can send nothing more, as the user guide's FAQ says.

use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use crate::{OperationError, Subject};
use model::RoomArn;

pub(crate) struct DeleteRoom {
    room: RoomArn,
}

impl Operation for DeleteRoom {
    type Output = ();

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let room = input.required("identifier", RoomArn::parse)?;
        input.finish(|| Some(Self { room: room? }))
    }

    fn target(&self) -> Target<'_> {
        Target::One(self.room.resource())
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<(), OperationError> {
        let key = scope.room_key(&self.room)?;
        let existed = scope.control.room_writes.delete(key).await?;
        if existed { Ok(()) } else { Err(Subject::room(key).not_found()) }
    }
}
