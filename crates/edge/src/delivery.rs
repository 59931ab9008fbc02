//! Publications to viewers: gathered while a pass is under way, walked in slices, one write per socket.

use crate::connection::Connection;
use crate::counters::{CloseReason, ShardCounters};
use crate::room::{Arrival, Kick, Member};
use crate::shard::{Shard, user_hash};
use crate::slots::Slot;
use engine::Publication;
use std::sync::Arc;
use wire::Close;

/// How many viewers of one room are served before the next room has its turn: about a millisecond's work, so that this
/// is what a big room adds to a small one's delay.
const SLICE: usize = 128;

/// What a slice found out; done after it, because it changes rooms.
enum Aftermath {
    Drop(CloseReason),
    Kick,
    /// Something waits for its socket now; how long it may is an alarm's affair.
    Wait,
}

impl Shard {
    pub(crate) fn on_publication(&mut self, publication: Arc<Publication>) {
        ShardCounters::count(&mut self.counters.publications, publication.kind.index(), 1);
        self.taken_in += 1;
        let number = self.taken_in;
        let slot = self.room_slot(publication.room);
        let Some((slot, room)) = slot.and_then(|slot| Some((slot, self.rooms.get_mut(slot)?))) else {
            // The last viewer left while it was on its way.
            self.parts.inbox.taken_up(publication.frame.len());
            return;
        };
        room.pending.push_back(Arrival { number, publication });
        if !room.queued {
            room.queued = true;
            // Ahead of rooms with a pass under way, which have had a turn already.
            self.busy.push_front(slot);
        }
    }

    /// One slice of each room that has work.
    pub(crate) fn walk_rooms(&mut self) {
        for _ in 0..self.busy.len() {
            if let Some(slot) = self.busy.pop_front()
                && self.walk_slice(slot)
            {
                self.busy.push_back(slot);
            }
        }
    }

    /// Serves the next few viewers of a room. Answers whether there is more to do.
    fn walk_slice(&mut self, slot: Slot) -> bool {
        let hasher = self.hasher();
        let Some(room) = self.rooms.get_mut(slot) else { return false };
        if room.pass.is_none() {
            let Some(taken_up) = room.begin_pass(|user| user_hash(&hasher, user)) else {
                room.queued = false;
                return false;
            };
            self.counters.passes += 1;
            self.parts.inbox.taken_up(taken_up);
        }
        let (aftermath, kick, done) = self.serve_slice(slot);
        for (index, what) in aftermath {
            let Some(connection) = self.connections.slot_at(index) else { continue };
            match (what, &kick) {
                (Aftermath::Kick, Some(kick)) => self.kick(connection, kick),
                (Aftermath::Kick, None) => {}
                (Aftermath::Wait, _) => self.set_next_alarm(connection),
                (Aftermath::Drop(reason), _) => self.drop_connection(connection, reason),
            }
        }
        if done {
            self.end_pass(slot);
        }
        self.has_work(slot)
    }

    /// Whether the room has a pass under way or something pending; if not, it leaves the queue.
    fn has_work(&mut self, slot: Slot) -> bool {
        let Some(room) = self.rooms.get_mut(slot) else { return false };
        room.queued = room.pass.is_some() || !room.pending.is_empty();
        room.queued
    }

    /// The innermost loop. It takes no lock, allocates nothing and wakes nobody, unless a viewer is in trouble.
    fn serve_slice(&mut self, slot: Slot) -> (Vec<(u32, Aftermath)>, Option<Kick>, bool) {
        let mut aftermath = Vec::new();
        let (now, outbox_bytes) = (self.now.monotonic, self.parts.settings.outbox_bytes);
        let Some(room) = self.rooms.get_mut(slot) else { return (aftermath, None, true) };
        let Some(pass) = &mut room.pass else { return (aftermath, None, true) };
        let end = pass.end.min(pass.next + SLICE);
        let viewers = room.members.get(pass.next..end).unwrap_or_default();
        pass.next = end;
        let (mut served, mut bytes) = (0, 0);
        for member in viewers.iter().filter(|member| member.connection != Member::GONE) {
            let Some(connection) = self.connections.at(member.connection) else { continue };
            match connection.deliver(&pass.bytes, outbox_bytes, now) {
                Ok(delivered) => {
                    bytes += delivered.bytes as u64;
                    if delivered.begins_to_wait {
                        aftermath.push((member.connection, Aftermath::Wait));
                    }
                }
                Err(reason) => {
                    aftermath.push((member.connection, Aftermath::Drop(reason)));
                    continue;
                }
            }
            served += 1;
            if pass.kick.as_ref().is_some_and(|kick| is_meant(kick, *member, connection)) {
                aftermath.push((member.connection, Aftermath::Kick));
            }
        }
        self.counters.writes += served;
        self.counters.bytes_written += bytes;
        for (kind, count) in pass.kinds.iter().enumerate() {
            ShardCounters::count(&mut self.counters.deliveries, kind, count * served);
        }
        let kick = if aftermath.is_empty() { None } else { pass.kick.clone() };
        (aftermath, kick, pass.next >= pass.end)
    }

    /// After the event that says so, a clean close with the moderator's reason. The close waits its turn behind the
    /// event, so that the user sees both.
    fn kick(&mut self, slot: Slot, kick: &Kick) {
        let close = Close::kicked(&kick.reason);
        let frame: Arc<[u8]> = websocket::close_frame(close.code, &close.reason).into();
        let now = self.now.monotonic;
        let Some(connection) = self.connections.get_mut(slot) else { return };
        // The last word always fits: nothing can follow it.
        let said = connection.deliver(&frame, usize::MAX, now);
        self.leave_room(slot);
        match said {
            Ok(_) => self.linger(slot, CloseReason::Kicked),
            Err(reason) => self.drop_connection(slot, reason),
        }
    }

    fn end_pass(&mut self, slot: Slot) {
        let Some(room) = self.rooms.get_mut(slot) else { return };
        if room.end_pass() {
            for (place, member) in (0u32..).zip(&room.members) {
                if let Some(moved) = self.connections.at(member.connection)
                    && let Some(moved) = &mut moved.place
                {
                    moved.member = place;
                }
            }
        }
        if room.is_deserted() {
            self.forget_room(slot.index);
        }
    }
}

/// The hash is looked at first: it stands in the list that the loop reads anyway.
fn is_meant(kick: &Kick, member: Member, connection: &Connection) -> bool {
    member.user == kick.user
        && *connection.session.user_id() == kick.user_id
        && connection.entered_at < kick.number
}
