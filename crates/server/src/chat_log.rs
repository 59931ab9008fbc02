//! Where chat is logged, until there is a place for it: every destination is good and nothing is kept.

use control::{BoxFuture, ChatLogs};
use model::{AccountId, Destination, LoggingConfigurationKey, RoomKey};

/// Takes everything and keeps nothing.
#[derive(Debug)]
pub(crate) struct KeepsNothing;

impl ChatLogs for KeepsNothing {
    fn probe(&self, _: AccountId, _: Destination) -> BoxFuture<bool> {
        Box::pin(async { true })
    }

    fn open(&self, _: LoggingConfigurationKey, _: Destination) {}

    fn stop(&self, _: LoggingConfigurationKey) {}

    fn flush(&self, _: LoggingConfigurationKey) -> BoxFuture<bool> {
        Box::pin(async { true })
    }

    fn discard(&self, _: LoggingConfigurationKey) {}

    fn flush_room(&self, _: RoomKey) {}
}
