//! The door to chat logging: what is kept, and for whom. Knows no destination and no disk.

use crate::publication::Publication;
use model::Id;
use std::sync::Arc;

/// Where what rooms said is kept.
pub trait ChatLog: Send + Sync {
    /// Takes a publication for the logging configurations with these ids, of the room's account. Returns at once,
    /// whatever the disk does.
    ///
    /// It is called under the room's lock: the order of the calls is the room's order.
    fn append(&self, publication: &Arc<Publication>, to: &[Id]);
}

/// The chat log of a house that keeps nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoChatLog;

impl ChatLog for NoChatLog {
    fn append(&self, _: &Arc<Publication>, _: &[Id]) {}
}
