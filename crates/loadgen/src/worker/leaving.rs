//! How guests leave: dropped by the server, sent away, or at the end of all.

use super::{Report, Worker};
use crate::connection::Connection;
use crate::crowd::Role;
use crate::slots::Slot;
use crate::tally::Account;
use mio::Events;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How long the end waits to see whether the server has dropped the guests that do not read.
const STALLED_GRACE: Duration = Duration::from_millis(300);

impl Worker {
    pub(super) fn scatter(&mut self) {
        let is_sending = self.shared.sending.load(Ordering::Acquire);
        for slot in self.connections.names() {
            if let Some(connection) = self.part(slot, is_sending) {
                connection.transport.abort();
            }
        }
        self.entrance.clear();
        self.unread.clear();
    }

    /// Takes a connection out, and closes its account.
    pub(super) fn part(&mut self, slot: Slot, left: bool) -> Option<Connection> {
        let connection = self.connections.remove(slot)?;
        if connection.is_in() {
            self.entrance.one_left();
        }
        if let Some(account) = connection.account {
            self.tally.close_account(Account { left, ..account });
            self.departed.push(account.room);
        }
        if let Some(desk) = self.desk.as_mut().filter(|_| connection.role == Role::Sender) {
            desk.leave(connection.room, slot, connection.waiting_messages());
        }
        Some(connection)
    }

    /// The server has ended a guest's connection, or it broke.
    pub(super) fn lose(&mut self, slot: Slot) {
        if let Some(connection) = self.part(slot, false) {
            self.entrance.entries.closed += 1;
            self.entrance.entries.closed_stalled += u64::from(connection.role == Role::Stalled);
        }
    }

    pub(super) fn end(mut self, ready: &mut Events) -> Report {
        self.effort.end(self.shared.clock.now());
        self.look_after_stalled(ready);
        for slot in self.connections.names() {
            if let Some(connection) = self.part(slot, false) {
                connection.transport.abort();
            }
        }
        self.publish();
        Report {
            entries: self.entrance.entries,
            tally: self.tally,
            books: self.desk.map(|desk| desk.books),
            busy: self.effort.most,
        }
    }

    /// Finds the stalled guests that the server has dropped: behind all that they have not read there may be the end.
    fn look_after_stalled(&mut self, ready: &mut Events) {
        let until = self.shared.clock.now() + STALLED_GRACE;
        loop {
            let mut are_left = false;
            for slot in self.connections.names() {
                let connection = self.connections.get(slot);
                let Some(stalled) = connection.filter(|guest| guest.role == Role::Stalled && guest.is_in())
                else {
                    continue;
                };
                if stalled.transport.drain(&mut self.scratch) {
                    self.lose(slot);
                } else {
                    are_left = true;
                }
            }
            let grace = until.saturating_sub(self.shared.clock.now());
            if !are_left || grace.is_zero() || self.poll.poll(ready, Some(grace)).is_err() {
                return;
            }
        }
    }
}
