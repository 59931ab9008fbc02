//! One endpoint: its connections, its credentials, and one breaker for each handler behind it. It makes one call for
//! one question; when that is to be over is its caller's to say.

use super::answer;
use super::breaker::{Breaker, Change, Pass};
use super::counters::{BreakerReading, bounded_name};
use super::failure::{Failure, FailureLog};
use super::lambda::FUNCTION_ERROR;
use super::transport::Transport;
use crate::aws::{FreshCredentials, NoCredentials};
use engine::{Draft, ReviewOutcome};
use model::{Monotonic, Now, ReviewHandlerUri};
use reqwest::{Client, Response};
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::runtime::Handle;

/// One question, ready to be sent.
pub(super) struct Question<'a> {
    pub(super) uri: &'a ReviewHandlerUri,
    pub(super) body: Vec<u8>,
    pub(super) draft: &'a Draft,
    pub(super) maximum_message_length: u32,
}

/// An endpoint in use.
pub(super) struct Endpoint {
    transport: Transport,
    client: Client,
    credentials: Option<FreshCredentials>,
    watches: Mutex<BTreeMap<Box<str>, Watch>>,
}

/// What is known of one handler's health.
struct Watch {
    name: Box<str>,
    breaker: Breaker,
    failures: FailureLog,
}

impl Endpoint {
    /// Opens no connection yet, but begins to look after the credentials.
    pub(super) fn new(transport: Transport, client: Client, runtime: &Handle) -> Self {
        let credentials = transport.credentials().map(|source| FreshCredentials::keep(source, runtime));
        Self { transport, client, credentials, watches: Mutex::default() }
    }

    /// Whether it can serve for `transport` as it is.
    pub(super) fn is_for(&self, transport: &Transport) -> bool {
        self.transport == *transport
    }

    /// Asks for a call; `None` while the handler is left alone.
    pub(super) fn pass(&self, uri: &ReviewHandlerUri, now: Monotonic) -> Option<Pass> {
        self.with_watch(uri, |watch| watch.breaker.pass(now))
    }

    /// Takes in how a call ended: for the breaker, and for the log.
    pub(super) fn report(
        &self,
        uri: &ReviewHandlerUri,
        pass: Pass,
        failure: Option<&Failure>,
        (now, random): (Monotonic, u128),
    ) {
        self.with_watch(uri, |watch| {
            let is_dead = failure.is_some_and(Failure::is_of_the_handler);
            let change = if is_dead {
                watch.breaker.failed(pass, now, random)
            } else {
                watch.breaker.succeeded(pass, now)
            };
            watch.log(uri, failure, change, now);
        });
    }

    /// The breakers of the handlers that were called.
    pub(super) fn breakers(&self) -> Vec<BreakerReading> {
        let watches = self.lock();
        let readings = watches.iter().map(|(handler, watch)| BreakerReading {
            endpoint: watch.name.clone(),
            uri: Some(handler.clone()).filter(|handler| !handler.is_empty()),
            state: watch.breaker.state(),
        });
        readings.collect()
    }

    /// Calls the handler once.
    pub(super) async fn ask(
        &self,
        question: Question<'_>,
        clock: fn() -> Now,
    ) -> Result<ReviewOutcome, Failure> {
        let Question { uri, body, draft, maximum_message_length } = question;
        let request = match (&self.transport, &self.credentials) {
            (Transport::Lambda(lambda), Some(fresh)) => {
                let credentials = fresh.current().await?;
                lambda.request(&self.client, uri, body, (&credentials, clock().wall))?
            }
            (Transport::Lambda(_), None) => return Err(NoCredentials.into()),
            (Transport::Http(http), _) => http.request(&self.client, body, clock().wall),
        };
        let response = request.send().await.map_err(|error| Failure::of(&error))?;
        if response.status() != 200 {
            return Err(Failure::Status(response.status().as_u16()));
        }
        let is_lambda = matches!(self.transport, Transport::Lambda(_));
        if is_lambda && response.headers().contains_key(FUNCTION_ERROR) {
            return Err(Failure::FunctionError);
        }
        let body = read(response).await?;
        Ok(answer::parse(&body, draft, maximum_message_length)?)
    }

    fn with_watch<T>(&self, uri: &ReviewHandlerUri, act: impl FnOnce(&mut Watch) -> T) -> T {
        let mut watches = self.lock();
        let handler = bounded_name(&watches, self.transport.handler(uri));
        let name = || Watch {
            name: self.transport.name(uri).into(),
            breaker: Breaker::default(),
            failures: FailureLog::default(),
        };
        act(watches.entry(handler.into()).or_insert_with(name))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Box<str>, Watch>> {
        self.watches.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watch {
    fn log(
        &mut self,
        uri: &ReviewHandlerUri,
        failure: Option<&Failure>,
        change: Option<Change>,
        now: Monotonic,
    ) {
        let (endpoint, uri) = (&*self.name, uri.as_str());
        if let Some(failure) = failure
            && let Some(failures) = self.failures.count(now)
        {
            tracing::warn!(target: "review", endpoint, uri, failures, last = %failure, "a review handler fails");
        }
        match change {
            Some(Change::Opened(back_off)) => {
                let probe_in_ms = back_off.as_millis();
                tracing::warn!(target: "review", endpoint, uri, probe_in_ms, "the breaker of a review handler opens");
            }
            Some(Change::Closed) => {
                tracing::warn!(target: "review", endpoint, uri, "the breaker of a review handler closes");
            }
            None => {}
        }
    }
}

/// The whole body, unless it is larger than any answer may be; then the rest is not read.
async fn read(mut response: Response) -> Result<Vec<u8>, Failure> {
    let announced = response.content_length().unwrap_or_default();
    let too_large = || Failure::Invalid(answer::AnswerError::TooLarge);
    if announced > answer::MAX_BYTES as u64 {
        return Err(too_large());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| Failure::of(&error))? {
        if body.len() + chunk.len() > answer::MAX_BYTES {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
