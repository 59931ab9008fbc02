//! The control plane as a client sees it: signed JSON requests, answers or refusals. Knows no operation's shape but
//! that of `ListRooms`, with which a room's name is looked up.

use super::clock;
use super::credentials::Credentials;
use super::error::{CliError, Refusal};
use auth::{Scope, SignedRequest, Signer};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, Response, Url};
use serde::Deserialize;
use serde_json::{Value, json};
use std::error::Error;
use std::time::Duration;
use tokio::time::sleep;

/// The service's name in a signature.
const SERVICE: &str = "ivschat";
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// The folder of the operations on accounts, users, access keys and policies.
const ADMIN: &str = "/admin";
/// The most of an answer that is read; a page of 50 rooms with all their tags stays under 3 MiB.
const ANSWER_BYTES_MAX: usize = 8 << 20;
/// The most pages that one listing follows, 50 rooms each.
const PAGES_MAX: usize = 10_000;
/// How often a call is made that is refused for coming too often. AWS's own default is 3; a listing of a thousand pages
/// at five a second would seldom get through with it.
const ATTEMPTS_MAX: u32 = 10;
/// The most that the first pause takes; the next take up to twice as long each. Source: AWS SDKs and tools reference
/// guide, "Retry behavior", standard mode.
const PAUSE_FIRST: Duration = Duration::from_secs(1);
/// The longest pause. Same source.
const PAUSE_MAX: Duration = Duration::from_secs(20);

/// A server's control plane, and the key to it.
#[derive(Debug)]
pub(super) struct Api {
    http: Client,
    endpoint: Url,
    region: String,
    credentials: Credentials,
    pause_first: Duration,
}

/// What a listing says of a room. Source: API reference, `RoomSummary`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RoomSummary {
    /// Its ARN.
    pub(super) arn: String,
    /// Its name; many rooms may have one name, or none.
    #[serde(default)]
    pub(super) name: String,
    /// When it was last changed, RFC 3339.
    #[serde(default)]
    pub(super) update_time: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page {
    rooms: Vec<RoomSummary>,
    next_token: Option<String>,
}

impl Api {
    /// The control plane at `endpoint`. Connects to nothing yet.
    pub(super) fn new(endpoint: Url, region: String, credentials: Credentials) -> Result<Self, CliError> {
        Ok(Self { http: client(&endpoint)?, endpoint, region, credentials, pause_first: PAUSE_FIRST })
    }

    /// Calls an operation, such as `CreateRoom`; an answer without a body is `null`. A call that came too often is made
    /// again after a pause, as AWS's SDKs do.
    pub(super) async fn call(&self, operation: &'static str, input: &Value) -> Result<Value, CliError> {
        self.call_under("", operation, input).await
    }

    /// Calls an operation of the admin API, such as `CreateUser`, as [`Api::call`] does.
    pub(super) async fn call_admin(&self, operation: &'static str, input: &Value) -> Result<Value, CliError> {
        self.call_under(ADMIN, operation, input).await
    }

    async fn call_under(
        &self,
        folder: &str,
        operation: &'static str,
        input: &Value,
    ) -> Result<Value, CliError> {
        for attempt in 1..ATTEMPTS_MAX {
            match self.call_once(folder, operation, input).await {
                Err(error) if is_throttled(&error) => {}
                done => return done,
            }
            sleep(pause(self.pause_first, attempt, rand::random())).await;
        }
        self.call_once(folder, operation, input).await
    }

    async fn call_once(
        &self,
        folder: &str,
        operation: &'static str,
        input: &Value,
    ) -> Result<Value, CliError> {
        let mut url = self.endpoint.clone();
        url.set_path(&format!("{}{folder}/{operation}", self.endpoint.path().trim_end_matches('/')));
        let body = input.to_string().into_bytes();
        let mut request = self.http.post(url.clone()).header(CONTENT_TYPE, "application/json");
        for (name, value) in self.signature(&url, &body) {
            request = request.header(name, value);
        }
        let answer = request.timeout(REQUEST_TIMEOUT).body(body).send().await;
        let answer = answer.map_err(|error| unreachable(&self.endpoint, &error))?;
        if !answer.status().is_success() {
            return Err(CliError::Refused(self.refusal(operation, answer).await));
        }
        let body = read_body(answer).await.map_err(|what| self.alien(&what))?;
        if body.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&body).map_err(|error| self.alien(&format!("no JSON: {error}")))
    }

    /// Calls an operation and reads its answer into a type.
    pub(super) async fn ask<T: for<'de> Deserialize<'de>>(
        &self,
        operation: &'static str,
        input: &Value,
    ) -> Result<T, CliError> {
        let answer = self.call(operation, input).await?;
        serde_json::from_value(answer).map_err(|error| self.alien(&format!("{operation}: {error}")))
    }

    /// All rooms, or those with this name, the last changed first.
    pub(super) async fn rooms(&self, name: Option<&str>) -> Result<Vec<RoomSummary>, CliError> {
        let mut input = json!({ "maxResults": 50 });
        if let (Some(name), Some(input)) = (name, input.as_object_mut()) {
            input.insert("name".to_owned(), name.into());
        }
        let mut rooms = Vec::new();
        for _ in 0..PAGES_MAX {
            let page: Page = self.ask("ListRooms", &input).await?;
            rooms.extend(page.rooms);
            match (page.next_token.filter(|token| !token.is_empty()), input.as_object_mut()) {
                (Some(token), Some(input)) => input.insert("nextToken".to_owned(), token.into()),
                _ => return Ok(rooms),
            };
        }
        Err(self.alien("its list of rooms does not end"))
    }

    /// The ARN of the room that `text` names: it is one, or it is the name of exactly one room.
    pub(super) async fn room_arn(&self, text: &str) -> Result<String, CliError> {
        if text.starts_with("arn:") {
            return Ok(text.to_owned());
        }
        only_room(text, self.rooms(Some(text)).await?)
    }

    fn signature(&self, url: &Url, body: &[u8]) -> Vec<(&'static str, String)> {
        let host = host_header(url);
        let headers = [("host", host.as_bytes()), ("content-type", b"application/json".as_slice())];
        let request = SignedRequest { method: "POST", path: url.path(), query: "", headers: &headers, body };
        let signer = Signer {
            access_key_id: &self.credentials.access_key_id,
            secret: &self.credentials.secret,
            session_token: self.credentials.session_token.as_ref().map(|token| token.as_str()),
            scope: Scope { region: &self.region, service: SERVICE },
        };
        signer.sign(&request, clock::now())
    }

    async fn refusal(&self, operation: &'static str, answer: Response) -> Refusal {
        let status = answer.status().as_u16();
        let header = answer.headers().get("x-amzn-errortype").and_then(|kind| kind.to_str().ok());
        let header = header.map(str::to_owned);
        let body = read_body(answer).await.unwrap_or_default();
        let (kind, message) = read_error(header.as_deref(), &body);
        let key_source = (status == 403).then(|| self.credentials.source.clone());
        Refusal { operation, status, kind, message, key_source }
    }

    /// The complaint that an answer is none of this API's.
    pub(super) fn alien(&self, what: &str) -> CliError {
        CliError::Alien { endpoint: self.endpoint.to_string(), what: what.to_owned() }
    }
}

