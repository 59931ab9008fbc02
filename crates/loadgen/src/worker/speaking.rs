//! What guests say: each message at its time, by the sender whose turn it is.

use super::Worker;
use crate::connection::Handed;
use crate::crowd::SendPlan;
use crate::lane::Word;
use crate::pacing::Pacing;
use crate::slots::Slot;
use crate::stamp::{Stamp, write_message};
use std::sync::atomic::Ordering;
use std::time::Duration;
use websocket::{OpCode, encode_client};

/// How many messages are sent before the sockets have their turn.
const MESSAGES_PER_TURN: usize = 256;

impl Worker {
    pub(super) fn begin_to_speak(&mut self, plans: &[SendPlan], lasting: Duration) {
        if let Some(desk) = &mut self.desk {
            desk.pacing = Some(Pacing::new(plans, self.shared.clock.now(), lasting));
        }
    }

    pub(super) fn end_speaking(&mut self) {
        let Some(desk) = &mut self.desk else { return };
        if desk.pacing.take().is_none() {
            return;
        }
        // First what is still to be waited for, then that nothing new will come.
        self.publish();
        self.shared.sending.store(false, Ordering::Release);
        self.shared.post_all(|| Word::SendingIsOver);
    }

    /// Sends what is due.
    pub(super) fn speak(&mut self) {
        let now = self.shared.clock.now();
        for _ in 0..MESSAGES_PER_TURN {
            let pacing = self.desk.as_mut().and_then(|desk| desk.pacing.as_mut());
            let Some((plan, due)) = pacing.and_then(|pacing| pacing.take(now)) else { break };
            self.say(plan, due);
        }
        let Some(desk) = &mut self.desk else { return };
        let Some(pacing) = &desk.pacing else { return };
        if pacing.is_over(now) {
            self.end_speaking();
        } else if pacing.wake_at() > now {
            desk.metronome.wake_at(pacing.wake_at());
        }
    }

    /// Sends one message, through the first of the room's senders that takes it.
    fn say(&mut self, plan: SendPlan, due: Duration) {
        let Some(desk) = &mut self.desk else { return };
        let seated = desk.seated(plan.room);
        if seated == 0 {
            return;
        }
        let stamp = Stamp { due, number: desk.next_number(plan.room) };
        write_message(stamp, plan.room, plan.bytes, &mut desk.text);
        desk.frame.clear();
        encode_client(OpCode::Text, desk.text.as_bytes(), rand::random(), &mut desk.frame);
        let frame = std::mem::take(&mut desk.frame);
        for _ in 0..seated {
            let next = self.desk.as_mut().and_then(|desk| desk.next_sender(plan.room));
            let Some(sender) = next else { break };
            if self.send(sender, &frame, due) {
                break;
            }
        }
        if let Some(desk) = &mut self.desk {
            desk.frame = frame;
        }
    }

    /// Answers whether this sender takes the message.
    fn send(&mut self, sender: Slot, frame: &[u8], due: Duration) -> bool {
        let (Some(connection), Some(desk)) = (self.connections.get(sender), &mut self.desk) else {
            return false;
        };
        match connection.hand(frame, Some(due)) {
            Ok(Handed::Written) => desk.was_sent(connection.room, due, &self.shared),
            Ok(Handed::Kept) => desk.queued += 1,
            Ok(Handed::TurnedAway) => return false,
            Err(_) => {
                self.lose(sender);
                return false;
            }
        }
        true
    }

    /// Sends what is no message.
    pub(super) fn hand(&mut self, slot: Slot, frame: &[u8]) {
        // A pong that is turned away is one of hundreds that this server does not read.
        if self.connections.get(slot).is_some_and(|connection| connection.hand(frame, None).is_err()) {
            self.lose(slot);
        }
    }

    /// A socket takes bytes again.
    pub(super) fn flush(&mut self, slot: Slot) {
        let Some(connection) = self.connections.get(slot) else { return };
        let Ok(written) = connection.flush() else { return self.lose(slot) };
        let (room, Some(desk)) = (connection.room, &mut self.desk) else { return };
        for due in written {
            desk.queued = desk.queued.saturating_sub(1);
            desk.was_sent(room, due, &self.shared);
        }
    }
}
