//! Calls of an API, signed and sent, and what comes back. Knows no service.

use super::SinkParts;
use super::refusal;
use crate::aws::{self, Call, FreshCredentials};
use crate::chat_log::batch::SinkError;
use crate::chat_log::destinations::AwsTarget;
use auth::Scope;
use model::Now;
use reqwest::{Method, Response, Url};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::sync::Arc;

/// The longest answer that is read: 500 refused records of Firehose, each with a page of words.
const MAX_ANSWER_BYTES: usize = 2 * 1024 * 1024;
const CONTENT_TYPE: &str = "application/x-amz-json-1.1";

/// An API in use.
pub(super) struct Api {
    target: Arc<AwsTarget>,
    credentials: Arc<FreshCredentials>,
    clock: fn() -> Now,
}

/// What an API says when it says no.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// The name of the error, if there is one: `NoSuchBucket`.
    pub(super) code: Box<str>,
    pub(super) error: SinkError,
}

/// What an API says when it says yes: the status tells that it is done, whatever becomes of the words.
pub(super) struct Answer(Result<Vec<u8>, SinkError>);

impl Answer {
    /// Its words as those of the operation; an error where they are too long, cut, or others.
    pub(super) fn read<T: DeserializeOwned>(self) -> Result<T, SinkError> {
        // serde's words would quote the answer.
        let other = |_| SinkError::Passing("its answer is not the one of this operation".into());
        serde_json::from_slice(&self.0?).map_err(other)
    }
}

impl From<SinkError> for Refusal {
    fn from(error: SinkError) -> Self {
        Self { code: Box::default(), error }
    }
}

impl Api {
    pub(super) fn new(target: &Arc<AwsTarget>, parts: &SinkParts) -> Self {
        let credentials = target.credentials(&parts.runtime);
        Self { target: Arc::clone(target), credentials, clock: parts.clock }
    }

    pub(super) fn target(&self) -> &AwsTarget {
        &self.target
    }

    /// Calls an operation of AWS JSON 1.1, whose full name is `operation`.
    pub(super) async fn operate(
        &self,
        service: &str,
        operation: &str,
        input: &impl Serialize,
    ) -> Result<Answer, Refusal> {
        let body =
            serde_json::to_vec(input).map_err(|_| SinkError::Refused("the records make no JSON".into()))?;
        let headers = [("content-type", CONTENT_TYPE), ("x-amz-target", operation)];
        let url = self.endpoint(service)?;
        self.call(service, (Method::POST, url), &headers, body).await
    }

    /// Makes a call.
    pub(super) async fn call(
        &self,
        service: &str,
        (method, url): (Method, Url),
        headers: &[(&'static str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, Refusal> {
        let credentials = self.credentials.current().await;
        let credentials = credentials.map_err(|none| SinkError::Passing(none.to_string().into()))?;
        let scope = Scope { region: self.target.region.as_str(), service };
        let call = Call { method, url, headers, body, scope };
        let request = call.request(&self.target.client, &credentials, (self.clock)().wall);
        let response = request.send().await.map_err(|error| broken(&error))?;
        let status = response.status().as_u16();
        let answer = read(response).await;
        if (200..300).contains(&status) {
            Ok(Answer(answer))
        } else {
            Err(refusal::of(status, &answer.unwrap_or_default()))
        }
    }

    /// The URL of a whole API: what the file says, or AWS's own.
    pub(super) fn endpoint(&self, service: &str) -> Result<Url, SinkError> {
        match &self.target.endpoint {
            Some(endpoint) => Ok(endpoint.clone()),
            None => Url::parse(&format!("https://{service}.{}.amazonaws.com/", self.target.region))
                .map_err(|_| SinkError::NotFound("the region's name makes no URL".into())),
        }
    }
}

fn broken(error: &reqwest::Error) -> SinkError {
    if error.is_timeout() {
        return SinkError::Passing("no connection or no answer in time".into());
    }
    let cause = aws::innermost(error).unwrap_or_else(|| "the request could not be made".into());
    SinkError::Passing(format!("no connection, or it broke: {cause}").into())
}

async fn read(mut response: Response) -> Result<Vec<u8>, SinkError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(&error))? {
        if body.len() + chunk.len() > MAX_ANSWER_BYTES {
            return Err(SinkError::Passing("its answer is too long".into()));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
