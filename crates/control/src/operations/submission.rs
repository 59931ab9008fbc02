//! What SendEvent, DeleteMessage and DisconnectUser have in common: they ask a room's sequencer and wait for its
//! answer.

use crate::scope::Scope;
use crate::{OperationError, Subject};
use engine::{AnswerTo, Request, Submission};
use model::{Id, RoomArn};
use serde::Serialize;
use tokio::sync::oneshot;

/// The id of the event that viewers see.
#[derive(Serialize)]
pub(crate) struct IdOutput {
    pub(super) id: String,
}

/// A response without members.
#[derive(Serialize)]
pub(crate) struct EmptyOutput {}

/// Submits to the room, and gives the id of the event that came of it.
pub(super) async fn submit(
    scope: &Scope<'_>,
    room: &RoomArn,
    request: Request,
) -> Result<Id, OperationError> {
    let key = scope.room_key(room)?;
    let id = scope.new_id();
    let submission = Submission { id, request_id: Box::default(), request };
    let (answer, answered) = oneshot::channel();
    // The caller may have gone by the time the answer comes.
    let to_caller = AnswerTo::Caller(Box::new(move |given| drop(answer.send(given))));
    scope.control.bus.submit(key, submission, to_caller, scope.now);
    match answered.await.map(|answer| answer.result) {
        Ok(Ok(())) => Ok(id),
        Ok(Err(refusal)) => Err(OperationError::refused(refusal, Subject::room(key))),
        Err(_) => Err(OperationError::internal("the bus dropped a submission without an answer")),
    }
}
