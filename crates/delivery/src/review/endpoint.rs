//! One endpoint: its connections, its credentials, and what is known of the handlers behind it. It makes one call for
//! one question; when that is to be over is its caller's to say.

use super::answer;
use super::breaker::Pass;
use super::counters::BreakerReading;
use super::failure::Failure;
use super::lambda::FUNCTION_ERROR;
use super::transport::Transport;
use super::watches::{Ending, Watches};
use crate::aws::{FreshCredentials, NoCredentials};
use engine::{Draft, ReviewOutcome};
use model::{Monotonic, Now, ReviewHandlerUri};
use reqwest::{Client, Response};
use std::time::Duration;
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
    /// How long the client waits for a connection.
    connect_limit: Duration,
    credentials: Option<FreshCredentials>,
    watches: Watches,
}

impl Endpoint {
    /// Opens no connection yet, but begins to look after the credentials.
    pub(super) fn new(
        transport: Transport,
        (client, connect_limit): (Client, Duration),
        runtime: &Handle,
    ) -> Self {
        let credentials = transport.credentials().map(|source| FreshCredentials::keep(source, runtime));
        Self { transport, client, connect_limit, credentials, watches: Watches::default() }
    }

    /// Whether it can serve for `transport` as it is, and waits long enough for connections.
    pub(super) fn is_for(&self, transport: &Transport, connect_limit: Duration) -> bool {
        self.transport == *transport && self.connect_limit >= connect_limit
    }

    /// Asks for a call; `None` while the handler is left alone.
    pub(super) fn pass(&self, uri: &ReviewHandlerUri, now: Monotonic) -> Option<Pass> {
        self.watches.pass(self.transport.handler(uri), || self.transport.name(uri), now)
    }

    /// Takes in how a call ended.
    pub(super) fn report(&self, ending: &Ending<'_>) {
        let uri = ending.uri;
        self.watches.report(self.transport.handler(uri), || self.transport.name(uri), ending);
    }

    /// The breakers of the handlers that were called.
    pub(super) fn breakers(&self) -> impl Iterator<Item = BreakerReading> {
        let is_lambda = self.is_lambda();
        self.watches.states().into_iter().map(move |(handler, endpoint, state)| {
            let (uri, account) = if is_lambda { (Some(handler), None) } else { (None, Some(handler)) };
            BreakerReading { endpoint, uri, account, state }
        })
    }

    const fn is_lambda(&self) -> bool {
        matches!(self.transport, Transport::Lambda(_))
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
            return Err(self.transport.failure(response.status().as_u16()));
        }
        if self.is_lambda() && response.headers().contains_key(FUNCTION_ERROR) {
            return Err(Failure::FunctionError);
        }
        let body = read(response).await?;
        Ok(answer::parse(&body, draft, maximum_message_length)?)
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
