//! `[limits]`: every quota and rate by itself, and how they lie over a preset.
//!
//! Defaults are not written here: they are the preset's, from `model::Quotas`.

use super::key::Key;
use super::settings::QuotasPreset;
use super::value::LimitValue;
use confique::Config;
use model::{Limit, OperationName, Quotas};
use serde::Serialize;

/// `[limits]`. Source: IVS Chat user guide, "Service quotas".
#[derive(Config, Serialize)]
pub(super) struct Limits {
    /// Rooms that may exist.
    rooms: Option<LimitValue>,

    /// Logging configurations that may exist.
    logging_configurations: Option<LimitValue>,

    /// Chat connections open at once, over all rooms.
    concurrent_connections: Option<LimitValue>,

    /// Messaging requests a second on one chat connection.
    requests_per_connection: Option<LimitValue>,

    /// Most that a room's `maximumMessageRatePerSecond` may be.
    messages_per_room: Option<LimitValue>,

    /// Messages a second, over all rooms.
    messages: Option<LimitValue>,

    /// DeleteMessage requests a second over all rooms, of both planes together.
    deletes: Option<LimitValue>,

    /// DisconnectUser requests a second over all rooms, of both planes together.
    disconnects: Option<LimitValue>,

    /// Most that a room's `maximumMessageLength` may be, in Unicode code points.
    message_length: Option<LimitValue>,

    /// CreateChatToken calls a second.
    rate_create_chat_token: Option<LimitValue>,

    /// CreateLoggingConfiguration calls a second.
    rate_create_logging_configuration: Option<LimitValue>,

    /// CreateRoom calls a second.
    rate_create_room: Option<LimitValue>,

    /// DeleteLoggingConfiguration calls a second.
    rate_delete_logging_configuration: Option<LimitValue>,

    /// DeleteMessage calls a second.
    rate_delete_message: Option<LimitValue>,

    /// DeleteRoom calls a second.
    rate_delete_room: Option<LimitValue>,

    /// DisconnectUser calls a second.
    rate_disconnect_user: Option<LimitValue>,

    /// GetLoggingConfiguration calls a second.
    rate_get_logging_configuration: Option<LimitValue>,

    /// GetRoom calls a second.
    rate_get_room: Option<LimitValue>,

    /// ListLoggingConfigurations calls a second.
    rate_list_logging_configurations: Option<LimitValue>,

    /// ListRooms calls a second.
    rate_list_rooms: Option<LimitValue>,

    /// ListTagsForResource calls a second.
    rate_list_tags_for_resource: Option<LimitValue>,

    /// SendEvent calls a second.
    rate_send_event: Option<LimitValue>,

    /// TagResource calls a second.
    rate_tag_resource: Option<LimitValue>,

    /// UntagResource calls a second.
    rate_untag_resource: Option<LimitValue>,

    /// UpdateLoggingConfiguration calls a second.
    rate_update_logging_configuration: Option<LimitValue>,

    /// UpdateRoom calls a second.
    rate_update_room: Option<LimitValue>,
}

/// The quotas of a preset.
pub(super) fn preset(preset: QuotasPreset) -> Quotas {
    match preset {
        QuotasPreset::Aws => Quotas::aws(),
        QuotasPreset::Unlimited => Quotas::unlimited(),
    }
}

/// The quota that `key` sets; none for a key outside `[limits]`.
pub(super) fn quota<'a>(quotas: &'a mut Quotas, key: &Key) -> Option<&'a mut Limit> {
    if key.section != Some("limits") {
        return None;
    }
    Some(match key.name {
        "rooms" => &mut quotas.rooms,
        "logging_configurations" => &mut quotas.logging_configurations,
        "concurrent_connections" => &mut quotas.concurrent_connections,
        "requests_per_connection" => &mut quotas.requests_per_connection,
        "messages_per_room" => &mut quotas.messages_per_room,
        "messages" => &mut quotas.messages,
        "deletes" => &mut quotas.deletes,
        "disconnects" => &mut quotas.disconnects,
        "message_length" => &mut quotas.message_length,
        rate => {
            let operation = rate.strip_prefix("rate_")?;
            let index = OperationName::ALL.iter().position(|name| snake_case(name.as_str()) == operation)?;
            quotas.call_rates.get_mut(index)?
        }
    })
}

fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
