//! The door through which the engine reaches a room wherever it lives.

use crate::{Answer, AnswerTo, ConnectionAddress, Publication, RoomSettings, Submission};
use model::{Now, RoomKey};
use std::sync::Arc;

/// How a room is reached. On one node it is a call ([`crate::LocalBus`]); on many, a message.
///
/// Every call returns at once. Nobody may assume that an answer is there when the call returns.
pub trait Bus: Send + Sync {
    /// To the room's sequencer. Exactly one answer comes: accepted, or refused with a reason; but a connection whose
    /// submission was accepted may be spared it, since the publication says it. Of one caller's
    /// submissions to one room, those that are accepted are published in the order in which they were submitted.
    fn submit(&self, room: RoomKey, submission: Submission, answer_to: AnswerTo, now: Now);

    /// To every node: something that all must know. When it returns, this node knows.
    fn announce(&self, notice: Notice);
}

/// What all nodes must know.
#[derive(Debug, Clone)]
pub enum Notice {
    /// A room was created, or its limits changed; they hold for open connections too.
    RoomChanged(RoomKey, RoomSettings),
    /// A room was deleted. Its viewers stay connected, as AWS's do, and can send nothing more.
    RoomDeleted(RoomKey),
}

/// One shard's inbox, as the bus sees it. Neither call blocks, and what is put in first comes out first.
pub trait Outlet: Send + Sync {
    /// To every viewer of the room that the shard owns.
    fn deliver(&self, publication: Arc<Publication>);

    /// To one connection; dropped if that connection is gone.
    fn answer(&self, address: ConnectionAddress, answer: Answer);

    /// Whether the shard has more undelivered bytes than it may hold; then rooms take nothing more.
    fn is_overloaded(&self) -> bool;
}
