//! The one who asks review handlers, as the engine knows it.
//!
//! A review never blocks: a built-in handler judges at once, all others are called on the runtime, each call under one
//! deadline that begins with the message's admission and includes the connection's set-up. Nothing is tried twice.

use super::breaker::Pass;
use super::builtin::{RepeatMemory, RuleSet, Said, Verdict};
use super::counters::{Ledger, Mode, ReviewCounters, ReviewLabel};
use super::endpoint::Question;
use super::failure::Failure;
use super::map::ReviewMap;
use super::question;
use super::settings::ReviewSettings;
use super::table::{Found, Route, Table};
use arc_swap::ArcSwap;
use engine::{ReviewOutcome, ReviewRequest, ReviewTicket, Reviewer};
use model::{Now, Region, ReviewHandlerUri};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// What [`ReviewHandlers`] are made of.
pub struct ReviewParts {
    /// The server's region, for the ARNs of rooms.
    pub region: Region,
    /// The limits.
    pub settings: ReviewSettings,
    /// Which handlers there are.
    pub map: ReviewMap,
    /// Where calls run; its timers must be enabled.
    pub runtime: Handle,
    /// The time.
    pub clock: fn() -> Now,
    /// 128 random bits.
    pub random: fn() -> u128,
}

/// All review handlers.
pub struct ReviewHandlers {
    table: ArcSwap<Table>,
    /// Held while the table is replaced, so that no endpoint of a replacement in between is lost.
    replacing: Mutex<()>,
    settings: ReviewSettings,
    runtime: Handle,
    memory: RepeatMemory,
    /// How many calls may still begin.
    calls: Arc<Semaphore>,
    shadow_calls: Arc<Semaphore>,
    desk: Arc<Desk>,
}

/// What a call needs besides its endpoint.
struct Desk {
    region: Region,
    clock: fn() -> Now,
    random: fn() -> u128,
    ledger: Ledger,
}

impl ReviewHandlers {
    /// Puts the map to use. Connects to no handler before there is a message for it.
    #[must_use]
    pub fn new(parts: ReviewParts) -> Arc<Self> {
        let ReviewParts { region, settings, map, runtime, clock, random } = parts;
        Arc::new(Self {
            table: ArcSwap::from_pointee(Table::new(map, None, settings.time_limit, &runtime)),
            replacing: Mutex::new(()),
            settings,
            runtime,
            memory: RepeatMemory::new(halves(random())),
            calls: Arc::new(Semaphore::new(settings.at_once)),
            shadow_calls: Arc::new(Semaphore::new(settings.at_once)),
            desk: Arc::new(Desk { region, clock, random, ledger: Ledger::default() }),
        })
    }

    /// Whether something stands behind the ARN. Of a built-in handler's ARN,
    /// `arn:aws:lambda:<region>:<account>:function:hubbub-builtin-<name>`, that is the rule set of that name.
    #[must_use]
    pub fn covers(&self, uri: &ReviewHandlerUri) -> bool {
        self.table.load().find(uri).is_some()
    }

    /// Takes another map. It holds for the next message; endpoints that did not change keep their connections and
    /// breakers, and what is under review is finished as it was begun.
    pub fn replace(&self, map: ReviewMap) {
        let _one_at_a_time = self.replacing.lock().unwrap_or_else(PoisonError::into_inner);
        let before = self.table.load_full();
        let table = Table::new(map, Some(&before), self.settings.time_limit, &self.runtime);
        self.table.store(Arc::new(table));
    }

    /// What was counted until now.
    #[must_use]
    pub fn counters(&self) -> ReviewCounters {
        let breakers = self.table.load().endpoints().flat_map(|endpoint| endpoint.breakers()).collect();
        ReviewCounters { handlers: self.desk.ledger.read(), breakers }
    }

    fn judge(&self, rules: &RuleSet, request: &ReviewRequest) -> ReviewOutcome {
        let draft = &request.draft;
        let user_id = draft.sender.user_id().as_str();
        let said = Said { room: request.room, user_id, content: &draft.content };
        match rules.review(&said, &self.memory, request.asked_at.monotonic) {
            Verdict::Allow => ReviewOutcome::Unchanged,
            Verdict::Masked(content) => ReviewOutcome::Changed { content, attributes: None },
            Verdict::Denied(reason) => ReviewOutcome::Denied { reason: Some(reason) },
        }
    }

