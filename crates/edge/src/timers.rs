//! What happens by itself: pings, expiry, idleness, stalls, the end of a drain.

use crate::counters::CloseReason;
use crate::shard::Shard;
use crate::slots::Slot;
use model::Monotonic;
use std::time::Duration;

impl Shard {
    pub(crate) fn ring_alarms(&mut self) {
        while let Some((at, slot)) = self.alarms.ring(self.now.monotonic) {
            if let Some(connection) = self.connections.get_mut(slot)
                && connection.alarm_at == at
            {
                connection.alarm_at = Monotonic::NEVER;
                self.on_alarm(slot);
            }
        }
    }

    fn on_alarm(&mut self, slot: Slot) {
        let moment = self.moment();
        let now = moment.now.monotonic;
        let settings = self.parts.settings;
        let Some(connection) = self.connections.get_mut(slot) else { return };
        if connection.drop_at <= now {
            return self.drop_connection(slot, CloseReason::Drained);
        }
        if connection.transport.is_none() || connection.ending.is_some() {
            return self.set_next_alarm(slot);
        }
        if now.since(connection.heard_at) >= settings.idle_timeout {
            return self.drop_connection(slot, CloseReason::Idle);
        }
        let waiting = connection.outbox.waiting_since();
        if waiting.is_some_and(|since| now.since(since) >= settings.write_stall) {
            return self.drop_connection(slot, CloseReason::Stalled);
        }
        let silent_since = connection.heard_at.max(connection.pinged_at);
        let ping = now.since(silent_since) >= settings.ping_interval;
        if ping {
            connection.pinged_at = now;
        }
        let reaction = connection.session.on_tick(moment);
        if ping {
            self.say(slot, &websocket::ping_frame(b""));
        }
        self.react(slot, reaction);
        self.flush(slot);
        self.set_next_alarm(slot);
    }

    /// Sets the alarm for whatever comes first. Bytes from the client only move it back, so they need not touch it.
    pub(crate) fn set_next_alarm(&mut self, slot: Slot) {
        let settings = self.parts.settings;
        let Some(connection) = self.connections.get_mut(slot) else { return };
        let waiting = connection.outbox.waiting_since();
        let own = [
            connection.session.expires_at(),
            connection.heard_at.after(settings.idle_timeout),
            connection.heard_at.max(connection.pinged_at).after(settings.ping_interval),
            waiting.map_or(Monotonic::NEVER, |since| since.after(settings.write_stall)),
        ];
        let listens = connection.ending.is_none() && connection.transport.is_some();
        let own = own.into_iter().filter(|_| listens);
        let at = own.fold(connection.drop_at, Monotonic::min);
        self.set_alarm(slot, at);
    }

    /// Nothing, if an alarm that rings no later is pending: it will set the next.
    pub(crate) fn set_alarm(&mut self, slot: Slot, at: Monotonic) {
        if let Some(connection) = self.connections.get_mut(slot)
            && connection.alarm_at > at
        {
            connection.alarm_at = at;
            self.alarms.set(at, slot);
        }
    }

    /// Gives each connection a moment of its own within `over`, so that its client does not come back in a crowd.
    pub(crate) fn drain(&mut self, over: Duration) {
        self.drained_at = Some(self.now.monotonic.after(over));
        let slots: Vec<Slot> = self.connections.occupied().collect();
        for slot in slots {
            let share = ((self.parts.random)() & 0xffff) as u32;
            let at = self.now.monotonic.after(over.mul_f64(f64::from(share) / 65_536.0));
            if let Some(connection) = self.connections.get_mut(slot)
                && connection.ending.is_none()
            {
                connection.drop_at = at;
                self.set_next_alarm(slot);
            }
        }
    }
}
