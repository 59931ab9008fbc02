//! The client's end of a chat connection: text in, text out, pings both ways. Does not know what the text means.
//!
//! **Invariant:** whoever waits for [`Socket::receive`] may stop waiting at any time; nothing is lost by it.

use crate::cli::api::{read_body, read_error, unreachable};
use crate::cli::connection::as_messaging;
use crate::cli::error::{CliError, Refusal};
use reqwest::{Client, Response, StatusCode, Upgraded, Url, header};
use std::collections::VecDeque;
use std::io;
use std::ops::ControlFlow;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::time::{Interval, MissedTickBehavior, interval, timeout};
use websocket::{
    Decoder, Incoming, Limits, OpCode, ProtocolError, Role, check_accept, close_payload, encode_client,
    request_key,
};

const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);
/// How often the server is pinged.
const PING_INTERVAL: Duration = Duration::from_secs(30);
/// After how many pings in silence the server is gone.
const PINGS_UNANSWERED_MAX: u32 = 2;
const READ_BYTES: usize = 16 * 1024;

/// What arrives.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Received {
    /// A text frame.
    Text(String),
    /// The server's close frame: its reason, or its code where it gives none.
    Closed(String),
}

/// Why a connection ended without a close frame.
#[derive(Debug, thiserror::Error)]
pub(super) enum SocketError {
    /// The stream ended or failed.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The server does not speak RFC 6455.
    #[error("{0}")]
    Protocol(#[from] ProtocolError),
    /// No answer to pings.
    #[error("the server is silent")]
    Silent,
}

/// A connection after its handshake.
#[derive(Debug)]
pub(super) struct Socket<S> {
    stream: S,
    decoder: Decoder,
    buffer: Vec<u8>,
    received: VecDeque<Received>,
    outgoing: Vec<u8>,
    is_flushed: bool,
    pings: Interval,
    pings_unanswered: u32,
}

/// Connects with a chat token, which is the sub-protocol (RFC 6455 §4.1; Chat Messaging API, "Endpoint").
pub(super) async fn connect(
    http: &Client,
    endpoint: &Url,
    token: &str,
) -> Result<Socket<Upgraded>, CliError> {
    let handshake = async {
        let key = request_key(rand::random());
        let request = http
            .get(endpoint.clone())
            .header(header::CONNECTION, "Upgrade")
            .header(header::UPGRADE, "websocket")
            .header(header::SEC_WEBSOCKET_VERSION, "13")
            .header(header::SEC_WEBSOCKET_KEY, &key)
            .header(header::SEC_WEBSOCKET_PROTOCOL, token);
        let answer = request.send().await.map_err(|error| unreachable(endpoint, &error))?;
        if answer.status() != StatusCode::SWITCHING_PROTOCOLS {
            return Err(refusal(answer).await);
        }
        check(&answer, &key, token).map_err(|what| alien(endpoint, what))?;
        answer.upgrade().await.map_err(|error| unreachable(endpoint, &error))
    };
    let opened = timeout(HANDSHAKE_TIMEOUT, handshake).await;
    Ok(Socket::new(opened.map_err(|_| alien(endpoint, "no answer in time"))??))
}

fn check(answer: &Response, key: &str, token: &str) -> Result<(), &'static str> {
    let said = |name| answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !check_accept(key, said(header::SEC_WEBSOCKET_ACCEPT)) {
        return Err("its answer to the WebSocket key is wrong");
    }
    if said(header::SEC_WEBSOCKET_PROTOCOL) != token {
        return Err("it does not repeat the token");
    }
    Ok(())
}

async fn refusal(answer: Response) -> CliError {
    let status = answer.status().as_u16();
    let (kind, message) = read_error(None, &read_body(answer).await.unwrap_or_default());
    CliError::Refused(Refusal { operation: "the chat connection", status, kind, message, key_source: None })
}

fn alien(endpoint: &Url, what: &str) -> CliError {
    CliError::Alien { endpoint: as_messaging(endpoint), what: what.to_owned() }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    /// The client's end of `stream`, after the handshake.
    pub(super) fn new(stream: S) -> Self {
        let mut pings = interval(PING_INTERVAL);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // An interval's first tick is at once.
        pings.reset();
        Self {
            stream,
            decoder: Decoder::new(Role::Client, Limits::default()),
            buffer: vec![0; READ_BYTES],
            received: VecDeque::new(),
            outgoing: Vec::new(),
            is_flushed: true,
            pings,
            pings_unanswered: 0,
        }
    }

    /// Puts a text frame on its way; it goes while [`Self::receive`] waits.
    pub(super) fn send(&mut self, text: &str) {
        self.push(OpCode::Text, text.as_bytes());
    }

    /// Puts a clean close on its way; the server's own close frame follows.
    pub(super) fn close(&mut self) {
        self.push(OpCode::Close, &close_payload(1000, ""));
    }

    /// Sends what is on its way, answers pings and waits for what the server says.
    pub(super) async fn receive(&mut self) -> Result<Received, SocketError> {
        loop {
            self.flush().await?;
            if let Some(received) = self.received.pop_front() {
                return Ok(received);
            }
            tokio::select! {
                read = self.stream.read(&mut self.buffer) => match read? {
                    0 => return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into()),
                    length => self.decode(length)?,
                },
                _ = self.pings.tick() => self.ping()?,
            }
        }
    }

    fn ping(&mut self) -> Result<(), SocketError> {
        if self.pings_unanswered >= PINGS_UNANSWERED_MAX {
            return Err(SocketError::Silent);
        }
        self.pings_unanswered += 1;
        self.push(OpCode::Ping, b"");
        Ok(())
    }

    fn decode(&mut self, length: usize) -> Result<(), SocketError> {
        self.pings_unanswered = 0;
        let Self { decoder, buffer, received, outgoing, is_flushed, .. } = self;
        let mut answer = |opcode, payload: &[u8]| {
            encode_client(opcode, payload, rand::random(), outgoing);
            *is_flushed = false;
        };
        let input = buffer.get_mut(..length).unwrap_or_default();
        decoder.feed(input, &mut |incoming| {
            match incoming {
                Incoming::Text(text) => received.push_back(Received::Text(text.to_owned())),
                Incoming::Ping(payload) => answer(OpCode::Pong, payload),
                Incoming::Close { code, reason } => {
                    answer(OpCode::Close, &code.map(|code| close_payload(code, "")).unwrap_or_default());
                    received.push_back(Received::Closed(close_reason(code, reason)));
                }
                Incoming::Pong(_) | Incoming::Binary(_) | Incoming::TooLarge { .. } => {}
            }
            ControlFlow::Continue(())
        })?;
        Ok(())
    }

    fn push(&mut self, opcode: OpCode, payload: &[u8]) {
        encode_client(opcode, payload, rand::random(), &mut self.outgoing);
        self.is_flushed = false;
    }

    /// Each write takes what it wrote off the front before anything waits again.
    async fn flush(&mut self) -> Result<(), SocketError> {
        while !self.outgoing.is_empty() {
            let written = self.stream.write(&self.outgoing).await?;
            if written == 0 {
                return Err(io::Error::from(io::ErrorKind::WriteZero).into());
            }
            self.outgoing.drain(..written);
        }
        if !self.is_flushed {
            self.stream.flush().await?;
            self.is_flushed = true;
        }
        Ok(())
    }
}

fn close_reason(code: Option<u16>, reason: &str) -> String {
    match (reason, code) {
        ("", None | Some(1000)) => "no reason given".to_owned(),
        ("", Some(code)) => format!("code {code}"),
        (reason, _) => reason.to_owned(),
    }
}

#[cfg(test)]
mod tests;
