//! A viewer at the door: the handshake's checks, the join, the answer, and the hand-over of the socket to a shard.
//!
//! The place in the shard is reserved before the join, so that nothing is missed between the two; see
//! `docs/decisions/`. The token is never logged.

use super::client::Client;
use super::patience::Patient;
use super::respond::{self, Reply};
use crate::house::House;
use crate::http::accept::CountedPeer;
use crate::{clock, entropy};
use auth::ChatTokenClaims;
use edge::{ChatSocket, Reservation};
use engine::{Answer, AnswerTo, Bus as _, Identity, Join, Refusal, Request as Asked, Session, Submission};
use http::header::{
    CONNECTION, ORIGIN, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY, SEC_WEBSOCKET_PROTOCOL,
    SEC_WEBSOCKET_VERSION, UPGRADE,
};
use http::{HeaderMap, HeaderValue, Request, StatusCode, Version};
use hyper::body::Incoming;
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use model::{Id, Now};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

/// How long a client may take to read the answer to its handshake; after that its place is given up.
const LAST_BYTES: Duration = Duration::from_secs(10);

/// Why a viewer is not let in: the label under which it is counted, the status and the words.
struct TurnedAway(&'static str, u16, String);

/// Answers a handshake: 101, or why not.
pub(crate) async fn answer(house: Arc<House>, mut request: Request<Incoming>) -> Reply {
    match admit(&house, &request).await {
        Ok((reply, reservation)) => {
            let upgrade = hyper::upgrade::on(&mut request);
            let counted = request.extensions_mut().remove::<CountedPeer>();
            tokio::spawn(hand_over(upgrade, reservation, counted));
            reply
        }
        Err(TurnedAway(label, status, words)) => {
            house.metrics.count_turned_away(label);
            let reply = respond::message(status, &words);
            if status == 426 {
                let reply = respond::with_header(reply, "upgrade", "websocket");
                return respond::with_header(reply, "sec-websocket-version", "13");
            }
            reply
        }
    }
}

async fn admit(house: &House, request: &Request<Incoming>) -> Result<(Reply, Reservation), TurnedAway> {
    let accept = check_handshake(request)?;
    check_origin(house, request.headers())?;
    if house.is_draining() {
        return Err(TurnedAway("draining", 503, "The server is shutting down".into()));
    }
    let token = token(request.headers())?;
    let now = clock::now();
    let claims = auth::open(token, &house.token_keys.ring(), &house.config.region, now.wall)
        .map_err(|error| TurnedAway("token", 401, error.to_string()))?;
    if house.access.directory().is_pending_verification(claims.room.account) {
        return Err(TurnedAway("pending_verification", 403, "The account is pending verification".into()));
    }
    if house.directory.find(claims.room).is_none() {
        return Err(TurnedAway("room_not_found", 404, Refusal::RoomNotFound.text()));
    }
    let client = *request.extensions().get::<Client>().unwrap_or(&Client::UNKNOWN);
    let reservation = join(house, claims, client, now).await?;
    Ok((switching_protocols(&accept, token), reservation))
}

fn check_handshake(request: &Request<Incoming>) -> Result<String, TurnedAway> {
    let headers = request.headers();
    let texts =
        |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok()).collect::<Vec<_>>();
    let only = |name| match texts(name).as_slice() {
        [only] => Some(*only),
        _ => None,
    };
    websocket::check_request(websocket::Request {
        method: request.method().as_str(),
        version_11: request.version() == Version::HTTP_11,
        upgrade: only(UPGRADE),
        connection: &texts(CONNECTION),
        key: only(SEC_WEBSOCKET_KEY),
        version: only(SEC_WEBSOCKET_VERSION),
    })
    .map(|accepted| accepted.accept)
    .map_err(|error| TurnedAway("handshake", error.status(), error.to_string()))
}

