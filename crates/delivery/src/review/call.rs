//! One call of a handler: asked within its time limit, judged by the clock, counted. It decides about no message.

use super::breaker::Pass;
use super::complaints::Complaints;
use super::counters::{Ledger, Mode, ReviewLabel};
use super::endpoint::Question;
use super::failure::Failure;
use super::question;
use super::table::Route;
use super::watches::{Ending, Sign};
use engine::{ReviewOutcome, ReviewRequest};
use model::{Now, Region};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

/// What a call needs besides its endpoint.
pub(super) struct Desk {
    pub(super) region: Region,
    pub(super) clock: fn() -> Now,
    pub(super) random: fn() -> u128,
    pub(super) ledger: Ledger,
    pub(super) complaints: Complaints,
}

impl Desk {
    /// How long ago the message was admitted.
    pub(super) fn since(&self, request: &ReviewRequest) -> Duration {
        (self.clock)().monotonic.since(request.asked_at.monotonic)
    }

    /// Counts one review; `took` if the handler was asked.
    pub(super) fn count(
        &self,
        request: &ReviewRequest,
        mode: Mode,
        label: ReviewLabel,
        took: Option<Duration>,
    ) {
        self.ledger.count((request.room.account, &request.review.handler), mode, label, took);
        if mode == Mode::Shadow && took.is_some() {
            let (uri, message_id) = (request.review.handler.as_str(), request.message_id.as_str());
            let would_be = label.as_str();
            tracing::info!(target: "review", uri, message_id, would_be, "reviewed in the shadow");
        }
    }
}

/// One call.
pub(super) struct Call {
    pub(super) desk: Arc<Desk>,
    pub(super) route: Arc<Route>,
    pub(super) request: ReviewRequest,
    pub(super) mode: Mode,
}

impl Call {
    pub(super) async fn run(self, pass: Pass) -> ReviewOutcome {
        let limit = self.route.time_limit;
        let given = limit.saturating_sub(self.desk.since(&self.request));
        let answer = self.ask(given).await;
        let took = self.desk.since(&self.request);
        // An answer that nobody looked at in time is late, wherever it lay.
        let answer = if took > limit { Err(Failure::TimedOut) } else { answer };
        self.report(pass, answer.as_ref().err(), given);
        let label = answer.as_ref().map_or_else(Failure::label, label_of);
        let took = Some(took).filter(|_| !given.is_zero());
        self.desk.count(&self.request, self.mode, label, took);
        answer.unwrap_or(ReviewOutcome::NoAnswer)
    }

    /// Without time there is no call.
    async fn ask(&self, given: Duration) -> Result<ReviewOutcome, Failure> {
        let Self { desk, route, request, .. } = self;
        if given.is_zero() {
            return Err(Failure::TimedOut);
        }
        let question = Question {
            uri: &request.review.handler,
            body: question::render(request, &desk.region),
            draft: &request.draft,
            maximum_message_length: request.maximum_message_length,
        };
        timeout(given, route.endpoint.ask(question, desk.clock)).await.unwrap_or(Err(Failure::TimedOut))
    }

    /// A handler is not blamed for being late with less than half of its time: the rest went by in this house.
    fn report(&self, pass: Pass, failure: Option<&Failure>, given: Duration) {
        let Self { desk, route, request, .. } = self;
        let was_hurried = given < route.time_limit / 2;
        let sign = match failure {
            None => Sign::Alive,
            Some(Failure::TimedOut) if was_hurried => Sign::None,
            Some(failure) => failure.sign(),
        };
        let failure = failure.filter(|_| !given.is_zero());
        let (uri, now) = (&request.review.handler, (desk.clock)().monotonic);
        route.endpoint.report(&Ending { uri, pass, sign, failure, now, random: (desk.random)() });
    }
}

/// Where an outcome is counted.
pub(super) fn label_of(outcome: &ReviewOutcome) -> ReviewLabel {
    match outcome {
        ReviewOutcome::Unchanged => ReviewLabel::Allow,
        ReviewOutcome::Changed { .. } => ReviewLabel::Changed,
        ReviewOutcome::Denied { .. } => ReviewLabel::Deny,
        ReviewOutcome::NoAnswer => ReviewLabel::FallbackError,
    }
}
