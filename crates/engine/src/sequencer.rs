//! The room's one place of order: what is admitted, and in which order everyone sees it.
//!
//! **Invariant:** nothing else stamps a message. Knows no thread and no lock; `local_bus` puts one around it.

use crate::account::AccountUse;
use crate::line::{Asked, Line, Next, Rendered, Waiting};
use crate::publication::{Position, PublicationKind};
use crate::review::{Draft, ReviewOutcome, ReviewRequest, RoomReview};
use crate::used_tokens::UsedTokens;
use crate::{Answer, AnswerTo, Identity, Join, Refusal, Request, RoomSettings, Submission};
use model::{
    Attributes, FallbackResult, Id, Limit, Monotonic, Now, Quotas, Rate, RateLimiter, Reason, RoomKey,
    Timestamp,
};
use std::sync::Arc;
use wire::SystemEvent;

/// One room's state while somebody is in it.
#[derive(Debug)]
pub struct Sequencer {
    next: Position,
    /// The time of what was admitted last. Submissions come from several threads with a reading of the clock each, and
    /// times must not contradict the order of admission.
    stamped: Timestamp,
    messages: RateLimiter,
    used_tokens: UsedTokens,
    /// What waits for a review, or behind something that does.
    line: Line,
    /// Viewers per shard.
    viewers: Vec<u32>,
}

/// What the room's rules look at besides its own state.
#[derive(Clone, Copy)]
pub struct Admission<'a> {
    /// Which room.
    pub room: RoomKey,
    /// The room as it stands now; `None` when it was deleted.
    pub settings: Option<&'a RoomSettings>,
    /// The account's quotas.
    pub quotas: &'a Quotas,
    /// The account's use of them.
    pub(crate) account: &'a AccountUse,
    /// Tokens issued before this are refused: nobody would know whether they were used.
    pub in_charge_since: Timestamp,
    /// When the submission arrived.
    pub now: Now,
}

/// An admitted publication with its place in the room's order, still to be framed.
pub(crate) struct Admitted {
    pub(crate) position: Position,
    pub(crate) rendered: Rendered,
}

/// What follows from a submission that is not refused.
pub(crate) enum Step {
    /// It is done: a join, a leave, or something that stands in line and will come out by itself.
    Done,
    /// It comes out now.
    Publish(Admitted),
    /// It is kept, and its review is to be asked for; the answer comes under this number.
    Review(ReviewRequest, u64),
}

