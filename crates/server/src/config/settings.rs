//! Every key, as it is written: its name, its documentation, its default and what it takes.
//!
//! The doc comments are the manual: `config sample`, `--help` and the errors are made from them. A line here must
//! not repeat the default, which is written next to it anyway. What keys mean together is in `checks`.

use super::limits::Limits;
use super::secret::{MasterKey, Secret};
use super::value::{AccessKeyId, FilePath, Filter, Origin, Text, Whole};
use confique::Config;
use model::{AccountId, Network, Region};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;

/// Configuration of hubbub.
#[derive(Config, Serialize)]
pub(super) struct Settings {
    /// Address and port of the control plane, chat and health. Port 0 takes any free one.
    ///
    /// Only this machine can reach 127.0.0.1; `0.0.0.0` or `[::]` listens on every interface.
    #[config(default = "127.0.0.1:8080")]
    pub(super) listen: Text<SocketAddr>,

    /// Address and port for chat alone.
    ///
    /// Chat is then no longer served on `listen`. Useful where the two planes sit behind different load balancers.
    pub(super) messaging_listen: Option<Text<SocketAddr>>,

    /// Folder of the database and of the keys that the first start generates. It is made if absent.
    #[config(default = "./hubbub-data")]
    pub(super) data_dir: Text<FilePath>,

    /// Region in ARNs; requests must be signed for it. 1 to 64 of `a-z`, `0-9` and `-`.
    ///
    /// Rooms keep the region they were made in, so do not change it under existing data.
    #[config(default = "us-east-1")]
    pub(super) region: Text<Region>,

    /// Account number in ARNs: twelve digits, in quotes. Do not change it under existing data.
    #[config(default = "123456789012")]
    pub(super) account_id: Text<AccountId>,

    /// File that declares accounts, users, access keys and policies: TOML, or JSON if its name ends in `.json`.
    ///
    /// For set-ups that are kept under version control; docs/operating/access.md describes it. It is read again on
    /// SIGHUP; one that does not fit changes nothing, and the log says why.
    pub(super) access_file: Option<Text<FilePath>>,

    /// File that says what stands behind the ARNs of message review handlers: TOML, or JSON if its name ends in
    /// `.json`.
    ///
    /// docs/operating/review.md describes it. It is read again on SIGHUP; one that is wrong changes nothing, and the
    /// log says why. Without it no room can have a handler.
    pub(super) review_file: Option<Text<FilePath>>,

    /// File that says where the buckets, log groups and streams of logging configurations are: TOML, or JSON if its
    /// name ends in `.json`.
    ///
    /// docs/operating/logging.md describes it. It is read again on SIGHUP; one that is wrong changes nothing, and the
    /// log says why. Without it chat logs are kept in files under `data_dir`.
    pub(super) chat_log_file: Option<Text<FilePath>>,

    /// Id of the root access key, which may do everything: 1 to 128 of letters, digits, `_`, `.` and `-`.
    ///
    /// Needs `root_secret_access_key` beside it. Without the pair the first start generates a key and stores it in
    /// `data_dir`.
    pub(super) root_access_key_id: Option<Text<AccessKeyId>>,

    /// Secret of the root access key: 8 to 128 visible ASCII characters.
    ///
    /// Better set in the environment than by flag, where other users of the machine can see it.
    pub(super) root_secret_access_key: Option<Text<Secret>>,

    /// Key that wraps the token keys in the database: 32 bytes in base64, as `openssl rand -base64 32` prints them.
    ///
    /// Without it and without `master_key_file`, one is generated in `data_dir`. Better set in the environment than
    /// by flag, where other users of the machine can see it.
    pub(super) master_key: Option<Text<MasterKey>>,

    /// File that holds the master key, in place of `master_key`: 32 bytes in base64.
    pub(super) master_key_file: Option<Text<FilePath>>,

    /// Hours until a new key seals chat tokens: 1 to 8760. Tokens under the key before it stay valid for their time.
    #[config(default = 24)]
    pub(super) token_key_rotation_hours: Whole<1, 8760>,

