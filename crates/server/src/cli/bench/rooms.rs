//! The rooms of a run, made and deleted through the public API.

use super::calls::{Calls, insist};
use super::plan::{Plan, RoomPlan};
use super::screen::{Phase, say};
use crate::cli::api::Api;
use crate::cli::error::CliError;
use crate::cli::printable::printable;
use serde_json::{Value, json};
use std::io;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Their name; rooms that a killed run left behind are found by it.
const NAME: &str = "hubbub-bench";

/// What rooms have besides their limits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Extras<'a> {
    /// The ARN of the handler of those that are reviewed.
    pub(super) handler: Option<&'a str>,
    /// The ARNs of the logging configurations of all of them.
    pub(super) logging: &'a [String],
}

/// The rooms that there are by now.
#[derive(Debug, Default)]
pub(super) struct Rooms {
    /// ARNs by the room's number; none for a room that was not made.
    arns: Vec<Option<Arc<str>>>,
}

impl Rooms {
    /// Makes all rooms of `plan`, or those until `stop`. What was made is in `self` even when an error is given.
    pub(super) async fn make(
        &mut self,
        api: &Arc<Api>,
        plan: &Plan,
        extras: Extras<'_>,
        stop: &CancellationToken,
    ) -> Result<(), CliError> {
        let rooms: Vec<RoomPlan> = plan.rooms().collect();
        self.arns = vec![None; rooms.len()];
        let phase = Phase::counted(&format!("making rooms: {}", rooms.len()), rooms.len() as u64);
        let mut calls = Calls::new(rooms, stop, |room| {
            let (api, stop, creation) = (Arc::clone(api), stop.clone(), creation(&room, extras));
            async move {
                let answer = insist(&api, "CreateRoom", &creation, &stop).await?;
                Ok((room.number, read_arn(&answer)?))
            }
        });
        let (mut made, mut failure) = (0, None);
        while let Some(answer) = calls.next().await {
            match answer {
                Ok((number, arn)) => {
                    if let Some(place) = usize::try_from(number).ok().and_then(|at| self.arns.get_mut(at)) {
                        *place = Some(arn);
                    }
                    made += 1;
                    phase.at(made);
                }
                Err(error) if failure.is_none() => {
                    failure = Some(error);
                    calls.end();
                }
                Err(_) => {}
            }
        }
        failure.filter(|_| !stop.is_cancelled()).map_or(Ok(()), Err)
    }

    /// The ARN of a room.
    pub(super) fn arn(&self, number: u32) -> Option<Arc<str>> {
        self.arns.get(usize::try_from(number).ok()?)?.clone()
    }

    /// Deletes them; what cannot be deleted is named on standard error.
    pub(super) async fn delete(self, api: &Arc<Api>) {
        let arns: Vec<Arc<str>> = self.arns.into_iter().flatten().collect();
        if arns.is_empty() {
            return;
        }
        let never = CancellationToken::new();
        let phase = Phase::counted(&format!("deleting rooms: {}", arns.len()), arns.len() as u64);
        let mut calls = Calls::new(arns, &never, |arn| {
            let (api, never) = (Arc::clone(api), never.clone());
            async move {
                let done = insist(&api, "DeleteRoom", &json!({ "identifier": &*arn }), &never).await;
                Ok(done.err().map(|error| format!("{arn} was not deleted: {error}")))
            }
        });
        let mut deleted = 0;
        while let Some(answer) = calls.next().await {
            if let Ok(Some(complaint)) = answer {
                say(&format!("hubbub: {}", printable(&complaint)));
            }
            deleted += 1;
            phase.at(deleted);
        }
    }
}

/// The input of `CreateRoom`. A review that came to nothing must be seen: it refuses the message.
fn creation(room: &RoomPlan, extras: Extras<'_>) -> Value {
    let handler = extras.handler.filter(|_| room.is_reviewed);
    json!({
        "name": NAME,
        "maximumMessageRatePerSecond": room.message_rate(),
        "messageReviewHandler": handler.map(|uri| json!({ "uri": uri, "fallbackResult": "DENY" })),
        "loggingConfigurationIdentifiers": extras.logging,
    })
}

fn read_arn(answer: &Value) -> Result<Arc<str>, CliError> {
    let arn = answer.get("arn").and_then(Value::as_str);
    arn.map(Arc::from)
        .ok_or_else(|| io::Error::other("the server names no ARN of the room that it made").into())
}
