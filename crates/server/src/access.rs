//! Who may do what, as this server is configured: the store's part and the access file's, put together and kept so.

use crate::config::Config;
use crate::declared_file::DeclaredFileError;
use crate::{access_file, clock};
use auth::{AccessProblem, AccessRecords, MasterKey, RootKey};
use control::{Access, AccessOpenError, AccessParts};
use model::Account;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use store::Store;

/// Why nobody may do anything: the server does not start so.
#[derive(Debug, thiserror::Error)]
pub enum AccessSetupError {
    /// The access file cannot be taken.
    #[error("the access file is refused: {0}")]
    File(#[from] DeclaredFileError),
    /// What is declared does not fit.
    #[error("the access file {} is refused: {source}", path.display())]
    Declared {
        /// The access file.
        path: PathBuf,
        /// What does not fit.
        source: control::DeclareError,
    },
    /// The store.
    #[error(transparent)]
    Store(store::StoreError),
}

/// Opens what the configuration names. Answers what is wrong in it too: it opens nothing, and somebody should be told.
///
/// # Errors
/// [`AccessSetupError`]
pub(crate) async fn open(
    config: &Config,
    root: RootKey,
    master: Arc<MasterKey>,
    store: Store,
) -> Result<(Access, Vec<AccessProblem>), AccessSetupError> {
    let declared = match &config.access_file {
        Some(path) => read(config, path)?,
        None => AccessRecords::default(),
    };
    let home = Account {
        id: config.account_id,
        pending_verification: config.pending_verification,
        created_at: clock::now().wall,
    };
    let opened = Access::open(AccessParts { store, master, root, home, declared }).await;
    opened.map_err(|error| refused(config, error))
}

/// Whether the store holds secrets of access keys, which only their master key opens.
///
/// # Errors
/// Any [`store::StoreError`].
pub(crate) async fn has_secrets(store: &Store) -> Result<bool, store::StoreError> {
    Ok(!store.all_access().await?.keys.is_empty())
}

/// Reads the access file again. One that does not fit changes nothing.
///
/// # Errors
/// [`AccessSetupError`]
pub(crate) async fn reload(config: &Config, access: &Access) -> Result<(), AccessSetupError> {
    let Some(path) = &config.access_file else { return Ok(()) };
    access.declare(read(config, path)?).await.map_err(|error| refused(config, error))
}

fn read(config: &Config, path: &Path) -> Result<AccessRecords, DeclaredFileError> {
    access_file::read(path, config.account_id, |name| std::env::var(name).ok())
}

fn refused(config: &Config, error: AccessOpenError) -> AccessSetupError {
    match error {
        AccessOpenError::Store(error) => AccessSetupError::Store(error),
        AccessOpenError::Declared(source) => {
            AccessSetupError::Declared { path: config.access_file.clone().unwrap_or_default(), source }
        }
    }
}