    /// Threads that own chat connections: 1 to 256. Not set: one for each core of the machine.
    pub(super) shards: Option<Whole<1, 256>>,

    /// Web origins whose pages may open chat connections, such as `https://chat.example.com`; empty allows any.
    ///
    /// Compared exactly with the `Origin` header; clients that send none, such as mobile apps, are always allowed.
    /// The environment and the flag take them separated by commas.
    #[config(default = [])]
    pub(super) allowed_origins: Vec<Text<Origin>>,

    /// Proxies in front of the server, by address or network, such as `10.0.0.0/8`; empty trusts none.
    ///
    /// Their `X-Forwarded-For` and `X-Forwarded-Proto` say where a client is: for policies, the audit and review
    /// handlers. The environment and the flag take them separated by commas.
    #[config(default = [])]
    pub(super) trusted_proxies: Vec<Text<Network>>,

    /// Whether the account counts as pending verification: `true` or `false`.
    ///
    /// AWS refuses such accounts with `PendingVerification`; so does a server with `true`, for testing clients.
    #[config(default = false)]
    pub(super) pending_verification: bool,

    /// Quotas and rates: `aws` for those of Amazon IVS Chat, `unlimited` for none.
    ///
    /// Each can be set by itself in `[limits]`, over either.
    #[config(default = "aws")]
    pub(super) quotas: QuotasPreset,

    /// Quotas and rates one by one: a whole number of at least 1, or "unlimited".
    #[config(nested)]
    pub(super) limits: Limits,

    /// Limits of the HTTP server, on both addresses.
    #[config(nested)]
    pub(super) http: HttpSettings,

    /// Limits of chat connections.
    #[config(nested)]
    pub(super) chat: ChatSettings,

    /// Limits of message review.
    #[config(nested)]
    pub(super) review: ReviewSettings,

    /// Limits of chat logging.
    #[config(nested)]
    pub(super) chat_log: ChatLogSettings,

    /// TLS for both addresses. Both files are read again when they change.
    #[config(nested)]
    pub(super) tls: TlsSettings,

    /// The log, on standard error.
    #[config(nested)]
    pub(super) log: LogSettings,

    /// What happens on SIGTERM and Ctrl-C.
    #[config(nested)]
    pub(super) shutdown: ShutdownSettings,
}

/// The quotas that hold where `[limits]` is silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum QuotasPreset {
    /// Those of Amazon IVS Chat.
    Aws,
    /// None.
    Unlimited,
}

/// `[http]`
#[derive(Config, Serialize)]
pub(super) struct HttpSettings {
    /// Connections that one client address may have open at once, chat included: 1 to 1000000. Not set: any number.
    ///
    /// Behind a proxy all clients share the proxy's address.
    pub(super) max_connections_per_ip: Option<Whole<1, 1_000_000>>,

    /// Milliseconds that a client may take to send a request's headers: 1 to 600000.
    #[config(default = 10_000)]
    pub(super) header_read_timeout_ms: Whole<1, 600_000>,

    /// Milliseconds that a client may take to send a request's body: 1 to 600000.
    #[config(default = 10_000)]
    pub(super) body_read_timeout_ms: Whole<1, 600_000>,

    /// Seconds that a connection is kept open for its next request: 1 to 3600.
    ///
    /// A client that takes nothing of an answer for so long is dropped too.
    ///
    /// Should be longer than that of a load balancer in front, or it will meet closed connections.
    #[config(default = 75)]
    pub(super) idle_timeout_seconds: Whole<1, 3600>,
}

/// `[chat]`
#[derive(Config, Serialize)]
pub(super) struct ChatSettings {
    /// Seconds of silence after which a client is pinged: 1 to 3600.
    #[config(default = 30)]
    pub(super) ping_interval_seconds: Whole<1, 3600>,

    /// Seconds without a byte from a client, a pong included, after which it is dropped: 2 to 7200.
    ///
    /// Must be longer than `ping_interval_seconds`.
    #[config(default = 90)]
    pub(super) idle_timeout_seconds: Whole<2, 7200>,

