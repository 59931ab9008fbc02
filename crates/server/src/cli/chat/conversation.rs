//! What goes on between the user and the room: lines out, frames in, and coming back after a drop. Renders nothing
//! itself and knows no byte of the protocol.

use super::frame::{Frame, View};
use super::line::{HELP, Line};
use super::socket::{self, Received, Socket};
use crate::cli::api::Api;
use crate::cli::clock;
use crate::cli::error::CliError;
use crate::cli::output;
use crate::cli::token::Issued;
use reqwest::{Client, Upgraded, Url};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

/// How long answers to the last lines, and then the server's close frame, are waited for.
const LEAVE_TIMEOUT: Duration = Duration::from_secs(2);
const RECONNECT_ATTEMPTS: u32 = 10;
const RECONNECT_DELAY_FIRST: Duration = Duration::from_millis(500);
const RECONNECT_DELAY_MAX: Duration = Duration::from_secs(15);

/// One user's stay in one room, over as many connections as it takes.
pub(super) struct Conversation {
    /// Where tokens come from.
    pub(super) api: Api,
    /// The input of `CreateChatToken`.
    pub(super) token_request: Value,
    /// For the handshakes.
    pub(super) messaging: Client,
    /// Where they are made.
    pub(super) endpoint: Url,
    /// What is shown after each.
    pub(super) welcome: String,
    /// How frames are shown.
    pub(super) view: View,
    /// The user's lines.
    pub(super) typed: mpsc::Receiver<String>,
    /// Ctrl-C.
    pub(super) interrupted: CancellationToken,
}

/// How one connection ended.
enum End {
    /// The user left.
    Left,
    /// The server closed it properly, with this reason.
    Closed(String),
    /// The session's time was over.
    Expired,
    /// It was lost.
    Dropped(String),
}

/// What one connection is waiting for.
#[derive(Default)]
struct Pending {
    /// Request ids without an answer.
    requests: BTreeSet<String>,
    expired: bool,
}

impl Conversation {
    /// Talks until the user leaves or the server closes properly.
    ///
    /// # Errors
    /// The first connection cannot be made, or a lost one does not come back.
    pub(super) async fn hold(&mut self) -> Result<(), CliError> {
        let Some(mut socket) = self.unless_interrupted(self.connect()).await? else { return Ok(()) };
        loop {
            self.note(&self.welcome)?;
            match self.talk(&mut socket).await? {
                End::Left => return Ok(()),
                End::Closed(reason) => {
                    return Ok(self.note(&format!("the server ended the chat: {reason}"))?);
                }
                End::Expired => self.note("the session is over; coming back with a new token")?,
                End::Dropped(why) => self.note(&format!("the connection was lost ({why}); reconnecting"))?,
            }
            match self.unless_interrupted(self.reconnect()).await? {
                Some(again) => socket = again,
                None => return Ok(()),
            }
        }
    }

    /// None after Ctrl-C.
    async fn unless_interrupted<T>(
        &self,
        work: impl Future<Output = Result<T, CliError>>,
    ) -> Result<Option<T>, CliError> {
        tokio::select! {
            done = work => done.map(Some),
            () = self.interrupted.cancelled() => Ok(None),
        }
    }

    async fn connect(&self) -> Result<Socket<Upgraded>, CliError> {
        let issued: Issued = self.api.ask("CreateChatToken", &self.token_request).await?;
        socket::connect(&self.messaging, &self.endpoint, &issued.token).await
    }

    async fn reconnect(&self) -> Result<Socket<Upgraded>, CliError> {
        let mut attempt = 0;
        loop {
            sleep(reconnect_delay(attempt, rand::random())).await;
            attempt += 1;
            match self.connect().await {
                Err(error) if !error.may_pass() => return Err(error),
                Err(error) if attempt == RECONNECT_ATTEMPTS => {
                    return Err(CliError::Lost { attempts: attempt, last: Box::new(error) });
                }
                Err(_) => {}
                Ok(socket) => return Ok(socket),
            }
        }
    }

