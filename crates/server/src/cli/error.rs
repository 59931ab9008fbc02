//! Why a command fails: one sentence each. Knows exit codes, no HTTP status.

use super::bench::BenchError;
use super::credentials::CredentialsError;
use super::logs::LogsError;
use crate::config::ConfigError;
use auth::PolicyError;
use std::io;

/// Why a command failed; its text is the sentence for standard error.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    /// The configuration is refused.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The server could not start or go on.
    #[error("{0}")]
    Serve(String),
    /// No usable access key.
    #[error(transparent)]
    Credentials(#[from] CredentialsError),
    /// Nobody answers there.
    #[error("cannot reach the server at {endpoint}: {cause}; is `hubbub serve` running there?")]
    Unreachable {
        /// Where we looked.
        endpoint: String,
        /// The innermost reason.
        cause: String,
    },
    /// The server says no.
    #[error("{0}")]
    Refused(Refusal),
    /// The server answers what this API never does.
    #[error("{endpoint} does not answer as a chat server: {what}")]
    Alien {
        /// Who answers.
        endpoint: String,
        /// What was wrong with the answer.
        what: String,
    },
    /// Neither a server nor its folder.
    #[error(
        "there is no server at {endpoint} and no folder {data_dir}; start `hubbub serve`, or name the one or the other \
         with --endpoint or --data-dir"
    )]
    Nowhere {
        /// Where a server was looked for.
        endpoint: String,
        /// Where its state was looked for.
        data_dir: String,
    },
    /// The folder of a stopped server cannot be worked on.
    #[error("{0}")]
    Offline(String),
    /// What would be done to the folder of a stopped server is refused.
    #[error("{operation} is refused: {message} ({kind})")]
    RefusedOffline {
        /// What was asked for.
        operation: &'static str,
        /// AWS's name of the error.
        kind: &'static str,
        /// Why.
        message: String,
    },
    /// A policy's document that cannot be read.
    #[error("cannot read the policy in {file}: {cause}")]
    UnreadableDocument {
        /// The file, or "standard input".
        file: String,
        /// The system's reason.
        cause: io::Error,
    },
    /// A policy's document that is no policy.
    #[error("{file}: {error}")]
    BadDocument {
        /// The file, or "standard input".
        file: String,
        /// Where in it, and what.
        error: PolicyError,
    },
    /// A room's name that names no room.
    #[error("there is no room named \"{0}\"; `hubbub room list` shows those there are")]
    NoSuchRoom(String),
    /// A room's name that names several.
    #[error("several rooms are named \"{name}\"; say which by its ARN: {arns}")]
    SeveralRooms {
        /// The name.
        name: String,
        /// Their ARNs.
        arns: String,
    },
    /// The chat connection was lost and did not come back.
    #[error("the connection was lost and {attempts} attempts to reconnect failed; the last one: {last}")]
    Lost {
        /// How often it was tried.
        attempts: u32,
        /// Why the last attempt failed.
        last: Box<CliError>,
    },
    /// Nothing could be measured.
    #[error(transparent)]
    Bench(#[from] BenchError),
    /// Logs cannot be read.
    #[error(transparent)]
    Logs(#[from] LogsError),
    /// Arguments that do not go together; clap finds the others.
    #[error("{0}")]
    Usage(String),
    /// Our own output or the runtime fails.
    #[error("{0}")]
    Io(#[from] io::Error),
}

/// An error that the server answered.
#[derive(Debug)]
pub(super) struct Refusal {
    /// What was asked for: `CreateRoom`, or "the chat connection".
    pub(super) operation: &'static str,
    /// The HTTP status.
    pub(super) status: u16,
    /// AWS's name of the error; empty if the answer names none.
    pub(super) kind: String,
    /// The server's words.
    pub(super) message: String,
    /// Where the access key came from, when that may be the reason.
    pub(super) key_source: Option<String>,
}

impl std::fmt::Display for Refusal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the server refuses {}: ", self.operation)?;
        match (self.kind.as_str(), self.message.as_str()) {
            ("", "") => write!(f, "HTTP status {}", self.status)?,
            ("", message) => write!(f, "{message} (HTTP status {})", self.status)?,
            (kind, "") => write!(f, "{kind}")?,
            (kind, message) => write!(f, "{message} ({kind})")?,
        }
        match &self.key_source {
            Some(source) => write!(f, "; the access key came from {source}"),
            None => Ok(()),
        }
    }
}

impl CliError {
    /// 2 for a wrong call, 1 for everything else.
    pub(super) fn exit_code(&self) -> u8 {
        if matches!(self, Self::Usage(_)) { 2 } else { 1 }
    }

    /// Whether whoever read our output has gone.
    pub(super) fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Io(error) if error.kind() == io::ErrorKind::BrokenPipe)
    }

    /// Whether trying again later may help: it may not when the server understood and said no.
    pub(super) fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Alien { .. } => true,
            Self::Refused(refusal) => matches!(refusal.status, 401 | 408 | 429 | 500..),
            _ => false,
        }
    }
}

impl From<clap::Error> for CliError {
    fn from(error: clap::Error) -> Self {
        Self::Usage(super::sentence(&error.to_string()))
    }
}
