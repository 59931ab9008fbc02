//! The configuration: built-in defaults, under a TOML file, under `HUBBUB_*` environment variables, under flags.
//!
//! `settings` is the one description of every key: names, docs and defaults of the file, the environment, the flags,
//! `config sample` and `config print` all come from it. [`Config`] is what the server consumes: parsed, checked,
//! with units in the types.
//!
//! **Invariant:** nothing here opens a socket or touches the data directory; [`load()`] reads the configuration file
//! and counts the cores, no more.

mod checks;
mod error;
mod flags;
mod given;
mod key;
mod leaf;
mod limits;
mod load;
mod sample;
mod secret;
mod settings;
mod source;
#[cfg(test)]
mod tests;
mod value;

pub use error::ConfigError;
pub use flags::{file_flag, file_given, flags, flags_given};
pub use given::{CLIENT_VARIABLES, environment};
pub use load::{Sources, load};
pub use sample::{print, sample};
pub use secret::{MasterKey, Secret};
pub use settings::{LogFormat, QuotasPreset};
pub use source::Source;
pub use value::Origin;

use delivery::{ChatLogSettings, ReviewSettings};
use load::EffectiveValue;
use model::{AccountId, Network, Quotas, Region};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Everything that can be configured; the meaning of each key is in `hubbub config sample`.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where the control plane and health listen, and chat unless `messaging_listen` is set.
    pub listen: SocketAddr,
    /// Where chat listens by itself.
    pub messaging_listen: Option<SocketAddr>,
    /// The folder of the database and the generated keys.
    pub data_dir: PathBuf,
    /// The region in ARNs and signatures.
    pub region: Region,
    /// The account in ARNs.
    pub account_id: AccountId,
    /// The file that declares who may do what.
    pub access_file: Option<PathBuf>,
    /// The file that maps review handlers.
    pub review_file: Option<PathBuf>,
    /// Limits of message review.
    pub review: ReviewSettings,
    /// The file that says where chat logs go.
    pub chat_log_file: Option<PathBuf>,
    /// Limits of chat logging.
    pub chat_log: ChatLog,
    /// The root access key, when it is configured instead of generated.
    pub root_key: Option<RootKey>,
    /// Where the key that wraps the token keys is, when it is not the one in `data_dir`.
    pub master_key: Option<MasterKeySource>,
    /// How long a token key seals new tokens.
    pub token_key_rotation: Duration,
    /// How many threads own chat sockets; 1 to 256.
    pub shards: usize,
    /// The origins whose pages may open chat connections; empty means any.
    pub allowed_origins: Vec<Origin>,
    /// The proxies whose forwarding headers count.
    pub trusted_proxies: Vec<Network>,
    /// Whether the account is marked as pending verification.
    pub pending_verification: bool,
    /// Every quota and rate: the preset with the keys of `[limits]` over it.
    pub quotas: Quotas,
    /// Limits of the HTTP server.
    pub http: Http,
    /// Limits of chat connections.
    pub chat: Chat,
    /// Certificate and key; without them, plain HTTP and `ws://`.
    pub tls: Option<Tls>,
    /// What is logged, and how.
    pub log: Log,
    /// How the server stops.
    pub shutdown: Shutdown,
    effective: Vec<EffectiveValue>,
}

/// A root access key that was configured.
#[derive(Debug, Clone)]
pub struct RootKey {
    /// The public half: 1 to 128 of `[A-Za-z0-9_.-]`.
    pub access_key_id: String,
    /// The secret half.
    pub secret_access_key: Secret,
}

/// Where the master key comes from.
#[derive(Debug, Clone)]
pub enum MasterKeySource {
    /// The key itself.
    Given(MasterKey),
    /// A file that holds it.
    File(PathBuf),
}

/// Limits of the HTTP server.
#[derive(Debug, Clone)]
pub struct Http {
    /// The most connections that one address may have open.
    pub max_connections_per_ip: Option<u32>,
    /// How long a request's headers may take.
    pub header_read_timeout: Duration,
    /// How long a request's body may take.
    pub body_read_timeout: Duration,
    /// How long a connection may wait for its next request.
    pub idle_timeout: Duration,
}

/// Limits of chat connections.
#[derive(Debug, Clone)]
pub struct Chat {
    /// How long a client is silent before it is pinged.
    pub ping_interval: Duration,
    /// How long a client is silent before it is dropped; longer than `ping_interval`.
    pub idle_timeout: Duration,
    /// How many bytes may wait for one slow client.
    pub outbox_bytes: usize,
    /// How long bytes may wait for a client that takes none.
    pub write_stall: Duration,
}

/// Limits of chat logging.
#[derive(Debug, Clone, Copy)]
pub struct ChatLog {
    /// Disk, memory, time.
    pub limits: ChatLogSettings,
    /// How long the end of the server may take to deliver what is on the disk.
    pub shutdown: Duration,
}

/// PEM files.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The certificate chain, leaf first.
    pub certificate: PathBuf,
    /// The leaf's private key.
    pub private_key: PathBuf,
}

/// What is logged, and how.
#[derive(Debug, Clone)]
pub struct Log {
    /// Text or JSON.
    pub format: LogFormat,
    /// Directives as `tracing_subscriber::EnvFilter` takes them; known to parse.
    pub filter: String,
    /// Where every decision of the policies is appended.
    pub audit_file: Option<PathBuf>,
}

/// How the server stops.
#[derive(Debug, Clone)]
pub struct Shutdown {
    /// Over how long open connections are let go.
    pub drain: Duration,
}
