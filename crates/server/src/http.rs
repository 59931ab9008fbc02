//! HTTP/1.1 on TCP and TLS: accepting, the limits that hold before a request is looked at, and who answers it.
//!
//! **Invariant:** nothing here knows an operation or a rule of a room.

mod accept;
mod api;
mod chat;
mod client;
mod health;
mod patience;
mod peers;
mod respond;

pub(crate) use accept::{Listener, Plane, listen, serve};

use accept::PeerAddress;
use client::Client;

use crate::house::House;
use hyper::body::Incoming;
use hyper::{Method, Request};
use respond::Reply;
use std::sync::Arc;

/// Answers a request. Under TLS a browser is told to stay with it (RFC 6797 §7.2 forbids saying so in the clear).
async fn answer(house: Arc<House>, plane: Plane, mut request: Request<Incoming>) -> Reply {
    let is_secure = house.config.tls.is_some();
    if let Some(PeerAddress(peer)) = request.extensions().get().copied() {
        let client = Client::behind(peer, is_secure, request.headers(), &house.config.trusted_proxies);
        request.extensions_mut().insert(client);
    }
    let reply = find_and_answer(house, plane, request).await;
    if is_secure {
        respond::with_header(reply, "strict-transport-security", "max-age=31536000")
    } else {
        reply
    }
}

/// The way of a request: health, chat, or an operation.
async fn find_and_answer(house: Arc<House>, plane: Plane, request: Request<Incoming>) -> Reply {
    let path = request.uri().path();
    match (request.method(), path) {
        (&Method::GET | &Method::HEAD, "/healthz") => health::alive(),
        (&Method::GET | &Method::HEAD, "/readyz") => health::ready(&house).await,
        (&Method::GET, "/metrics") if plane.has_control() => health::metrics(house).await,
        (&Method::GET, "/") if plane.has_chat() => chat::answer(house, request).await,
        _ if plane.has_control() => api::answer(house, request).await,
        _ => respond::message(404, "Not found: this address serves chat at / only"),
    }
}
