//! One connection's rules: what its token lets it do, how often, and until when.
//!
//! A state machine without I/O: frames, answers and ticks go in with the time, a [`Reaction`] comes out.

use crate::{Answer, Refusal, Request, Submission};
use model::{Attributes, Capabilities, Id, Limit, Monotonic, Now, Rate, RateLimiter, RoomKey, UserId};
use serde_json::value::RawValue;
use std::net::IpAddr;
use std::sync::Arc;
use wire::{Action, ActionKind, Close, ParsedAction};

/// Who a connection is, as its token said; shared with every message that it sends.
#[derive(Debug)]
pub struct Identity {
    user_id: UserId,
    capabilities: Capabilities,
    ip: IpAddr,
    rendered: Box<RawValue>,
}

impl Identity {
    /// The identity of a token whose bearer connects from `ip`. The `Sender` member is written here, once.
    #[must_use]
    pub fn new(user_id: UserId, attributes: &Attributes, capabilities: Capabilities, ip: IpAddr) -> Self {
        let rendered = wire::sender(&user_id, attributes);
        Self { user_id, capabilities, ip, rendered }
    }

    /// Where the user connects from.
    #[must_use]
    pub const fn ip(&self) -> IpAddr {
        self.ip
    }

    /// The user.
    #[must_use]
    pub const fn user_id(&self) -> &UserId {
        &self.user_id
    }

    /// The `Sender` member of this user's messages: `{"UserId":…,"Attributes":…}`.
    #[must_use]
    pub const fn rendered(&self) -> &RawValue {
        &self.rendered
    }
}

/// What holds for every session alike.
#[derive(Debug, Clone, Copy)]
pub struct SessionRules {
    /// Requests a second on one connection.
    pub requests_per_connection: Limit,
}

/// When something happens, and the id that it takes if it needs one.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The time.
    pub now: Now,
    /// A fresh random id.
    pub id: Id,
}

/// What is to be done about a frame, an answer or a tick.
#[derive(Debug)]
pub enum Reaction {
    /// Nothing.
    Nothing,
    /// Hand this to the room's sequencer.
    Submit(Submission),
    /// Send this ERROR frame's text, and count the refusal.
    Refuse(Refusal, Vec<u8>),
    /// Send this ERROR frame's text, then close.
    End(Vec<u8>, Close),
}

/// One connection.
#[derive(Debug)]
pub struct Session {
    room: RoomKey,
    identity: Arc<Identity>,
    requests: RateLimiter,
    expires_at: Monotonic,
}

impl Session {
    /// A session in `room` until `expires_at`.
    #[must_use]
    pub fn new(room: RoomKey, identity: Arc<Identity>, expires_at: Monotonic) -> Self {
        Self { room, identity, requests: RateLimiter::default(), expires_at }
    }

    /// The room it is in.
    #[must_use]
    pub const fn room(&self) -> RoomKey {
        self.room
    }

    /// The user.
    #[must_use]
    pub fn user_id(&self) -> &UserId {
        &self.identity.user_id
    }

    /// When it ends.
    #[must_use]
    pub const fn expires_at(&self) -> Monotonic {
        self.expires_at
    }

    /// A text frame came. The second value is the action it named, to be counted.
    pub fn on_text(
        &mut self,
        text: &str,
        moment: Moment,
        rules: SessionRules,
    ) -> (Reaction, Option<ActionKind>) {
        let parsed = ParsedAction::parse(text);
        let kind = parsed.kind;
        let reaction = match self.check(&parsed, moment.now, rules) {
            Err(refusal) => refuse(refusal, moment.id, &parsed.request_id),
            Ok(()) => self.react(parsed, moment.id),
        };
        (reaction, kind)
    }

    /// The rate counts every request, well-formed or not; the capability is looked at before the members are.
    fn check(&mut self, parsed: &ParsedAction, now: Now, rules: SessionRules) -> Result<(), Refusal> {
        if let Limit::AtMost(most) = rules.requests_per_connection
            && !self.requests.admit(Rate::per_second(most), now.monotonic)
        {
            return Err(Refusal::ConnectionRate);
        }
        match parsed.kind {
            Some(kind) if !self.identity.capabilities.allow(kind.capability()) => {
                Err(Refusal::CapabilityMissing(kind))
            }
            _ => Ok(()),
        }
    }

    fn react(&self, parsed: ParsedAction, id: Id) -> Reaction {
        let request = match parsed.action {
            Err(error) => return refuse(Refusal::Malformed(error), id, &parsed.request_id),
            Ok(Action::SendMessage { content, attributes }) => {
                Request::Message { sender: Arc::clone(&self.identity), content, attributes }
            }
            Ok(Action::DeleteMessage { id, reason }) => Request::Delete { message_id: id, reason },
            Ok(Action::DisconnectUser { user_id, reason }) => Request::Disconnect { user_id, reason },
        };
        Reaction::Submit(Submission { id, request_id: parsed.request_id.into_boxed_str(), request })
    }

    /// A frame came that can be no request: binary, or larger than any may be. It counts toward the rate too.
    pub fn on_unreadable(&mut self, refusal: Refusal, moment: Moment, rules: SessionRules) -> Reaction {
        let over = match rules.requests_per_connection {
            Limit::AtMost(most) => !self.requests.admit(Rate::per_second(most), moment.now.monotonic),
            Limit::Unlimited => false,
        };
        refuse(if over { Refusal::ConnectionRate } else { refusal }, moment.id, "")
    }

    /// The sequencer answered. Acceptance needs no word: the publication itself tells the sender.
    #[must_use]
    pub fn on_answer(&self, answer: &Answer) -> Reaction {
        match &answer.result {
            Ok(()) => Reaction::Nothing,
            Err(refusal) => refuse(refusal.clone(), answer.id, &answer.request_id),
        }
    }

    /// Time has passed.
    #[must_use]
    pub fn on_tick(&self, moment: Moment) -> Reaction {
        if moment.now.monotonic < self.expires_at {
            return Reaction::Nothing;
        }
        let (error, close) = wire::session_expired(moment.id);
        Reaction::End(error, close)
    }
}

fn refuse(refusal: Refusal, id: Id, request_id: &str) -> Reaction {
    let error = wire::error(id, request_id, refusal.code(), &refusal.text());
    Reaction::Refuse(refusal, error)
}