    /// Sends the question on its way, unless something speaks against it.
    fn call(&self, route: &Arc<Route>, request: ReviewRequest, ticket: ReviewTicket) {
        let (mode, ticket) = if route.is_shadow {
            ticket.answer(ReviewOutcome::Unchanged);
            (Mode::Shadow, None)
        } else {
            (Mode::Decides, Some(ticket))
        };
        match self.admit(route, &request, mode) {
            Ok((permit, pass)) => {
                let call = Call { desk: Arc::clone(&self.desk), route: Arc::clone(route), request, mode };
                self.runtime.spawn(async move {
                    let outcome = call.run(pass).await;
                    drop(permit);
                    if let Some(ticket) = ticket {
                        ticket.answer(outcome);
                    }
                });
            }
            Err(label) => {
                self.desk.ledger.count(&request.review.handler, mode, label, None);
                if let Some(ticket) = ticket {
                    ticket.answer(ReviewOutcome::NoAnswer);
                }
            }
        }
    }

    /// The breaker is asked last: a probe that it grants must go.
    fn admit(
        &self,
        route: &Route,
        request: &ReviewRequest,
        mode: Mode,
    ) -> Result<(OwnedSemaphorePermit, Pass), ReviewLabel> {
        let calls = match mode {
            Mode::Decides if request.under_review > self.settings.at_once_per_room => {
                return Err(ReviewLabel::FallbackTooMany);
            }
            Mode::Decides => &self.calls,
            Mode::Shadow => &self.shadow_calls,
        };
        let permit = Arc::clone(calls).try_acquire_owned().map_err(|_| ReviewLabel::FallbackTooMany)?;
        let now = (self.desk.clock)().monotonic;
        let pass = route.endpoint.pass(&request.review.handler, now).ok_or(ReviewLabel::FallbackBreaker)?;
        Ok((permit, pass))
    }
}

impl Reviewer for ReviewHandlers {
    fn review(&self, request: ReviewRequest, ticket: ReviewTicket) {
        let table = self.table.load();
        let uri = &request.review.handler;
        match table.find(uri) {
            Some(Found::BuiltIn(rules)) => {
                let outcome = self.judge(rules, &request);
                let took = self.desk.since(&request);
                self.desk.ledger.count(uri, Mode::Decides, label_of(&outcome), Some(took));
                ticket.answer(outcome);
            }
            Some(Found::Outside(route)) => self.call(route, request, ticket),
            None => {
                self.desk.ledger.count(uri, Mode::Decides, ReviewLabel::FallbackUnmapped, None);
                ticket.answer(ReviewOutcome::NoAnswer);
            }
        }
    }
}

impl Desk {
    /// How long ago the message was admitted.
    fn since(&self, request: &ReviewRequest) -> Duration {
        (self.clock)().monotonic.since(request.asked_at.monotonic)
    }
}

/// One call.
struct Call {
    desk: Arc<Desk>,
    route: Arc<Route>,
    request: ReviewRequest,
    mode: Mode,
}

impl Call {
    async fn run(self, pass: Pass) -> ReviewOutcome {
        let Self { desk, route, request, mode } = self;
        let uri = &request.review.handler;
        let question = Question {
            uri,
            body: question::render(&request, &desk.region),
            draft: &request.draft,
            maximum_message_length: request.maximum_message_length,
        };
        let left = route.time_limit.saturating_sub(desk.since(&request));
        let answer = timeout(left, route.endpoint.ask(question, desk.clock)).await;
        let answer = answer.unwrap_or(Err(Failure::TimedOut));
        let now = (desk.clock)().monotonic;
        route.endpoint.report(uri, pass, answer.as_ref().err(), (now, (desk.random)()));
        let label = answer.as_ref().map_or_else(Failure::label, label_of);
        desk.ledger.count(uri, mode, label, Some(desk.since(&request)));
        if mode == Mode::Shadow {
            let (message_id, would_be) = (request.message_id.as_str(), label.as_str());
            tracing::info!(target: "review", uri = uri.as_str(), message_id, would_be, "reviewed in the shadow");
        }
        answer.unwrap_or(ReviewOutcome::NoAnswer)
    }
}

fn halves(bits: u128) -> [u64; 2] {
    [(bits >> 64) as u64, bits as u64]
}

fn label_of(outcome: &ReviewOutcome) -> ReviewLabel {
    match outcome {
        ReviewOutcome::Unchanged => ReviewLabel::Allow,
        ReviewOutcome::Changed { .. } => ReviewLabel::Changed,
        ReviewOutcome::Denied { .. } => ReviewLabel::Deny,
        ReviewOutcome::NoAnswer => ReviewLabel::FallbackError,
    }
}
