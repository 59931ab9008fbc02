//! The room's one place of order: what is admitted, and in which order everyone sees it.
//!
//! **Invariant:** nothing else stamps a message. Knows no thread and no lock; `local_bus` puts one around it.

use crate::account::AccountUse;
use crate::publication::{Position, PublicationKind};
use crate::used_tokens::UsedTokens;
use crate::{Join, Refusal, Request, RoomSettings};
use model::{FallbackResult, Id, Limit, Monotonic, Now, Quotas, Rate, RateLimiter, Reason, Timestamp};
use wire::SystemEvent;

/// One room's state while somebody is in it.
#[derive(Debug)]
pub struct Sequencer {
    next: Position,
    /// The time that the last publication carries. Submissions come from several threads with a reading of the clock
    /// each, and times must not contradict the order.
    stamped: Timestamp,
    messages: RateLimiter,
    used_tokens: UsedTokens,
    /// Viewers per shard.
    viewers: Vec<u32>,
}

/// What the room's rules look at besides its own state.
#[derive(Clone, Copy)]
pub struct Admission<'a> {
    /// The room as it stands now; `None` when it was deleted.
    pub settings: Option<RoomSettings>,
    /// The account's quotas.
    pub quotas: &'a Quotas,
    /// The account's use of them.
    pub(crate) account: &'a AccountUse,
    /// Tokens issued before this are refused: nobody would know whether they were used.
    pub in_charge_since: Timestamp,
    /// When the submission arrived.
    pub now: Now,
}

/// An admitted publication: its kind and its text, still to be framed.
pub(crate) struct Admitted {
    pub(crate) kind: PublicationKind,
    pub(crate) position: Position,
    pub(crate) text: Vec<u8>,
}

impl Sequencer {
    /// A room that someone enters for the first time, seen by `shards` shards.
    #[must_use]
    pub fn new(epoch: u64, shards: usize) -> Self {
        Self {
            next: Position { epoch, seq: 1 },
            stamped: Timestamp::UNIX_EPOCH,
            messages: RateLimiter::default(),
            used_tokens: UsedTokens::default(),
            viewers: vec![0; shards],
        }
    }

    /// The shards that have viewers.
    pub(crate) fn watching(&self) -> impl Iterator<Item = usize> {
        self.viewers.iter().enumerate().filter(|(_, viewers)| **viewers > 0).map(|(shard, _)| shard)
    }

    /// Whether nothing would be lost if the room were forgotten until someone comes again.
    pub(crate) fn is_idle(&mut self, now: Monotonic) -> bool {
        self.used_tokens.settle(now) && self.viewers.iter().all(|viewers| *viewers == 0)
    }

    /// Decides on a submission. `None` is a join or a leave: there is nothing to publish.
    ///
    /// # Errors
    /// Why it is refused; then nothing has changed but, at most, a counted attempt.
    pub(crate) fn admit(
        &mut self,
        id: Id,
        request_id: &str,
        request: &Request,
        admission: &Admission<'_>,
    ) -> Result<Option<Admitted>, Refusal> {
        if let Request::Leave { shard } = request {
            self.leave(*shard, admission.account);
            return Ok(None);
        }
        let settings = admission.settings.ok_or(Refusal::RoomNotFound)?;
        let sent_at = self.stamped.max(admission.now.wall);
        let (kind, text) = match request {
            Request::Join(join) => return self.join(join, admission).map(|()| None),
            Request::Leave { .. } => return Ok(None),
            Request::Message { content, .. } => {
                self.admit_message(content, settings, admission)?;
                (PublicationKind::Message, message_text(id, request_id, request, sent_at))
            }
            Request::Event { name, attributes } => {
                (PublicationKind::Event, wire::event(id, name, attributes, sent_at))
            }
            Request::Delete { message_id, reason } => {
                admission.account.admit_delete(admission.quotas, admission.now.monotonic)?;
                let event =
                    SystemEvent::DeleteMessage { message_id: message_id.as_str(), reason: text_of(reason) };
                (PublicationKind::Delete, wire::system_event(id, request_id, &event, sent_at))
            }
            Request::Disconnect { user_id, reason } => {
                admission.account.admit_disconnect(admission.quotas, admission.now.monotonic)?;
                let event = SystemEvent::DisconnectUser { user_id, reason: text_of(reason) };
                let kind =
                    PublicationKind::Disconnect { user_id: user_id.clone(), reason: text_of(reason).into() };
                (kind, wire::system_event(id, request_id, &event, sent_at))
            }
        };
        self.stamped = sent_at;
        Ok(Some(Admitted { kind, position: self.take_position(), text }))
    }

    fn take_position(&mut self) -> Position {
        let position = self.next;
        self.next.seq += 1;
        position
    }

    /// Length first, then the rates, then the review: what is refused for its form costs the room nothing.
    fn admit_message(
        &mut self,
        content: &str,
        settings: RoomSettings,
        admission: &Admission<'_>,
    ) -> Result<(), Refusal> {
        if exceeds(content, settings.maximum_message_length) {
            return Err(Refusal::ContentTooLong);
        }
        let most = match admission.quotas.messages_per_room {
            Limit::AtMost(ceiling) => settings.maximum_message_rate_per_second.min(ceiling),
            Limit::Unlimited => settings.maximum_message_rate_per_second,
        };
        let counted = self.messages.after_one(Rate::per_second(most), admission.now.monotonic);
        let counted = counted.ok_or(Refusal::RoomRate)?;
        admission.account.admit_message(admission.quotas, admission.now.monotonic)?;
        self.messages = counted;
        match settings.review_fallback {
            Some(FallbackResult::Deny) => Err(Refusal::DeniedByFallback),
            Some(FallbackResult::Allow) | None => Ok(()),
        }
    }

    fn join(&mut self, join: &Join, admission: &Admission<'_>) -> Result<(), Refusal> {
        if join.token_issued_at < admission.in_charge_since {
            return Err(Refusal::TokenSpent);
        }
        let viewers = self.viewers.get_mut(join.shard).ok_or(Refusal::Overloaded)?;
        if !self.used_tokens.spend(join.token_id, join.token_expires_at, admission.now) {
            return Err(Refusal::TokenSpent);
        }
        admission.account.admit_connection(admission.quotas)?;
        *viewers += 1;
        Ok(())
    }

    fn leave(&mut self, shard: usize, account: &AccountUse) {
        if let Some(viewers) = self.viewers.get_mut(shard).filter(|viewers| **viewers > 0) {
            *viewers -= 1;
            account.release_connection();
        }
    }
}

fn message_text(id: Id, request_id: &str, request: &Request, send_time: Timestamp) -> Vec<u8> {
    let Request::Message { sender, content, attributes } = request else { return Vec::new() };
    wire::message(&wire::Message {
        id,
        request_id,
        content,
        attributes: attributes.as_ref(),
        send_time,
        sender: sender.rendered(),
    })
}

fn text_of(reason: &Option<Reason>) -> &str {
    reason.as_ref().map_or("", Reason::as_str)
}

/// Whether `content` has more than `most` code points; a long text is not counted to its end.
fn exceeds(content: &str, most: u32) -> bool {
    let most = most as usize;
    content.len() > most && content.chars().nth(most).is_some()
}
