//! A request to the control plane: signature, route, body rules, operation, response.

use super::client::Client;
use super::respond::{self, Reply};
use crate::house::House;
use crate::metrics::Metrics;
use crate::{clock, entropy};
use auth::{KnownKey, Presented, Principal, Scope, SignatureError, SignedRequest};
use bytes::Bytes;
use control::{Call, Caller, OperationError, Response, Route};
use http::HeaderMap;
use http::header::{ACCEPT, CONTENT_TYPE, USER_AGENT};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::Request;
use hyper::body::Incoming;
use model::Now;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// The largest body that is read: several times what the largest legal input needs.
const MAX_BODY_BYTES: usize = 256 * 1024;

/// The signing name of the service.
const SERVICE: &str = "ivschat";

/// Who signed a request, and with which key.
struct Signatory {
    principal: Principal,
    access_key_id: String,
}

/// Why a request was not carried out.
enum Refused {
    Signature(SignatureError),
    Operation(OperationError),
}

/// Answers one request. The operation runs in a task of its own: a panic in it is one answer of 500, and a client who
/// goes away does not cut it off.
pub(crate) async fn answer(house: Arc<House>, request: Request<Incoming>) -> Reply {
    let request_id = request_id();
    let (house_of_task, id) = (Arc::clone(&house), request_id.clone());
    let task = tokio::spawn(async move {
        let mut name = None;
        let outcome = carry_out(&house_of_task, request, &id, &mut name).await;
        let (reply, error) = render(&id, name, outcome);
        house_of_task.metrics.count_call(name, reply.status().as_u16(), error);
        reply
    });
    let reply = whatever_happens(task, &house.metrics, &request_id).await;
    respond::with_header(reply, "x-amzn-requestid", &request_id)
}

/// The task's reply; if it panicked, that of a defect.
async fn whatever_happens(task: JoinHandle<Reply>, metrics: &Metrics, request_id: &str) -> Reply {
    task.await.unwrap_or_else(|failure| {
        // Its message was the panic hook's to print.
        tracing::error!(request_id, panicked = failure.is_panic(), "an operation did not end");
        let error = OperationError::InternalServer { cause: String::new() };
        metrics.count_call(None, error.status(), Some(error.type_name()));
        refusal(&error)
    })
}

async fn carry_out(
    house: &Arc<House>,
    request: Request<Incoming>,
    request_id: &str,
    name: &mut Option<&'static str>,
) -> Result<Response, Refused> {
    let (head, body) = request.into_parts();
    let body = read(house, body).await.map_err(Refused::Operation)?;
    let now = clock::now();
    let client = *head.extensions.get::<Client>().unwrap_or(&Client::UNKNOWN);
    let signer = check_signature(house, &head, &body, now).map_err(|error| {
        house.audit.turned_away(error.aws_type(), client.ip, request_id, now);
        Refused::Signature(error)
    })?;
    note_use(house, &signer.access_key_id, now);
    let caller = Caller {
        principal: &signer.principal,
        access_key_id: &signer.access_key_id,
        source_ip: client.ip,
        is_secure: client.is_secure,
        user_agent: head.headers.get(USER_AGENT).and_then(|value| value.to_str().ok()),
        request_id,
    };
    run(house, &head, &body, (caller, now), name).await.map_err(Refused::Operation)
}

