//! The door to where chat is logged. What stands behind it delivers; the operations only say what is to become of a
//! configuration.
//!
//! It must not know how chat is kept, what a destination takes, or who asks.

use model::{AccountId, Destination, LoggingConfigurationKey, RoomKey};
use std::pin::Pin;

/// What a door answers later; it can be waited for in any task.
pub type BoxFuture<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Where chat is logged, as the operations see it.
///
/// The calls about one configuration come in the order of its changes. Each may come more than once, and about a
/// configuration that was never opened: then there is nothing to stop, to flush or to discard.
pub trait ChatLogs: Send + Sync {
    /// Whether the destination can be written to now; bounded in time by itself.
    fn probe(&self, account: AccountId, destination: Destination) -> BoxFuture<bool>;

    /// From now on what the configuration's rooms say is kept for this destination; what was accepted before still goes
    /// to the one before.
    fn open(&self, key: LoggingConfigurationKey, destination: Destination);

    /// The configuration receives nothing from now on; what was accepted is still delivered.
    fn stop(&self, key: LoggingConfigurationKey);

    /// Delivers what was accepted; `true` once nothing is left, `false` if that did not succeed in the time that it
    /// allows itself.
    fn flush(&self, key: LoggingConfigurationKey) -> BoxFuture<bool>;

    /// Gives up what is left, loudly.
    fn discard(&self, key: LoggingConfigurationKey);

    /// A room was deleted: what it said is sent on now rather than when its batch is full.
    fn flush_room(&self, room: RoomKey);
}