    /// Bytes that may wait for one client that reads too slowly: 4096 to 16777216. Past them it is dropped.
    #[config(default = 65_536)]
    pub(super) outbox_bytes: Whole<4096, 16_777_216>,

    /// Seconds that bytes may wait for a client that takes none of them: 1 to 3600. After them it is dropped.
    #[config(default = 30)]
    pub(super) write_stall_seconds: Whole<1, 3600>,
}

/// `[review]`
#[derive(Config, Serialize)]
pub(super) struct ReviewSettings {
    /// Milliseconds that a message waits for its review, unless the review file says otherwise: 1 to 10000.
    ///
    /// Then the room's fallback applies. AWS's limit is 200.
    #[config(default = 200)]
    pub(super) time_limit_ms: Whole<1, 10_000>,

    /// Messages of one room that may be under review at once: 1 to 4096. Beyond, the room's fallback applies.
    #[config(default = 256)]
    pub(super) at_once_per_room: Whole<1, 4096>,

    /// Calls of handlers that may be under way at once, half of them of one account: 1 to 65536; as many again in
    /// shadow mode.
    #[config(default = 2048)]
    pub(super) at_once: Whole<1, 65_536>,
}

/// `[chat_log]`
#[derive(Config, Serialize)]
pub(super) struct ChatLogSettings {
    /// Mebibytes that may wait on the disk for one destination of one logging configuration: 1 to 1048576.
    ///
    /// Where a destination is behind by more, the oldest records are lost, which is counted and logged.
    #[config(default = 1024)]
    pub(super) spool_mib: Whole<1, 1_048_576>,

    /// Mebibytes that may wait on the disk for all destinations together: 1 to 16777216.
    ///
    /// Where there are so many that not each can have `spool_mib`, they share it evenly.
    #[config(default = 16_384)]
    pub(super) disk_mib: Whole<1, 16_777_216>,

    /// Mebibytes that may wait in memory for the disk: 1 to 4096. Beyond, the oldest records are lost.
    #[config(default = 32)]
    pub(super) memory_mib: Whole<1, 4096>,

    /// Seconds that a logging configuration that is deleted may take to deliver what it has: 1 to 3600.
    ///
    /// After them its state is DELETE_FAILED; deleting it once more gives up what is left.
    #[config(default = 60)]
    pub(super) delete_seconds: Whole<1, 3600>,

    /// Seconds that the end of the server may take to deliver what is on the disk: 0 to 3600.
    ///
    /// What is left is delivered after the next start.
    #[config(default = 10)]
    pub(super) shutdown_seconds: Whole<0, 3600>,
}

/// `[tls]`
#[derive(Config, Serialize)]
pub(super) struct TlsSettings {
    /// PEM file of the certificate chain, the server's own first. Needs `private_key` beside it.
    pub(super) certificate: Option<Text<FilePath>>,

    /// PEM file of the certificate's private key.
    pub(super) private_key: Option<Text<FilePath>>,
}

/// `[log]`
#[derive(Config, Serialize)]
pub(super) struct LogSettings {
    /// Form of each line: `text` for people, `json` for machines.
    #[config(default = "text")]
    pub(super) format: LogFormat,

    /// What is logged: `error`, `warn`, `info`, `debug`, `trace` or `off`, or by part, such as `info,hyper=warn`.
    ///
    /// The part `audit` tells every decision of the policies: at `warn` what was refused, at `info` what was allowed
    /// too.
    #[config(default = "info,audit=warn")]
    pub(super) filter: Text<Filter>,

    /// File to which every decision of the policies is appended, one JSON object a line, whatever `filter` says.
    ///
    /// It is opened anew on SIGHUP, so that it can be rotated.
    pub(super) audit_file: Option<Text<FilePath>>,
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// `[shutdown]`
#[derive(Config, Serialize)]
pub(super) struct ShutdownSettings {
    /// Seconds over which open connections are let go, so that they do not all come back at once: 0 to 3600.
    #[config(default = 30)]
    pub(super) drain_seconds: Whole<0, 3600>,
}
