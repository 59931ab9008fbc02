//! Ctrl-C, SIGTERM and a terminal that goes away: the first ends the run, the second the command.

use super::screen::say;
use std::io;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// What was signalled until now.
#[derive(Debug, Clone)]
pub(super) struct Signals {
    /// Cancelled by the first signal.
    pub(super) first: CancellationToken,
    /// Cancelled by the second.
    pub(super) second: CancellationToken,
}

impl Signals {
    /// Listens from now on.
    ///
    /// # Errors
    /// The system's.
    pub(super) fn listen() -> io::Result<Self> {
        let interrupt = signal(SignalKind::interrupt())?;
        let terminate = signal(SignalKind::terminate())?;
        let hangup = signal(SignalKind::hangup())?;
        let signals = Self { first: CancellationToken::new(), second: CancellationToken::new() };
        tokio::spawn(pass_on([interrupt, terminate, hangup], signals.clone()));
        Ok(signals)
    }
}

async fn pass_on([mut interrupt, mut terminate, mut hangup]: [Signal; 3], signals: Signals) {
    let said = ["stopping; a second signal exits at once", "exiting"];
    for (heard, text) in [signals.first, signals.second].into_iter().zip(said) {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
        }
        say(text);
        heard.cancel();
    }
}
