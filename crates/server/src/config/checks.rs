//! From settings that are right one by one to a [`Config`] that is right as a whole.
//!
//! What contradicts itself stops here, with the places of both sides.

use super::error::ConfigError;
use super::load::{EffectiveValue, Provenance};
use super::secret::{MasterKey, Secret};
use super::settings::{ChatLogSettings, ChatSettings, HttpSettings, Settings, TlsSettings};
use super::value::{AccessKeyId, FilePath, Text};
use super::{Chat, ChatLog, Config, Http, Log, MasterKeySource, RootKey, Shutdown, Tls};
use delivery::{BackOff, ReviewSettings};
use model::Quotas;
use std::net::SocketAddr;
use std::time::Duration;

pub(super) fn into_config(
    settings: Settings,
    provenance: &Provenance,
    quotas: Quotas,
    effective: Vec<EffectiveValue>,
) -> Result<Config, ConfigError> {
    let messaging_listen = settings.messaging_listen.map(|text| text.0);
    check_listeners(settings.listen.0, messaging_listen, provenance)?;
    Ok(Config {
        listen: settings.listen.0,
        messaging_listen,
        data_dir: settings.data_dir.0.0,
        region: settings.region.0,
        account_id: settings.account_id.0,
        access_file: settings.access_file.map(|path| path.0.0),
        review_file: settings.review_file.map(|path| path.0.0),
        chat_log_file: settings.chat_log_file.map(|path| path.0.0),
        root_key: root_key(settings.root_access_key_id, settings.root_secret_access_key, provenance)?,
        master_key: master_key(settings.master_key, settings.master_key_file, provenance)?,
        token_key_rotation: Duration::from_secs(u64::from(settings.token_key_rotation_hours.0) * 3600),
        shards: settings.shards.map_or(1, |shards| shards.0 as usize),
        allowed_origins: settings.allowed_origins.into_iter().map(|text| text.0).collect(),
        trusted_proxies: settings.trusted_proxies.into_iter().map(|text| text.0).collect(),
        pending_verification: settings.pending_verification,
        quotas,
        http: http(&settings.http),
        chat: chat(&settings.chat, provenance)?,
        review: ReviewSettings {
            time_limit: Duration::from_millis(settings.review.time_limit_ms.0.into()),
            at_once_per_room: settings.review.at_once_per_room.0 as usize,
            at_once: settings.review.at_once.0 as usize,
        },
        chat_log: chat_log(&settings.chat_log),
        tls: tls(settings.tls, provenance)?,
        log: Log {
            format: settings.log.format,
            filter: settings.log.filter.0.0,
            audit_file: settings.log.audit_file.map(|path| path.0.0),
        },
        shutdown: Shutdown { drain: seconds(settings.shutdown.drain_seconds.0) },
        effective,
    })
}

/// Port 0 means any free port, so two of them do not meet.
fn check_listeners(
    listen: SocketAddr,
    messaging: Option<SocketAddr>,
    provenance: &Provenance,
) -> Result<(), ConfigError> {
    let Some(messaging) = messaging else {
        return Ok(());
    };
    let every_interface = listen.ip().is_unspecified() || messaging.ip().is_unspecified();
    let same_family = listen.is_ipv4() == messaging.is_ipv4();
    let meet = listen.ip() == messaging.ip() || (every_interface && same_family);
    if listen.port() == 0 || listen.port() != messaging.port() || !meet {
        return Ok(());
    }
    Err(ConfigError::Contradiction(format!(
        "`listen` is {listen} ({}) and `messaging_listen` is {messaging} ({}): they take the same port; \
         chat is served on `listen` anyway, so remove `messaging_listen` or change its port",
        provenance.of("listen"),
        provenance.of("messaging_listen"),
    )))
}

