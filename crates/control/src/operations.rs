//! The operations, one page each: what it reads, what it acts on, what it does. None of them knows its path, its
//! rate or who may call it.

mod create_chat_token;
mod create_logging_configuration;
mod create_room;
mod creation;
mod delete_logging_configuration;
mod delete_message;
mod delete_room;
mod disconnect_user;
mod get_logging_configuration;
mod get_room;
mod list_logging_configurations;
mod list_rooms;
mod logging_configuration;
mod page;
mod room;
mod send_event;
mod submission;
mod tags;
mod update_logging_configuration;
mod update_room;

pub(crate) use create_chat_token::CreateChatToken;
pub(crate) use create_logging_configuration::CreateLoggingConfiguration;
pub(crate) use create_room::CreateRoom;
pub(crate) use delete_logging_configuration::DeleteLoggingConfiguration;
pub(crate) use delete_message::DeleteMessage;
pub(crate) use delete_room::DeleteRoom;
pub(crate) use disconnect_user::DisconnectUser;
pub(crate) use get_logging_configuration::GetLoggingConfiguration;
pub(crate) use get_room::GetRoom;
pub(crate) use list_logging_configurations::ListLoggingConfigurations;
pub(crate) use list_rooms::ListRooms;
pub(crate) use send_event::SendEvent;
pub(crate) use tags::{ListTagsForResource, TagResource, UntagResource};
pub(crate) use update_logging_configuration::UpdateLoggingConfiguration;
pub(crate) use update_room::UpdateRoom;