/// What comes out of the line: a publication, or the refusal of a message with whom to tell.
pub(crate) enum Release {
    Publish(Admitted, Option<(AnswerTo, Answer)>),
    Refuse(AnswerTo, Answer),
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
            line: Line::default(),
            viewers: vec![0; shards],
        }
    }

    /// The shards that have viewers.
    pub(crate) fn watching(&self) -> impl Iterator<Item = usize> {
        self.viewers.iter().enumerate().filter(|(_, viewers)| **viewers > 0).map(|(shard, _)| shard)
    }

    /// Whether nothing would be lost if the room were forgotten until someone comes again.
    pub(crate) fn is_idle(&mut self, now: Monotonic) -> bool {
        let nobody = self.viewers.iter().all(|viewers| *viewers == 0);
        self.used_tokens.settle(now) && nobody && self.line.is_empty()
    }

    /// Which sequencer this is.
    pub(crate) const fn epoch(&self) -> u64 {
        self.next.epoch
    }

    /// Decides on a submission. What is kept for later is taken out of `asked`.
    ///
    /// # Errors
    /// Why it is refused; then nothing has changed but, at most, a counted attempt.
    pub(crate) fn admit(
        &mut self,
        asked: &mut Option<Asked>,
        admission: &Admission<'_>,
    ) -> Result<Step, Refusal> {
        let Some(Asked { submission: Submission { id, request_id, request }, .. }) = asked else {
            return Ok(Step::Done);
        };
        match request {
            Request::Leave { shard } => {
                self.leave(*shard, admission.account);
                Ok(Step::Done)
            }
            Request::Join(join) => self.join(join, admission).map(|()| Step::Done),
            Request::Message { sender, content, attributes } => {
                let settings = self.check_room(admission)?;
                self.admit_message(content, settings, admission)?;
                let sent_at = self.stamp(admission.now);
                if let Some(review) = &settings.review {
                    return Ok(self.begin_review(asked, review, admission));
                }
                let text = message_text(*id, request_id, (sender, content, attributes.as_ref()), sent_at);
                Ok(self.put_out(Rendered { kind: PublicationKind::Message, sent_at, text }))
            }
            Request::Event { name, attributes } => {
                self.check_room(admission)?;
                let sent_at = self.stamp(admission.now);
                let text = wire::event(*id, name, attributes, sent_at);
                Ok(self.put_out(Rendered { kind: PublicationKind::Event, sent_at, text }))
            }
            Request::Delete { message_id, reason } => {
                self.check_room(admission)?;
                admission.account.admit_delete(admission.quotas, admission.now.monotonic)?;
                let sent_at = self.stamp(admission.now);
                let event =
                    SystemEvent::DeleteMessage { message_id: message_id.as_str(), reason: text_of(reason) };
                let text = wire::system_event(*id, request_id, &event, sent_at);
                Ok(self.put_out(Rendered { kind: PublicationKind::Delete, sent_at, text }))
            }
            // Ahead of the line: who is thrown out says nothing more, and nobody is who comes in later.
            Request::Disconnect { user_id, reason } => {
                admission.settings.ok_or(Refusal::RoomNotFound)?;
                admission.account.admit_disconnect(admission.quotas, admission.now.monotonic)?;
                let sent_at = self.stamp(admission.now);
                let event = SystemEvent::DisconnectUser { user_id, reason: text_of(reason) };
                let text = wire::system_event(*id, request_id, &event, sent_at);
                let reason = text_of(reason).into();
                let kind = PublicationKind::Disconnect { user_id: user_id.clone(), reason };
                let rendered = Rendered { kind, sent_at, text };
                Ok(Step::Publish(Admitted { position: self.take_position(), rendered }))
            }
        }
    }

    /// Whether there is a room to say something in, and a place for it.
    fn check_room<'a>(&self, admission: &Admission<'a>) -> Result<&'a RoomSettings, Refusal> {
        let settings = admission.settings.ok_or(Refusal::RoomNotFound)?;
        if self.line.is_full() { Err(Refusal::Overloaded) } else { Ok(settings) }
    }

    /// The time of what was admitted just now.
    fn stamp(&mut self, now: Now) -> Timestamp {
        self.stamped = self.stamped.max(now.wall);
        self.stamped
    }

    /// Out, or behind what waits.
    fn put_out(&mut self, rendered: Rendered) -> Step {
        if self.line.is_empty() {
            return Step::Publish(Admitted { position: self.take_position(), rendered });
        }
        self.line.follow(rendered);
        Step::Done
    }

    /// The message takes its place in line; `stamped` is its time.
    fn begin_review(
        &mut self,
        asked: &mut Option<Asked>,
        review: &Arc<RoomReview>,
        admission: &Admission<'_>,
    ) -> Step {
        let Some(Asked { submission, answer_to }) = asked.take() else { return Step::Done };
        let Submission { id: message_id, request_id, request } = submission;
        let Request::Message { sender, content, attributes } = request else { return Step::Done };
        let (draft, review) = (Arc::new(Draft { sender, content, attributes }), Arc::clone(review));
        let number = self.line.wait(Waiting {
            id: message_id,
            request_id,
            answer_to,
            draft: Arc::clone(&draft),
            review: Arc::clone(&review),
            sent_at: self.stamped,
        });
        let request = ReviewRequest {
            room: admission.room,
            review,
            message_id,
            draft,
            maximum_message_length: admission.settings.map_or(0, |room| room.maximum_message_length),
            under_review: self.line.under_review(),
            asked_at: admission.now,
        };
        Step::Review(request, number)
    }

    /// Takes a review in. What can come out then is to be had with [`Sequencer::release`].
    pub(crate) fn reviewed(&mut self, number: u64, outcome: ReviewOutcome) {
        self.line.hand_in(number, outcome);
    }

    /// The first in line, if it waits for no review.
    pub(crate) fn release(&mut self) -> Option<Release> {
        let (waiting, outcome) = match self.line.next()? {
            Next::Ready(rendered) => {
                return Some(Release::Publish(Admitted { position: self.take_position(), rendered }, None));
            }
            Next::Reviewed(waiting, outcome) => (waiting, outcome),
        };
        let Waiting { id, request_id, answer_to, draft, review, sent_at } = waiting;
        let (content, attributes) = match outcome {
            ReviewOutcome::Unchanged => (None, None),
            ReviewOutcome::Changed { content, attributes } => (Some(content), attributes),
            ReviewOutcome::NoAnswer if review.fallback == FallbackResult::Allow => (None, None),
            denied => {
                let refusal = match denied {
                    ReviewOutcome::Denied { reason } => Refusal::DeniedByHandler(reason),
                    _ => Refusal::DeniedByFallback,
                };
                return Some(Release::Refuse(answer_to, Answer { id, request_id, result: Err(refusal) }));
            }
        };
        let content = content.as_ref().unwrap_or(&draft.content);
        let attributes = attributes.as_ref().or(draft.attributes.as_ref());
        let text = message_text(id, &request_id, (&draft.sender, content, attributes), sent_at);
        let rendered = Rendered { kind: PublicationKind::Message, sent_at, text };
        let admitted = Admitted { position: self.take_position(), rendered };
        Some(Release::Publish(admitted, Some((answer_to, Answer { id, request_id, result: Ok(()) }))))
    }

    fn take_position(&mut self) -> Position {
        let position = self.next;
        self.next.seq += 1;
        position
    }

    /// Length first, then the rates: what is refused for its form costs the room nothing.
    fn admit_message(
        &mut self,
        content: &str,
        settings: &RoomSettings,
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
        Ok(())
    }

    fn join(&mut self, join: &Join, admission: &Admission<'_>) -> Result<(), Refusal> {
        admission.settings.ok_or(Refusal::RoomNotFound)?;
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

fn message_text(
    id: Id,
    request_id: &str,
    (sender, content, attributes): (&Identity, &str, Option<&Attributes>),
    send_time: Timestamp,
) -> Vec<u8> {
    let sender = sender.rendered();
    wire::message(&wire::Message { id, request_id, content, attributes, send_time, sender })
}

fn text_of(reason: &Option<Reason>) -> &str {
    reason.as_ref().map_or("", Reason::as_str)
}

/// Whether `content` has more than `most` code points; a long text is not counted to its end.
fn exceeds(content: &str, most: u32) -> bool {
    let most = most as usize;
    content.len() > most && content.chars().nth(most).is_some()
}
