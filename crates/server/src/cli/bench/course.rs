//! The course of a run: everybody in, messages, everybody out; what the server spent meanwhile. Judges nothing.

use super::calls::{Calls, insist};
use super::digits::{counted, grouped};
use super::error::BenchError;
use super::plan::{Course, Place, Plan};
use super::rooms::Rooms;
use super::screen::Phase;
use super::site::Site;
use super::spent::{Meter, Spent};
use crate::cli::error::CliError;
use crate::cli::token::Issued;
use loadgen::{Crowd, CrowdSettings, Guest, Outcome, Role};
use serde_json::{Value, json};
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// How often it is looked at how things stand.
const TICK: Duration = Duration::from_millis(20);
/// How many guests with a token may wait for their handshake: a token lives only a minute.
const WAITING_MAX: u64 = 4096;
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(30);
/// After so long without anybody getting in or failing, those that are missing are given up.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long the last messages may take to arrive.
const QUIET_TIMEOUT: Duration = Duration::from_secs(10);
/// Tokens that are older are not good for a storm: they live a minute, and connecting takes its time too.
const TOKENS_FRESH: Duration = Duration::from_secs(50);
/// What comes to a run's time beside sending.
const AROUND: Duration = Duration::from_secs(120);
/// Tokens made before anything is measured.
const WARM_UP: usize = 256;
/// Longer than the longest run.
const SESSION_MINUTES: u32 = 180;

/// What came of a run.
#[derive(Debug, Default)]
pub(super) struct Measured {
    /// What the crowd saw.
    pub(super) outcome: Outcome,
    /// What it took until all were in; of a storm, all rounds together.
    pub(super) connecting: Spent,
    /// What it took from then on, until the last message had arrived.
    pub(super) running: Spent,
    /// How long was sent, or sat.
    pub(super) ran: Duration,
    /// Rounds of a storm.
    pub(super) rounds: u32,
    /// Threads of the crowd.
    pub(super) threads: usize,
    /// Whether it was told to stop.
    pub(super) is_interrupted: bool,
}

/// A run under way.
struct Run<'a> {
    site: &'a Site,
    plan: &'a Plan,
    rooms: &'a Rooms,
    crowd: Crowd,
    stop: &'a CancellationToken,
}

/// Runs the whole course, until its end or until `stop`.
pub(super) async fn run(
    site: &Site,
    plan: &Plan,
    rooms: &Rooms,
    threads: usize,
    stop: &CancellationToken,
) -> Result<Measured, CliError> {
    let crowd = Crowd::start(settings(site, plan, threads)).map_err(BenchError::Crowd)?;
    let run = Run { site, plan, rooms, crowd, stop };
    let course = match plan.course {
        Course::Storm => run.storm().await,
        Course::Idle | Course::Messages(_) => run.stay().await,
    };
    let is_empty = run.is_empty();
    let outcome = run.crowd.finish();
    let measured = course?;
    if is_empty && !stop.is_cancelled() {
        return Err(BenchError::NobodyConnected(why(&outcome)).into());
    }
    Ok(Measured { outcome, threads, is_interrupted: stop.is_cancelled(), ..measured })
}

fn settings(site: &Site, plan: &Plan, threads: usize) -> CrowdSettings {
    let messaging = site.messaging.clone();
    CrowdSettings {
        address: messaging.address,
        host: messaging.host,
        path: messaging.path,
        tls: messaging.tls,
        threads,
        connecting_at_once: usize::try_from(plan.connecting_at_once).unwrap_or(usize::MAX),
        handshake_timeout: HANDSHAKE_TIMEOUT,
        rooms: plan.rooms().map(|room| room.group).collect(),
        longest: plan.lasting.saturating_add(AROUND),
    }
}

fn why(outcome: &Outcome) -> String {
    outcome.connects.first_failure.clone().unwrap_or_else(|| "no reason was given".to_owned())
}

