//! The one who asks review handlers, as the engine knows it.
//!
//! A review never blocks: a built-in handler judges at once, all others are called on the runtime, each call under one
//! deadline that begins with the message's admission and includes the connection's set-up. Nothing is tried twice.

use super::breaker::{BreakerState, Pass};
use super::builtin::{RepeatMemory, Said, Verdict};
use super::call::{Call, Desk, label_of};
use super::complaints::Complaints;
use super::counters::{BreakerReading, Ledger, Mode, ReviewCounters, ReviewLabel};
use super::map::{BuiltIn, ReviewMap};
use super::places::{Place, Places};
use super::settings::ReviewSettings;
use super::table::{Found, Route, Table};
use arc_swap::ArcSwap;
use engine::{ReviewOutcome, ReviewRequest, ReviewTicket, Reviewer};
use model::{Now, Region, ReviewHandlerUri};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Handle;

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
    calls: Arc<Places>,
    shadow_calls: Arc<Places>,
    desk: Arc<Desk>,
}

impl ReviewHandlers {
    /// Puts the map to use. Connects to no handler before there is a message for it.
    #[must_use]
    pub fn new(parts: ReviewParts) -> Arc<Self> {
        let ReviewParts { region, settings, map, runtime, clock, random } = parts;
        Arc::new(Self {
            table: ArcSwap::from_pointee(Table::new(map, None, &runtime)),
            replacing: Mutex::new(()),
            settings,
            runtime,
            memory: RepeatMemory::new(halves(random())),
            calls: Places::new(settings.at_once),
            shadow_calls: Places::new(settings.at_once),
            desk: Arc::new(Desk {
                region,
                clock,
                random,
                ledger: Ledger::default(),
                complaints: Complaints::default(),
            }),
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
        let table = Table::new(map, Some(&before), &self.runtime);
        self.table.store(Arc::new(table));
    }

    /// What was counted until now.
    #[must_use]
    pub fn counters(&self) -> ReviewCounters {
        let breakers = merged(self.table.load().endpoints().flat_map(|endpoint| endpoint.breakers()));
        ReviewCounters { handlers: self.desk.ledger.read(), breakers }
    }

    /// A rule set judges at once. In the shadow the message does not wait even for that.
    fn judge(&self, built_in: &BuiltIn, request: &ReviewRequest, ticket: ReviewTicket) {
        let (mode, ticket) = split(built_in.is_shadow, ticket);
        let draft = &request.draft;
        let user_id = draft.sender.user_id().as_str();
        let said = Said { room: request.room, user_id, content: &draft.content };
        let outcome = match built_in.rules.review(&said, &self.memory, request.asked_at.monotonic) {
            Verdict::Allow => ReviewOutcome::Unchanged,
            Verdict::Masked(content) => ReviewOutcome::Changed { content, attributes: None },
            Verdict::Denied(reason) => ReviewOutcome::Denied { reason: Some(reason) },
        };
        self.desk.count(request, mode, label_of(&outcome), Some(self.desk.since(request)));
        if let Some(ticket) = ticket {
            ticket.answer(outcome);
        }
    }

    /// Sends the question on its way, unless something speaks against it.
    fn call(&self, route: &Arc<Route>, request: ReviewRequest, ticket: ReviewTicket) {
        let (mode, ticket) = split(route.is_shadow, ticket);
        match self.admit(route, &request, mode) {
            Ok((place, pass)) => {
                let call = Call { desk: Arc::clone(&self.desk), route: Arc::clone(route), request, mode };
                self.runtime.spawn(async move {
                    let outcome = call.run(pass).await;
                    drop(place);
                    if let Some(ticket) = ticket {
                        ticket.answer(outcome);
                    }
                });
            }
            Err(cause) => self.fall_back(&request, mode, cause, ticket),
        }
    }

    /// The breaker is asked last: a probe that it grants must go.
    fn admit(
        &self,
        route: &Route,
        request: &ReviewRequest,
        mode: Mode,
    ) -> Result<(Place, Pass), ReviewLabel> {
        if self.desk.since(request) >= route.time_limit {
            return Err(ReviewLabel::FallbackTimeout);
        }
        let calls = match mode {
            Mode::Decides if request.under_review > self.settings.at_once_per_room => {
                return Err(ReviewLabel::FallbackTooMany);
            }
            Mode::Decides => &self.calls,
            Mode::Shadow => &self.shadow_calls,
        };
        let place = calls.take(request.room.account).ok_or(ReviewLabel::FallbackTooMany)?;
        let now = (self.desk.clock)().monotonic;
        let pass = route.endpoint.pass(&request.review.handler, now).ok_or(ReviewLabel::FallbackBreaker)?;
        Ok((place, pass))
    }

    /// Nobody is asked.
    fn fall_back(
        &self,
        request: &ReviewRequest,
        mode: Mode,
        cause: ReviewLabel,
        ticket: Option<ReviewTicket>,
    ) {
        self.desk.count(request, mode, cause, None);
        if let Some(ticket) = ticket {
            let now = (self.desk.clock)().monotonic;
            self.desk.complaints.hear(&request.review.handler, cause, now);
            ticket.answer(ReviewOutcome::NoAnswer);
        }
    }
}

impl Reviewer for ReviewHandlers {
    fn review(&self, request: ReviewRequest, ticket: ReviewTicket) {
        let table = self.table.load();
        match table.find(&request.review.handler) {
            Some(Found::BuiltIn(rules)) => self.judge(rules, &request, ticket),
            Some(Found::Outside(route)) => self.call(route, request, ticket),
            None => self.fall_back(&request, Mode::Decides, ReviewLabel::FallbackUnmapped, Some(ticket)),
        }
    }
}

/// In the shadow a message goes out before anybody is asked.
fn split(is_shadow: bool, ticket: ReviewTicket) -> (Mode, Option<ReviewTicket>) {
    if !is_shadow {
        return (Mode::Decides, Some(ticket));
    }
    ticket.answer(ReviewOutcome::Unchanged);
    (Mode::Shadow, None)
}

/// The worst of those that are shown under one name: behind one origin there may be several endpoints.
fn merged(readings: impl Iterator<Item = BreakerReading>) -> Vec<BreakerReading> {
    let severity = |state| match state {
        BreakerState::Closed => 0,
        BreakerState::HalfOpen => 1,
        BreakerState::Open => 2,
    };
    let mut worst = BTreeMap::new();
    for BreakerReading { endpoint, uri, account, state } in readings {
        let shown = worst.entry((endpoint, uri, account)).or_insert(state);
        if severity(state) > severity(*shown) {
            *shown = state;
        }
    }
    let readings = worst.into_iter();
    readings
        .map(|((endpoint, uri, account), state)| BreakerReading { endpoint, uri, account, state })
        .collect()
}

fn halves(bits: u128) -> [u64; 2] {
    [(bits >> 64) as u64, bits as u64]
}