/// Native clients send no `Origin`; a page's must be on the list, where there is one.
fn check_origin(house: &House, headers: &HeaderMap) -> Result<(), TurnedAway> {
    let allowed = &house.config.allowed_origins;
    let Some(origin) = headers.get(ORIGIN) else { return Ok(()) };
    if allowed.is_empty() || allowed.iter().any(|allowed| allowed.as_str().as_bytes() == origin.as_bytes()) {
        return Ok(());
    }
    Err(TurnedAway("origin", 403, "This origin may not connect".into()))
}

fn token(headers: &HeaderMap) -> Result<&str, TurnedAway> {
    let offered: Vec<&str> =
        headers.get_all(SEC_WEBSOCKET_PROTOCOL).iter().filter_map(|value| value.to_str().ok()).collect();
    websocket::single_subprotocol(&offered)
        .map_err(|_| TurnedAway("token", 401, "A chat token is required as the only sub-protocol".into()))
}

/// Reserves a place, then spends the token on it.
async fn join(
    house: &House,
    claims: ChatTokenClaims,
    client: Client,
    now: Now,
) -> Result<Reservation, TurnedAway> {
    let identity = Identity::new(claims.user_id, &claims.attributes, claims.capabilities, client.ip);
    let session = Session::new(claims.room, Arc::new(identity), now.monotonic_at(claims.session_expires_at));
    let mut reservation = house.shards.reserve(session);
    let join = Join {
        token_id: claims.token_id,
        token_issued_at: claims.issued_at,
        token_expires_at: claims.expires_at,
        shard: reservation.shard(),
    };
    let id = Id::from_random(entropy::bits());
    let submission = Submission { id, request_id: Box::default(), request: Asked::Join(join) };
    let (sender, answered) = tokio::sync::oneshot::channel::<Result<Reservation, Refusal>>();
    // Who asked may have gone; then the place is dropped here, and given up by that.
    let answer_to = AnswerTo::Caller(Box::new(move |answer: Answer| {
        let _ = sender.send(answer.result.map(|()| {
            reservation.joined();
            reservation
        }));
    }));
    house.bus.submit(claims.room, submission, answer_to, now);
    answered.await.unwrap_or(Err(Refusal::Overloaded)).map_err(turned_away)
}

fn turned_away(refusal: Refusal) -> TurnedAway {
    let status = match refusal {
        Refusal::Overloaded => 503,
        ref other => other.code().number(),
    };
    TurnedAway(refusal.reason(), status, refusal.text())
}

fn switching_protocols(accept: &str, token: &str) -> Reply {
    let mut reply = Reply::default();
    *reply.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = reply.headers_mut();
    headers.insert(CONNECTION, HeaderValue::from_static("Upgrade"));
    headers.insert(UPGRADE, HeaderValue::from_static("websocket"));
    for (name, value) in [(SEC_WEBSOCKET_ACCEPT, accept), (SEC_WEBSOCKET_PROTOCOL, token)] {
        // Base64 and a token are always fit for a header.
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    reply
}

/// Takes the raw socket back out of hyper, off this runtime, and gives it to the shard.
async fn hand_over(upgrade: OnUpgrade, mut reservation: Reservation, counted: Option<CountedPeer>) {
    let Ok(Ok(upgraded)) = tokio::time::timeout(LAST_BYTES, upgrade).await else { return };
    if let Some(counted) = counted.filter(CountedPeer::is_counted) {
        reservation.hold(Box::new(counted));
    }
    if let Some((socket, read_ahead)) = take_apart(upgraded) {
        reservation.attach(socket, read_ahead);
    }
}

fn take_apart(upgraded: Upgraded) -> Option<(ChatSocket, Vec<u8>)> {
    match upgraded.downcast::<TokioIo<Patient<TcpStream>>>() {
        Ok(parts) => {
            let stream = parts.io.into_inner().into_inner().into_std().ok()?;
            Some((ChatSocket::Plain(stream), parts.read_buf.to_vec()))
        }
        Err(upgraded) => {
            let parts = upgraded.downcast::<TokioIo<Patient<TlsStream<TcpStream>>>>().ok()?;
            let (stream, tls) = parts.io.into_inner().into_inner().into_inner();
            Some((ChatSocket::Tls(stream.into_std().ok()?, Box::new(tls)), parts.read_buf.to_vec()))
        }
    }
}
