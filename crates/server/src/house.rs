//! The house: every part of the server, put together in one place and handed to those who answer requests.

use crate::access::{self, AccessSetupError};
use crate::audit::AuditLog;
use crate::chat_log::{ChatLogError, ChatLogging};
use crate::config::Config;
use crate::metrics::Metrics;
use crate::root_key::{self, FirstShow};
use crate::token_keys::TokenKeys;
use crate::{clock, entropy, master_key, review};
use control::{Access, Admin, AdminParts, Audit, ChatLogs, Control, ControlParts};
use delivery::ReviewHandlers;
use edge::{ShardSettings, Shards, ShardsStart};
use engine::{Bus, ChatLog, LocalBus, LocalBusParts, Reviewer, RoomDirectory, RoomSettings, SessionRules};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::Store;
use tokio_util::task::TaskTracker;

/// Why the house does not stand.
#[derive(Debug, thiserror::Error)]
pub enum HouseError {
    /// The store.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// The root key.
    #[error(transparent)]
    RootKey(#[from] root_key::RootKeyError),
    /// The master key.
    #[error(transparent)]
    MasterKey(#[from] master_key::MasterKeyError),
    /// Who may do what.
    #[error(transparent)]
    Access(#[from] AccessSetupError),
    /// The audit file.
    #[error("cannot write to the audit file {}: {source}; check log.audit_file", path.display())]
    Audit {
        /// Which file.
        path: std::path::PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The review file.
    #[error(transparent)]
    Review(#[from] review::ReviewFileError),
    /// Chat logging.
    #[error(transparent)]
    ChatLog(#[from] ChatLogError),
    /// The token keys.
    #[error(transparent)]
    TokenKeys(#[from] crate::token_keys::TokenKeysError),
    /// The system gives no threads or descriptors.
    #[error("cannot start the shards: {0}; raise the limits on threads and open files")]
    Shards(std::io::Error),
}

/// All parts.
pub(crate) struct House {
    pub(crate) config: Config,
    pub(crate) store: Store,
    pub(crate) access: Arc<Access>,
    pub(crate) audit: Arc<AuditLog>,
    pub(crate) reviews: Arc<ReviewHandlers>,
    pub(crate) chat_log: Arc<ChatLogging>,
    pub(crate) token_keys: Arc<TokenKeys>,
    pub(crate) directory: Arc<RoomDirectory>,
    pub(crate) bus: Arc<LocalBus>,
    pub(crate) shards: Shards,
    pub(crate) control: Control,
    pub(crate) admin: Admin,
    pub(crate) metrics: Metrics,
    /// What must have ended before the server has.
    pub(crate) tasks: TaskTracker,
    draining: AtomicBool,
}

impl House {
    /// Opens the store, starts the shards and puts all together. Answers the root key too, if it was made now.
    ///
    /// # Errors
    /// [`HouseError`]
    pub(crate) async fn open(config: Config) -> Result<(Arc<Self>, Option<FirstShow>), HouseError> {
        let store = Store::open(&config.data_dir).await?;
        let (root_key, first_show) = root_key::open(&config)?;
        let master = Arc::new(master_key::open(&config, access::has_secrets(&store).await?)?);
        let (access, problems) = access::open(&config, root_key, Arc::clone(&master), store.clone()).await?;
        for problem in problems {
            tracing::error!(%problem, "access is denied where this concerns somebody");
        }
        let access = Arc::new(access);
        let audit = Arc::new(open_audit(&config)?);
        let token_keys = Arc::new(TokenKeys::open(&config, master, store.clone()).await?);
        let directory = load_rooms(&store).await?;
        let start = ShardsStart::new(config.shards).map_err(HouseError::Shards)?;
        let reviews = review::open(&config)?;
        review::tell_uncovered(&directory, &reviews);
        let chat_log = ChatLogging::open(&config)?;
        let bus = open_bus(&config, &directory, &start, (&reviews, &chat_log));
        let on_bus = Arc::clone(&bus) as Arc<dyn Bus>;
        let shards = start
            .start(Arc::clone(&on_bus), shard_settings(&config), Arc::new(clock::now), entropy::bits)
            .map_err(HouseError::Shards)?;
        let keys = Arc::clone(&token_keys);
        let on_audit = Arc::clone(&audit) as Arc<dyn Audit>;
        let admin = Admin::new(AdminParts {
            region: config.region.clone(),
            access: Arc::clone(&access),
            audit: Arc::clone(&on_audit),
            random: entropy::bits,
        });
        let control = Control::new(ControlParts {
            region: config.region.clone(),
            quotas: Arc::new(config.quotas.clone()),
            store: store.clone(),
            bus: on_bus,
            chat_logs: Arc::clone(&chat_log) as Arc<dyn ChatLogs>,
            directory: Arc::clone(&directory),
            token_keys: Arc::new(move || keys.ring()),
            page_token_key: entropy::bytes(),
            access: Arc::clone(&access),
            audit: on_audit,
            has_handler: Arc::new({
                let reviews = Arc::clone(&reviews);
                move |uri| reviews.covers(uri)
            }),
            random: entropy::bits,
        });
        control.resume_chat_logs().await?;
        chat_log.logs.settle();
        let draining = AtomicBool::new(false);
        let metrics = Metrics::default();
        let house = Self {
            config,
            store,
            access,
            audit,
            reviews,
            chat_log,
            token_keys,
            directory,
            bus,
            shards,
            control,
            admin,
            metrics,
            tasks: TaskTracker::new(),
            draining,
        };
        Ok((Arc::new(house), first_show))
    }

    /// Whether the server is on its way out, and must get nothing new.
    pub(crate) fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Relaxed)
    }

    /// From now on the server is on its way out.
    pub(crate) fn begin_draining(&self) {
        self.draining.store(true, Ordering::Relaxed);
    }
}

fn open_audit(config: &Config) -> Result<AuditLog, HouseError> {
    let path = config.log.audit_file.as_deref();
    AuditLog::open(path)
        .map_err(|source| HouseError::Audit { path: path.unwrap_or("".as_ref()).to_owned(), source })
}

async fn load_rooms(store: &Store) -> Result<Arc<RoomDirectory>, store::StoreError> {
    let put =
        |directory: &mut RoomDirectory, room: model::Room| directory.put(room.key, RoomSettings::from(&room));
    let directory = store.all_rooms(RoomDirectory::default(), put).await?;
    Ok(Arc::new(directory))
}

fn open_bus(
    config: &Config,
    directory: &Arc<RoomDirectory>,
    start: &ShardsStart,
    (reviews, chat_log): (&Arc<ReviewHandlers>, &Arc<ChatLogging>),
) -> Arc<LocalBus> {
    LocalBus::new(LocalBusParts {
        quotas: Arc::new(config.quotas.clone()),
        directory: Arc::clone(directory),
        outlets: start.outlets(),
        frame: |text| websocket::text_frame(text).into(),
        reviewer: Arc::clone(reviews) as Arc<dyn Reviewer>,
        chat_log: Arc::clone(&chat_log.logs) as Arc<dyn ChatLog>,
        started_at: clock::now(),
    })
}

const fn shard_settings(config: &Config) -> ShardSettings {
    ShardSettings {
        ping_interval: config.chat.ping_interval,
        idle_timeout: config.chat.idle_timeout,
        outbox_bytes: config.chat.outbox_bytes,
        write_stall: config.chat.write_stall,
        rules: SessionRules { requests_per_connection: config.quotas.requests_per_connection },
    }
}
