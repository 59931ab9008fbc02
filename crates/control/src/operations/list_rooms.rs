//! ListRooms: an account's rooms, newest update first, in pages, those that match every filter exactly.

use super::page::PageMembers;
use super::room::RoomSummaryOutput;
use crate::OperationError;
use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use model::{LoggingConfigurationArn, ResourceKind, ResourceName, ReviewHandlerUri};
use serde::Serialize;
use store::RoomFilter;

pub(crate) struct ListRooms {
    page: PageMembers,
    name: Option<ResourceName>,
    handler_uri: Option<ReviewHandlerUri>,
    logging_configuration: Option<LoggingConfigurationArn>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RoomsOutput {
    rooms: Vec<RoomSummaryOutput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListRooms {
    type Output = RoomsOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let page = PageMembers::read(&mut input)?;
        let name = input.optional("name", ResourceName::parse)?;
        let handler_uri = input.optional("messageReviewHandlerUri", ReviewHandlerUri::parse)?;
        let logging_configuration =
            input.optional("loggingConfigurationIdentifier", LoggingConfigurationArn::parse)?;
        input.finish(|| Some(Self { page, name, handler_uri, logging_configuration }))
    }

    fn target(&self) -> Target<'_> {
        Target::All(ResourceKind::Room)
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<RoomsOutput, OperationError> {
        let filters = [
            self.name.as_ref().map(ResourceName::as_str),
            self.handler_uri.as_ref().map(ReviewHandlerUri::as_str),
            self.logging_configuration.as_ref().map(LoggingConfigurationArn::as_str),
        ];
        let after = self.page.after(scope, &filters)?;
        let mut logging_configuration_id = None;
        if let Some(arn) = &self.logging_configuration {
            let Ok(key) = scope.logging_configuration_key(arn) else {
                // No room can have attached what cannot be one of the account's.
                return Ok(RoomsOutput { rooms: Vec::new(), next_token: None });
            };
            logging_configuration_id = Some(key.id);
        }
        let filter = RoomFilter {
            name: self.name.clone(),
            message_review_handler_uri: self.handler_uri.clone(),
            logging_configuration_id,
        };
        let store = &scope.control.store;
        let mut rooms = store.list_rooms(scope.account(), filter, after, self.page.reach()).await?;
        let next_token = self.page.cut(scope, &filters, &mut rooms);
        let rooms = rooms.iter().map(|room| RoomSummaryOutput::of(room, scope.region())).collect();
        Ok(RoomsOutput { rooms, next_token })
    }
}