/// Whether the server did nothing because it was asked too often.
pub(super) fn is_throttled(error: &CliError) -> bool {
    matches!(error, CliError::Refused(refusal) if refusal.status == 429 || refusal.kind == "ThrottlingException")
}

/// Any part of a time that doubles from attempt to attempt, so that many clients do not come back at once. `random` is
/// in 0..1.
fn pause(first: Duration, attempt: u32, random: f64) -> Duration {
    let doubled = first.saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)));
    doubled.min(PAUSE_MAX).mul_f64(random)
}

/// A client for `endpoint`. A server on this machine is never asked through a proxy, and without TLS no certificates
/// of the system are needed.
pub(super) fn client(endpoint: &Url) -> Result<Client, CliError> {
    let mut builder = Client::builder()
        .http1_only()
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(reqwest::redirect::Policy::none())
        .user_agent(concat!("hubbub/", env!("CARGO_PKG_VERSION")));
    if is_this_machine(endpoint) {
        builder = builder.no_proxy();
    }
    if endpoint.scheme() == "http" {
        builder = builder.tls_certs_only([]);
    }
    builder.build().map_err(|error| unreachable(endpoint, &error))
}

fn is_this_machine(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// `Host` as it goes over the wire: the port only where it is not the scheme's own.
pub(super) fn host_header(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// A request that got no answer, with the innermost reason: the outer ones only repeat the URL.
pub(super) fn unreachable(endpoint: &Url, error: &reqwest::Error) -> CliError {
    let mut cause: &dyn Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let cause = if error.is_timeout() { "no answer in time".to_owned() } else { cause.to_string() };
    CliError::Unreachable { endpoint: endpoint.to_string(), cause }
}

/// The whole body of an answer, up to [`ANSWER_BYTES_MAX`].
pub(super) async fn read_body(mut answer: Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(|error| error.to_string())? {
        if body.len() + chunk.len() > ANSWER_BYTES_MAX {
            return Err("its answer is larger than 8 MiB".to_owned());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Type and message of a restJson1 error; what a validation error says of each field goes into the message.
pub(super) fn read_error(header: Option<&str>, body: &[u8]) -> (String, String) {
    let body: Value = serde_json::from_slice(body).unwrap_or_default();
    let text = |name: &str| body.get(name).and_then(Value::as_str);
    let kind = header.or_else(|| text("__type")).or_else(|| text("code")).unwrap_or_default();
    let kind = kind.split(':').next().unwrap_or_default().rsplit('#').next().unwrap_or_default();
    let mut message =
        text("message").or_else(|| text("Message")).unwrap_or_default().trim_end_matches('.').to_owned();
    let fields = body.get("fieldList").and_then(Value::as_array);
    for field in fields.into_iter().flatten() {
        let part = |name: &str| field.get(name).and_then(Value::as_str).unwrap_or_default();
        if !message.contains(part("message")) {
            message.push_str(&format!("; {}: {}", part("name"), part("message").trim_end_matches('.')));
        }
    }
    (kind.to_owned(), message)
}

fn only_room(name: &str, rooms: Vec<RoomSummary>) -> Result<String, CliError> {
    match rooms.as_slice() {
        [] => Err(CliError::NoSuchRoom(name.to_owned())),
        [room] => Ok(room.arn.clone()),
        _ => {
            let arns: Vec<String> = rooms.into_iter().map(|room| room.arn).collect();
            Err(CliError::SeveralRooms { name: name.to_owned(), arns: arns.join(", ") })
        }
    }
}

#[cfg(test)]
mod tests;