    /// Lines out and frames in, until one side ends it.
    async fn talk<S: AsyncRead + AsyncWrite + Unpin>(&mut self, socket: &mut Socket<S>) -> io::Result<End> {
        let mut pending = Pending::default();
        loop {
            let goes_on = tokio::select! {
                received = socket.receive() => match received {
                    Ok(received) => match self.take(received, &mut pending)? {
                        None => true,
                        Some(end) => return Ok(end),
                    },
                    Err(_) if pending.expired => return Ok(End::Expired),
                    Err(error) => return Ok(End::Dropped(error.to_string())),
                },
                line = self.typed.recv() => match line {
                    Some(line) => self.obey(&line, socket, &mut pending)?,
                    None => false,
                },
                () = self.interrupted.cancelled() => {
                    pending.requests.clear();
                    false
                }
            };
            if !goes_on {
                // Whoever does not answer in time is left all the same.
                let _ = timeout(LEAVE_TIMEOUT, self.answers(socket, &mut pending)).await;
                socket.close();
                let _ = timeout(LEAVE_TIMEOUT, self.farewell(socket)).await;
                return Ok(End::Left);
            }
        }
    }

    /// Shows what came; the connection's end if that was it.
    fn take(&self, received: Received, pending: &mut Pending) -> io::Result<Option<End>> {
        match received {
            Received::Closed(_) if pending.expired => Ok(Some(End::Expired)),
            Received::Closed(reason) => Ok(Some(End::Closed(reason))),
            Received::Text(text) => {
                if let Some(frame) = Frame::parse(&text) {
                    pending.requests.remove(frame.request_id());
                    pending.expired |= frame.ends_session();
                    output::line(&self.view.render(&frame, clock::now()))?;
                }
                Ok(None)
            }
        }
    }

    /// Does what a line says; whether the conversation goes on.
    fn obey<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        text: &str,
        socket: &mut Socket<S>,
        pending: &mut Pending,
    ) -> io::Result<bool> {
        let line = Line::parse(text);
        match line {
            Line::Quit => return Ok(false),
            Line::Help => self.note(HELP)?,
            Line::Wrong(why) => self.note(why)?,
            Line::Empty | Line::Send(_) | Line::Delete { .. } | Line::Kick { .. } => {}
        }
        let request_id = format!("{:032x}", rand::random::<u128>());
        if let Some(action) = line.action(&request_id) {
            socket.send(&action);
            pending.requests.insert(request_id);
        }
        Ok(true)
    }

    /// Waits until every request is answered, so that the last lines of a pipe are sent and shown.
    async fn answers<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        socket: &mut Socket<S>,
        pending: &mut Pending,
    ) -> io::Result<()> {
        while !pending.requests.is_empty() {
            let Ok(received) = socket.receive().await else { break };
            if self.take(received, pending)?.is_some() {
                break;
            }
        }
        Ok(())
    }

    /// Waits for the server's close frame.
    async fn farewell<S: AsyncRead + AsyncWrite + Unpin>(&self, socket: &mut Socket<S>) -> io::Result<()> {
        while let Ok(Received::Text(text)) = socket.receive().await {
            self.take(Received::Text(text), &mut Pending::default())?;
        }
        Ok(())
    }

    fn note(&self, text: &str) -> io::Result<()> {
        output::line(&self.view.note(text, clock::now()))
    }
}

/// Doubles from try to try, and is cut by up to a half so that not all clients of a server come at once. `random` is
/// in 0..1.
fn reconnect_delay(attempt: u32, random: f64) -> Duration {
    let whole = RECONNECT_DELAY_FIRST.saturating_mul(2_u32.saturating_pow(attempt)).min(RECONNECT_DELAY_MAX);
    whole.mul_f64(1.0 - random / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_grow_to_their_bound() {
        let ms = |attempt, random| reconnect_delay(attempt, random).as_millis();
        assert_eq!(
            [ms(0, 0.0), ms(1, 0.0), ms(4, 0.0), ms(5, 0.0), ms(40, 0.0)],
            [500, 1000, 8000, 15_000, 15_000]
        );
        assert_eq!([ms(0, 1.0), ms(5, 0.5)], [250, 11_250]);
    }
}
