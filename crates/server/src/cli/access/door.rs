//! Where an access command works: on a running server or in the folder of a stopped one. Knows no operation.

use super::place::Place;
use crate::cli::api::Api;
use crate::cli::connection::ServerArgs;
use crate::cli::error::CliError;
use crate::config::Config;
use crate::offline::Folder;
use control::OperationError;
use serde_json::Value;
use std::io;
use std::path::Path;
use std::time::Duration;
use tokio::net::TcpStream;

/// How long we wait for a connection before a server counts as there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(2);

/// A way in.
pub(super) enum Door {
    /// A running server.
    Server(Box<Api>),
    /// The data directory, which no server has open.
    Folder(Box<Folder>),
}

impl Door {
    /// The way into the place. Where the folder is opened, it is said on standard error.
    pub(super) async fn open(place: Place) -> Result<Self, CliError> {
        match choose(place).await? {
            Choice::Server(server) => Ok(Self::Server(Box::new(server.open()?))),
            Choice::Folder { server, config } => {
                let opened = Folder::open(&config).await;
                let (folder, told) = opened.map_err(|error| CliError::Offline(error.to_string()))?;
                crate::cli::complain(&notice(&server, &config.data_dir));
                told.iter().for_each(|line| crate::cli::complain(line));
                Ok(Self::Folder(Box::new(folder)))
            }
        }
    }

    /// Carries out an operation of the admin API.
    pub(super) async fn call(&self, operation: &'static str, input: &Value) -> Result<Value, CliError> {
        match self {
            Self::Server(api) => api.call_admin(operation, input).await,
            Self::Folder(folder) => {
                folder.call(operation, input).await.map_err(|error| refusal(operation, &error))
            }
        }
    }

    /// The complaint that an answer is not as it should be.
    pub(super) fn alien(&self, what: &str) -> CliError {
        match self {
            Self::Server(api) => api.alien(what),
            Self::Folder(_) => CliError::Offline(what.to_owned()),
        }
    }
}

enum Choice {
    Server(ServerArgs),
    Folder { server: ServerArgs, config: Box<Config> },
}

async fn choose(place: Place) -> Result<Choice, CliError> {
    let (server, config) = match place {
        Place::Named(server) => return Ok(Choice::Server(server)),
        Place::Here { server, config } => (server, config),
    };
    if !is_refused(&server).await {
        return Ok(Choice::Server(server));
    }
    if config.data_dir.is_dir() {
        return Ok(Choice::Folder { server, config });
    }
    Err(CliError::Nowhere {
        endpoint: server.endpoint().to_string(),
        data_dir: config.data_dir.display().to_string(),
    })
}

/// Whether certainly nobody listens. Whoever is only slow or out of reach may be a server that has the folder open.
async fn is_refused(server: &ServerArgs) -> bool {
    let endpoint = server.endpoint();
    let host = endpoint.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let port = endpoint.port_or_known_default().unwrap_or_default();
    let connected = tokio::time::timeout(CONNECT_TIMEOUT, TcpStream::connect((host, port))).await;
    matches!(connected, Ok(Err(error)) if error.kind() == io::ErrorKind::ConnectionRefused)
}

fn notice(server: &ServerArgs, data_dir: &Path) -> String {
    let endpoint = server.endpoint().as_str().trim_end_matches('/');
    format!("no server at {endpoint}; working on {}", data_dir.display())
}

/// Without a server there is no log: the cause that a client should not read is told here.
fn refusal(operation: &'static str, error: &OperationError) -> CliError {
    let message = error.cause().map_or_else(|| error.to_string(), str::to_owned);
    let message = message.trim_end_matches('.').to_owned();
    CliError::RefusedOffline { operation, kind: error.type_name(), message }
}

#[cfg(test)]
mod tests;