fn root_key(
    id: Option<Text<AccessKeyId>>,
    secret: Option<Text<Secret>>,
    provenance: &Provenance,
) -> Result<Option<RootKey>, ConfigError> {
    let pair = both(("root_access_key_id", id), ("root_secret_access_key", secret), provenance)?;
    Ok(pair.map(|(id, secret)| RootKey { access_key_id: id.0.0, secret_access_key: secret.0 }))
}

fn master_key(
    key: Option<Text<MasterKey>>,
    file: Option<Text<FilePath>>,
    provenance: &Provenance,
) -> Result<Option<MasterKeySource>, ConfigError> {
    match (key, file) {
        (Some(_), Some(_)) => Err(ConfigError::Contradiction(format!(
            "`master_key` ({}) and `master_key_file` ({}) are both set: keep one",
            provenance.of("master_key"),
            provenance.of("master_key_file"),
        ))),
        (Some(key), None) => Ok(Some(MasterKeySource::Given(key.0))),
        (None, Some(file)) => Ok(Some(MasterKeySource::File(file.0.0))),
        (None, None) => Ok(None),
    }
}

fn http(settings: &HttpSettings) -> Http {
    Http {
        max_connections_per_ip: settings.max_connections_per_ip.map(|most| most.0),
        header_read_timeout: Duration::from_millis(settings.header_read_timeout_ms.0.into()),
        body_read_timeout: Duration::from_millis(settings.body_read_timeout_ms.0.into()),
        idle_timeout: seconds(settings.idle_timeout_seconds.0),
    }
}

fn chat(settings: &ChatSettings, provenance: &Provenance) -> Result<Chat, ConfigError> {
    let (ping, idle) = (settings.ping_interval_seconds.0, settings.idle_timeout_seconds.0);
    if idle <= ping {
        return Err(ConfigError::Contradiction(format!(
            "`chat.idle_timeout_seconds` is {idle} ({}) and `chat.ping_interval_seconds` is {ping} ({}): \
             a client must be pinged before it counts as gone, so the first must be the longer one",
            provenance.of("chat.idle_timeout_seconds"),
            provenance.of("chat.ping_interval_seconds"),
        )));
    }
    Ok(Chat {
        ping_interval: seconds(ping),
        idle_timeout: seconds(idle),
        outbox_bytes: settings.outbox_bytes.0 as usize,
        write_stall: seconds(settings.write_stall_seconds.0),
    })
}

fn chat_log(settings: &ChatLogSettings) -> ChatLog {
    ChatLog {
        limits: delivery::ChatLogSettings {
            spool_bytes: u64::from(settings.spool_mib.0) << 20,
            disk_bytes: u64::from(settings.disk_mib.0) << 20,
            memory_bytes: (settings.memory_mib.0 as usize) << 20,
            flush_limit: seconds(settings.delete_seconds.0),
            back_off: BackOff::default(),
        },
        shutdown: seconds(settings.shutdown_seconds.0),
    }
}

fn tls(settings: TlsSettings, provenance: &Provenance) -> Result<Option<Tls>, ConfigError> {
    let TlsSettings { certificate, private_key } = settings;
    let pair = both(("tls.certificate", certificate), ("tls.private_key", private_key), provenance)?;
    Ok(pair.map(|(certificate, key)| Tls { certificate: certificate.0.0, private_key: key.0.0 }))
}

/// Two that are set together or not at all.
fn both<A, B>(
    first: (&str, Option<A>),
    second: (&str, Option<B>),
    provenance: &Provenance,
) -> Result<Option<(A, B)>, ConfigError> {
    let (set, missing) = match (first.1, second.1) {
        (Some(a), Some(b)) => return Ok(Some((a, b))),
        (None, None) => return Ok(None),
        (Some(_), None) => (first.0, second.0),
        (None, Some(_)) => (second.0, first.0),
    };
    Err(ConfigError::Contradiction(format!(
        "{}: `{set}` is set but `{missing}` is not: set both or neither",
        provenance.of(set),
    )))
}

fn seconds(seconds: u32) -> Duration {
    Duration::from_secs(seconds.into())
}
