//! The line of a room whose messages are reviewed: what was admitted and is not out yet, in the order of admission.
//! Pure: it knows no handler and renders nothing.
//!
//! **Invariant:** of what stands here nothing comes out before what was admitted before it; a disconnected user does
//! not stand here. While nothing is under review the line is empty.

use crate::publication::PublicationKind;
use crate::review::{Draft, ReviewOutcome, RoomReview};
use crate::{AnswerTo, Submission};
use model::{Id, Timestamp};
use std::collections::VecDeque;
use std::sync::Arc;

/// How many may stand in a line. A second of the fastest room with AWS's quotas is a hundred, a review a fifth of that.
const MOST: usize = 4_096;

/// What was asked, and who waits for the answer.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) submission: Submission,
    pub(crate) answer_to: AnswerTo,
}

/// A message under review.
#[derive(Debug)]
pub(crate) struct Waiting {
    pub(crate) id: Id,
    pub(crate) request_id: Box<str>,
    pub(crate) answer_to: AnswerTo,
    pub(crate) draft: Arc<Draft>,
    pub(crate) review: Arc<RoomReview>,
    pub(crate) sent_at: Timestamp,
}

/// What needs nothing but its place in the room's order.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(crate) kind: PublicationKind,
    pub(crate) sent_at: Timestamp,
    pub(crate) text: Vec<u8>,
}

/// One place in the line.
#[derive(Debug)]
enum Entry {
    /// It waits for nothing but its turn.
    Ready(Rendered),
    /// It waits for its review, or has it.
    Reviewing(Waiting, Option<ReviewOutcome>),
}

/// What is first in the line and may come out.
#[derive(Debug)]
pub(crate) enum Next {
    Ready(Rendered),
    Reviewed(Waiting, ReviewOutcome),
}

/// The line.
#[derive(Debug, Default)]
pub(crate) struct Line {
    entries: VecDeque<Entry>,
    /// The number of the first entry.
    first: u64,
    under_review: usize,
}

impl Line {
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.entries.len() >= MOST
    }

    /// How many are under review.
    pub(crate) const fn under_review(&self) -> usize {
        self.under_review
    }

    /// Puts something that needs no review behind what is there.
    pub(crate) fn follow(&mut self, rendered: Rendered) {
        self.entries.push_back(Entry::Ready(rendered));
    }

    /// Puts a message behind what is there, and answers the number under which its review is handed in.
    pub(crate) fn wait(&mut self, waiting: Waiting) -> u64 {
        let number = self.first + self.entries.len() as u64;
        self.entries.push_back(Entry::Reviewing(waiting, None));
        self.under_review += 1;
        number
    }

    /// Takes a review in; a second one for the same message counts for nothing.
    pub(crate) fn hand_in(&mut self, number: u64, outcome: ReviewOutcome) {
        let at = number.checked_sub(self.first).and_then(|at| usize::try_from(at).ok());
        if let Some(Entry::Reviewing(_, place @ None)) = at.and_then(|at| self.entries.get_mut(at)) {
            *place = Some(outcome);
            self.under_review -= 1;
        }
    }

    /// Takes out the first, unless it waits for its review.
    pub(crate) fn next(&mut self) -> Option<Next> {
        if matches!(self.entries.front(), None | Some(Entry::Reviewing(_, None))) {
            return None;
        }
        self.first += 1;
        match self.entries.pop_front()? {
            Entry::Ready(rendered) => Some(Next::Ready(rendered)),
            Entry::Reviewing(waiting, outcome) => outcome.map(|outcome| Next::Reviewed(waiting, outcome)),
        }
    }
}
