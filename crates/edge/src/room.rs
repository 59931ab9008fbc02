//! One room as one shard sees it: its viewers, what waits for them, and the pass under way.

use engine::{Publication, PublicationKind};
use model::{RoomKey, UserId};
use std::collections::VecDeque;
use std::sync::Arc;

/// How much one pass gathers at most; the rest waits for the next pass.
const GATHER_BYTES: usize = 64 * 1024;

/// A viewer's place in the pass: eight bytes, so that looking for a user among fifty thousand reads a few hundred
/// kilobytes in order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Member {
    /// The connection's slot; [`Member::GONE`] when it left during a pass.
    pub(crate) connection: u32,
    /// Part of a hash of its user's id.
    pub(crate) user: u32,
}

impl Member {
    pub(crate) const GONE: u32 = u32::MAX;
}

/// A publication, and the how-manieth of its shard it is.
#[derive(Debug)]
pub(crate) struct Arrival {
    pub(crate) number: u64,
    pub(crate) publication: Arc<Publication>,
}

/// Whose connections end when the pass reaches them.
#[derive(Debug, Clone)]
pub(crate) struct Kick {
    /// Of the publication that says so, which waits for no review. Who entered after it, the same user come back
    /// perhaps, is not meant.
    pub(crate) number: u64,
    pub(crate) user: u32,
    pub(crate) user_id: UserId,
    pub(crate) reason: Box<str>,
}

/// One walk over the viewers, writing the same bytes to each.
#[derive(Debug)]
pub(crate) struct Pass {
    /// Whole frames: one publication's own, or several put together.
    pub(crate) bytes: Arc<[u8]>,
    /// How many publications of each kind they are.
    pub(crate) kinds: [u64; PublicationKind::ACTIONS.len()],
    pub(crate) kick: Option<Kick>,
    pub(crate) next: usize,
    /// Who enters while the pass is under way is not served by it.
    pub(crate) end: usize,
}

/// **Invariant:** while a pass is under way nobody changes place in `members`: those who leave are marked, those who
/// come are appended. So the pass neither skips nor repeats anybody.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) key: RoomKey,
    pub(crate) members: Vec<Member>,
    pub(crate) pending: VecDeque<Arrival>,
    pub(crate) pass: Option<Pass>,
    /// Whether the room stands in the queue of rooms with work.
    pub(crate) queued: bool,
    present: usize,
}

impl Room {
    pub(crate) const fn new(key: RoomKey) -> Self {
        Self { key, members: Vec::new(), pending: VecDeque::new(), pass: None, queued: false, present: 0 }
    }

    /// Adds a viewer; answers its place.
    pub(crate) fn enter(&mut self, member: Member) -> usize {
        self.present += 1;
        self.members.push(member);
        self.members.len() - 1
    }

    /// Takes the viewer at `place` out. Answers the connection that stands in that place now, if another does.
    pub(crate) fn leave(&mut self, place: usize) -> Option<u32> {
        self.present -= 1;
        if self.pass.is_some() {
            if let Some(member) = self.members.get_mut(place) {
                member.connection = Member::GONE;
            }
            return None;
        }
        if place < self.members.len() {
            self.members.swap_remove(place);
        }
        self.members.get(place).map(|moved| moved.connection)
    }

    pub(crate) const fn is_deserted(&self) -> bool {
        self.present == 0
    }

    /// Takes up what is pending, if anything is. `user_hash` is how [`Member::user`] was made. Answers how many bytes
    /// of publications were taken up.
    pub(crate) fn begin_pass(&mut self, user_hash: impl Fn(&UserId) -> u32) -> Option<usize> {
        let mut bytes = 0;
        let mut gathered: usize = 0;
        for arrival in &self.pending {
            let length = arrival.publication.frame.len();
            if gathered > 0 && bytes + length > GATHER_BYTES {
                break;
            }
            bytes += length;
            gathered += 1;
            // A disconnected user sees the event that says so, and nothing after it.
            if matches!(arrival.publication.kind, PublicationKind::Disconnect { .. }) {
                break;
            }
        }
        let last = self.pending.get(gathered.checked_sub(1)?)?;
        let kick = match &last.publication.kind {
            PublicationKind::Disconnect { user_id, reason } => Some(Kick {
                number: last.number,
                user: user_hash(user_id),
                user_id: user_id.clone(),
                reason: reason.clone(),
            }),
            _ => None,
        };
        let mut kinds = [0; PublicationKind::ACTIONS.len()];
        for arrival in self.pending.iter().take(gathered) {
            crate::ShardCounters::count(&mut kinds, arrival.publication.kind.index(), 1);
        }
        let frames = join(self.pending.drain(..gathered), bytes);
        self.pass = Some(Pass { bytes: frames, kinds, kick, next: 0, end: self.members.len() });
        Some(bytes)
    }

    /// Ends the pass. Answers whether viewers left during it, so that the others' places have changed.
    pub(crate) fn end_pass(&mut self) -> bool {
        self.pass = None;
        let before = self.members.len();
        self.members.retain(|member| member.connection != Member::GONE);
        self.members.len() != before
    }
}

/// One publication's frame as it is; of several, a copy, made once for all viewers.
fn join(mut gathered: impl ExactSizeIterator<Item = Arrival>, bytes: usize) -> Arc<[u8]> {
    if gathered.len() == 1
        && let Some(only) = gathered.next()
    {
        return Arc::clone(&only.publication.frame);
    }
    let mut frames = Vec::with_capacity(bytes);
    gathered.for_each(|arrival| frames.extend_from_slice(&arrival.publication.frame));
    frames.into()
}