/// Finds the operation, of the chat or of the admin API, and runs it.
async fn run(
    house: &House,
    head: &http::request::Parts,
    body: &Bytes,
    (caller, now): (Caller<'_>, Now),
    name: &mut Option<&'static str>,
) -> Result<Response, OperationError> {
    let (path, query) = (head.uri.path(), head.uri.query().unwrap_or_default());
    let call = |resource_arn| Call { caller, resource_arn, query, body, now };
    if let Some(row) = control::admin_route(head.method.as_str(), path) {
        let row = row?;
        *name = Some(row.name);
        check_media_types(&head.headers, body)?;
        return house.admin.run(row, call(None)).await;
    }
    let Route { row, resource_arn } = control::route(head.method.as_str(), path)?;
    *name = Some(row.name.as_str());
    check_media_types(&head.headers, body)?;
    house.control.run(row, call(resource_arn)).await
}

/// Not on the way of the request: that would be a write for each.
fn note_use(house: &Arc<House>, access_key_id: &str, now: Now) {
    let Some(id) = house.access.is_use_to_note(access_key_id, now.wall) else { return };
    let access = Arc::clone(&house.access);
    house.tasks.spawn(async move {
        if let Err(error) = access.note_use(id, now.wall).await {
            tracing::warn!(%error, "the use of an access key was not noted");
        }
    });
}

async fn read(house: &House, body: Incoming) -> Result<Bytes, OperationError> {
    let whole = Limited::new(body, MAX_BODY_BYTES).collect();
    match tokio::time::timeout(house.config.http.body_read_timeout, whole).await {
        Err(_) => Err(OperationError::RequestTimeout),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(OperationError::RequestEntityTooLarge),
        Ok(Err(_)) => Err(OperationError::MalformedHttpRequest("The request body is malformed")),
    }
}

/// Before the route is looked at, so that who cannot sign learns nothing about routes.
fn check_signature(
    house: &House,
    head: &http::request::Parts,
    body: &Bytes,
    now: Now,
) -> Result<Signatory, SignatureError> {
    let headers: Vec<(&str, &[u8])> =
        head.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let signed = SignedRequest {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        headers: &headers,
        body,
    };
    let scope = Scope { region: house.config.region.as_str(), service: SERVICE };
    let presented = Presented::parse(&signed, now.wall, &scope)?;
    let holder = house.access.holder(&presented, now.wall)?;
    let key = holder
        .as_ref()
        .map(|holder| KnownKey { secret: &holder.secret, session_token: holder.session_token.as_deref() });
    presented.verify(&signed, key)?;
    // Without a holder nothing is verified.
    let holder = holder.ok_or(SignatureError::UnrecognizedClient)?;
    Ok(Signatory { principal: holder.principal, access_key_id: presented.access_key_id().to_owned() })
}

/// restJson1: what comes and what goes is `application/json`.
fn check_media_types(headers: &HeaderMap, body: &Bytes) -> Result<(), OperationError> {
    let content_type = headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    if !body.is_empty() && !content_type.is_some_and(is_json) {
        return Err(OperationError::UnsupportedMediaType);
    }
    let mut accepted = headers.get_all(ACCEPT).iter().peekable();
    if accepted.peek().is_none() || accepted.any(|value| value.to_str().is_ok_and(takes_json)) {
        return Ok(());
    }
    Err(OperationError::NotAcceptable)
}

fn is_json(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/json")
}

fn takes_json(accept: &str) -> bool {
    accept.split(',').any(|range| {
        let essence = range.split(';').next().unwrap_or_default().trim();
        essence == "*/*" || essence.eq_ignore_ascii_case("application/*") || is_json(essence)
    })
}

fn render(
    request_id: &str,
    name: Option<&'static str>,
    outcome: Result<Response, Refused>,
) -> (Reply, Option<&'static str>) {
    let operation = name.unwrap_or("none");
    match outcome {
        Ok(response) => {
            tracing::debug!(request_id, operation, status = response.status, "answered");
            let mut reply = respond::reply(response.status, "application/json", response.body);
            if response.status == 204 {
                reply.headers_mut().remove(CONTENT_TYPE);
            }
            (reply, None)
        }
        Err(Refused::Signature(error)) => {
            tracing::debug!(request_id, operation, error = error.aws_type(), "not authenticated");
            let reply = respond::message(error.http_status(), &error.to_string());
            (respond::with_header(reply, "x-amzn-errortype", error.aws_type()), Some(error.aws_type()))
        }
        Err(Refused::Operation(error)) => {
            match error.cause() {
                Some(cause) => {
                    tracing::error!(request_id, operation, error = error.type_name(), cause, "failed")
                }
                None => tracing::debug!(request_id, operation, error = error.type_name(), "refused"),
            }
            (refusal(&error), Some(error.type_name()))
        }
    }
}

fn refusal(error: &OperationError) -> Reply {
    let reply = respond::reply(error.status(), "application/json", error.body());
    respond::with_header(reply, "x-amzn-errortype", error.type_name())
}

/// The form of AWS's own: a random UUID.
fn request_id() -> String {
    let bits = entropy::bits();
    let variant = (bits & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let hex = format!("{variant:032x}");
    let part = |from: usize, to: usize| hex.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_one_answer_of_500() {
        let metrics = Metrics::default();
        let reply = whatever_happens(tokio::spawn(async { panic!("a defect") }), &metrics, "id").await;
        assert_eq!(reply.status(), 500);
        assert_eq!(reply.headers()["x-amzn-errortype"], "InternalServerException");
        let body = reply.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body, r#"{"message":"Internal server error"}"#);
    }

    #[test]
    fn a_request_id_is_a_random_uuid() {
        let id = request_id();
        let lengths: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!(lengths, [8, 4, 4, 4, 12], "{id}");
        assert_eq!(&id[14..15], "4", "{id}");
        assert!("89ab".contains(&id[19..20]), "{id}");
    }

    #[test]
    fn only_json_comes_and_goes() {
        let check = |headers: &[(http::HeaderName, &str)], body: &'static str| {
            let headers =
                headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).collect();
            check_media_types(&headers, &Bytes::from_static(body.as_bytes()))
                .err()
                .map(|error| error.status())
        };
        assert_eq!(check(&[], ""), None);
        assert_eq!(check(&[], "{}"), Some(415));
        assert_eq!(check(&[(CONTENT_TYPE, "text/plain")], "{}"), Some(415));
        assert_eq!(check(&[(CONTENT_TYPE, "application/json; charset=utf-8")], "{}"), None);
        assert_eq!(check(&[(ACCEPT, "text/html")], ""), Some(406));
        for accept in ["*/*", "application/*;q=0.5", "text/html, application/json"] {
            assert_eq!(check(&[(ACCEPT, accept)], ""), None, "{accept}");
        }
    }
}
