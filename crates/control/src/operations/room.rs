//! The room as JSON: the members that CreateRoom and UpdateRoom may set, and what the operations show of a room.

use crate::OperationError;
use crate::input::Input;
use crate::scope::Scope;
use model::{
    FallbackResult, Id, Limit, LoggingConfigurationArn, LoggingConfigurationKey, MessageReviewHandler,
    Quotas, Region, ReviewHandlerUri, Room, RoomArn,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// The members, but for the name, that both may be given; one that is not leaves the room as it is.
pub(super) struct RoomMembers {
    maximum_message_rate_per_second: Option<u32>,
    maximum_message_length: Option<u32>,
    handler_uri: Option<ReviewHandlerUri>,
    fallback_result: Option<FallbackResult>,
    logging_configurations: Option<Vec<LoggingConfigurationArn>>,
}

impl RoomMembers {
    pub(super) fn read(input: &mut Input, quotas: &Quotas) -> Result<Self, OperationError> {
        Ok(Self {
            maximum_message_rate_per_second: input
                .integer("maximumMessageRatePerSecond", 1..=ceiling(quotas.messages_per_room))?,
            maximum_message_length: input
                .integer("maximumMessageLength", 1..=ceiling(quotas.message_length))?,
            handler_uri: input.optional("messageReviewHandler/uri", ReviewHandlerUri::parse)?,
            fallback_result: input.optional("messageReviewHandler/fallbackResult", FallbackResult::parse)?,
            logging_configurations: input.list(
                "loggingConfigurationIdentifiers",
                Room::MAX_LOGGING_CONFIGURATIONS,
                LoggingConfigurationArn::parse,
            )?,
        })
    }

    /// Turns ARNs into ids; whether the configurations exist is for the store to say, in the same step that attaches
    /// them. A handler must be one that can be called for this account.
    pub(super) fn locate(self, scope: &Scope<'_>) -> Result<RoomChange, OperationError> {
        if self.handler_uri.as_ref().is_some_and(|uri| !scope.may_call(uri)) {
            return Err(OperationError::HandlerNotPermitted);
        }
        let arns = self.logging_configurations.as_deref();
        let ids = arns.map(|arns| ids(arns, scope)).transpose()?;
        Ok(RoomChange { members: self, logging_configurations: ids })
    }
}

fn ids(arns: &[LoggingConfigurationArn], scope: &Scope<'_>) -> Result<Vec<Id>, OperationError> {
    let mut ids = Vec::new();
    for arn in arns {
        let LoggingConfigurationKey { id, .. } = scope.logging_configuration_key(arn)?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}

/// The most that a member may be whose quota is `limit`; the API's integers end where 31 bits do.
pub(super) fn ceiling(limit: Limit) -> u32 {
    limit.get().unwrap_or(u32::MAX).clamp(1, i32::MAX.unsigned_abs())
}

/// What is to become of a room.
pub(super) struct RoomChange {
    members: RoomMembers,
    /// In the order given; a configuration that is named twice is attached once.
    logging_configurations: Option<Vec<Id>>,
}

impl RoomChange {
    pub(super) fn apply_to(self, room: &mut Room) {
        let RoomMembers { handler_uri, fallback_result, .. } = self.members;
        set(&mut room.maximum_message_rate_per_second, self.members.maximum_message_rate_per_second);
        set(&mut room.maximum_message_length, self.members.maximum_message_length);
        set(&mut room.logging_configurations, self.logging_configurations);
        let before = room.message_review_handler.take();
        room.message_review_handler = match (handler_uri, fallback_result) {
            (Some(uri), fallback) => {
                Some(MessageReviewHandler { uri, fallback_result: fallback.unwrap_or_default() })
            }
            // A handler is never detached by leaving its URI out: that would silently end moderation.
            (None, Some(fallback_result)) => {
                let uri = before.map(|handler| handler.uri).or_else(|| ReviewHandlerUri::parse("").ok());
                uri.map(|uri| MessageReviewHandler { uri, fallback_result })
            }
            (None, None) => before,
        };
    }
}

/// Writes a member that was given.
pub(super) fn set<T>(member: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *member = given;
    }
}

/// A room in the list of ListRooms. Source: API reference, `RoomSummary`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoomSummaryOutput {
    arn: String,
    id: String,
    name: String,
    create_time: String,
    update_time: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_review_handler: Option<HandlerOutput>,
    tags: BTreeMap<String, String>,
    logging_configuration_identifiers: Vec<String>,
}

/// A whole room. Source: API reference, `Room`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoomOutput {
    #[serde(flatten)]
    summary: RoomSummaryOutput,
    maximum_message_rate_per_second: u32,
    maximum_message_length: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HandlerOutput {
    uri: String,
    fallback_result: &'static str,
}

impl RoomSummaryOutput {
    pub(super) fn of(room: &Room, region: &Region) -> Self {
        let account = room.key.account;
        let logging_configuration_arn = |id: &Id| {
            LoggingConfigurationArn::of(region, LoggingConfigurationKey { account, id: *id }).to_string()
        };
        Self {
            arn: RoomArn::of(region, room.key).to_string(),
            id: room.key.id.to_string(),
            name: room.name.as_str().to_owned(),
            create_time: room.create_time.to_string(),
            update_time: room.update_time.to_string(),
            message_review_handler: room.message_review_handler.as_ref().map(|handler| HandlerOutput {
                uri: handler.uri.as_str().to_owned(),
                fallback_result: handler.fallback_result.as_str(),
            }),
            tags: room.tags.as_map().clone(),
            logging_configuration_identifiers: room
                .logging_configurations
                .iter()
                .map(logging_configuration_arn)
                .collect(),
        }
    }
}

impl RoomOutput {
    pub(super) fn of(room: &Room, region: &Region) -> Self {
        Self {
            summary: RoomSummaryOutput::of(room, region),
            maximum_message_rate_per_second: room.maximum_message_rate_per_second,
            maximum_message_length: room.maximum_message_length,
        }
    }
}