impl Run<'_> {
    /// In, messages or silence, the end.
    async fn stay(&self) -> Result<Measured, CliError> {
        self.warm_up().await?;
        let meter = Meter::start(self.site.gauge);
        self.enter().await?;
        let connecting = meter.stop();
        if self.stop.is_cancelled() || self.is_empty() {
            return Ok(Measured { connecting, ..Measured::default() });
        }
        let meter = Meter::start(self.site.gauge);
        self.crowd.send(&self.plan.send_plans(), self.plan.lasting);
        let ran = self.last().await;
        self.crowd.hush();
        self.fall_quiet().await;
        Ok(Measured { connecting, running: meter.stop(), ran, ..Measured::default() })
    }

    /// In and out, in and out.
    async fn storm(&self) -> Result<Measured, CliError> {
        let began = Instant::now();
        let mut measured = Measured::default();
        loop {
            let round = measured.rounds + 1;
            let before = self.crowd.progress();
            let guests = self.stock(round).await?;
            if self.stop.is_cancelled() {
                break;
            }
            let (meter, count) = (Meter::start(self.site.gauge), guests.len() as u64);
            let phase = Phase::counted(&format!("round {round}: {} connect", grouped(count)), count);
            guests.into_iter().for_each(|guest| self.crowd.admit(guest));
            self.arrive(before.failed + before.closed, count, &phase).await;
            measured.connecting.add(meter.stop());
            measured.rounds = round;
            if self.is_empty() {
                break;
            }
            self.crowd.scatter();
            if self.stop.is_cancelled() || began.elapsed() >= self.plan.lasting {
                break;
            }
        }
        Ok(Measured { ran: measured.connecting.wall, ..measured })
    }

    /// Whether it was tried, and nobody is in.
    fn is_empty(&self) -> bool {
        let progress = self.crowd.progress();
        progress.connected == 0 && progress.closed == 0 && progress.failed > 0
    }

    /// Makes a few tokens that nobody uses: what the server needs for as many calls at once as there will be is not
    /// what a connection costs.
    async fn warm_up(&self) -> Result<(), CliError> {
        if self.site.gauge.process_id.is_none() {
            return Ok(());
        }
        let mut guests = self.guests();
        for _ in 0..WARM_UP {
            if let Some(Err(error)) = guests.next().await {
                return if self.stop.is_cancelled() { Ok(()) } else { Err(error) };
            }
        }
        Ok(())
    }

    /// Makes a token for everybody and sends each on its way at once; waits until all are in, or have failed.
    async fn enter(&self) -> Result<(), CliError> {
        let count = self.plan.connections();
        let phase = Phase::counted(&format!("connecting: {}", counted(count, "viewer")), count);
        let (mut admitted, mut guests) = (0_u64, self.guests());
        while let Some(guest) = guests.next().await {
            match guest {
                Ok(guest) => self.crowd.admit(guest),
                Err(_) if self.stop.is_cancelled() => break,
                Err(error) => return Err(error),
            }
            admitted += 1;
            self.arrive(0, admitted.saturating_sub(WAITING_MAX), &phase).await;
        }
        self.arrive(0, admitted, &phase).await;
        Ok(())
    }

    /// Makes all tokens of a storm.
    async fn stock(&self, round: u32) -> Result<Vec<Guest>, CliError> {
        let wanted = usize::try_from(self.plan.connections()).unwrap_or(usize::MAX);
        let phase = Phase::counted(&format!("round {round}: making tokens: {wanted}"), wanted as u64);
        let began = Instant::now();
        let (mut made, mut guests) = (Vec::new(), self.guests());
        while let Some(guest) = guests.next().await {
            match guest {
                Ok(guest) => made.push(guest),
                Err(_) if self.stop.is_cancelled() => break,
                Err(error) => return Err(error),
            }
            phase.at(made.len() as u64);
            if began.elapsed() > TOKENS_FRESH {
                let (made, seconds) = (made.len(), began.elapsed().as_secs());
                return Err(BenchError::TokensTooSlow { made, wanted, seconds }.into());
            }
        }
        Ok(made)
    }

    /// Guests with their tokens, as they are made.
    fn guests(&self) -> Calls<'_, Guest> {
        let places = self.plan.places().filter_map(|place| Some((place, self.rooms.arn(place.room)?)));
        Calls::new(places, self.stop, |(place, arn)| {
            let (api, stop) = (Arc::clone(&self.site.api), self.stop.clone());
            async move {
                let answer = insist(&api, "CreateChatToken", &token_request(place, &arn), &stop).await?;
                let Issued { token } = serde_json::from_value(answer).map_err(io::Error::other)?;
                Ok(Guest { room: place.room, role: place.role, token: token.into() })
            }
        })
    }

    /// Waits until so many are in, have failed or have been dropped; `before` had failed or been dropped already.
    async fn arrive(&self, before: u64, wanted: u64, phase: &Phase) {
        let (mut arrived, mut changed) = (0, Instant::now());
        loop {
            let progress = self.crowd.progress();
            let now = (progress.connected + progress.failed + progress.closed).saturating_sub(before);
            phase.at(now);
            if now >= wanted || self.stop.is_cancelled() {
                return;
            }
            if now != arrived {
                (arrived, changed) = (now, Instant::now());
            } else if changed.elapsed() > PATIENCE {
                return;
            }
            self.rest().await;
        }
    }

    /// Lets the run's time pass; how much of it did.
    async fn last(&self) -> Duration {
        let lasting = self.plan.lasting;
        let total_ms = u64::try_from(lasting.as_millis()).unwrap_or(u64::MAX);
        let text = format!("running for {} s", lasting.as_secs_f64());
        let phase = Phase::timed(&text, total_ms);
        let (began, mut looked, mut seen) = (Instant::now(), Duration::ZERO, 0);
        loop {
            let passed = began.elapsed();
            let progress = self.crowd.progress();
            let is_deserted = progress.connected == 0;
            if passed >= lasting || self.stop.is_cancelled() || is_deserted {
                return passed.min(lasting);
            }
            phase.at(u64::try_from(passed.as_millis()).unwrap_or(u64::MAX));
            let since = (passed - looked).as_secs_f64();
            if since >= 1.0 {
                let per_second = progress.delivered.saturating_sub(seen) as f64 / since;
                phase.text(|| format!("{text}: {} deliveries/s", grouped(per_second as u64)));
                (looked, seen) = (passed, progress.delivered);
            }
            self.rest().await;
        }
    }

    /// Waits for the last messages; those that do not come are lost.
    async fn fall_quiet(&self) {
        let began = Instant::now();
        while !self.crowd.is_quiet() && began.elapsed() < QUIET_TIMEOUT {
            sleep(TICK).await;
        }
    }

    async fn rest(&self) {
        tokio::select! {
            () = sleep(TICK) => {}
            () = self.stop.cancelled() => {}
        }
    }
}

/// The input of `CreateChatToken`.
fn token_request(place: Place, arn: &str) -> Value {
    let capabilities: &[&str] = if place.role == Role::Sender { &["SEND_MESSAGE"] } else { &[] };
    json!({
        "roomIdentifier": arn,
        "userId": format!("bench-{}-{}", place.room, place.number),
        "capabilities": capabilities,
        "sessionDurationInMinutes": SESSION_MINUTES,
    })
}
