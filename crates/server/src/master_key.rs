//! The master key: given by the configuration, or made at the first start and kept in the data directory.

use crate::config::{Config, MasterKeySource};
use crate::{entropy, secret_file};
use auth::MasterKey;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::path::PathBuf;

/// The file in the data directory, when the configuration names no master key.
const FILE_NAME: &str = "master.key";

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// Its file can be neither read nor written.
    #[error("cannot read or write the master key {}: {source}; check its owner and permissions", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is none, and the database cannot be read without it.
    #[error(
        "the database holds secrets of access keys, and the master key that wraps them is not in {}: set master_key \
         or master_key_file as it was, or restore the file; with a new key there the server starts, and the secrets \
         are lost",
        .0.display()
    )]
    Lost(PathBuf),
    /// It is no key.
    #[error("{source_name}: {error}")]
    Malformed {
        /// Where it came from.
        source_name: String,
        /// What is wrong.
        error: auth::MasterKeyError,
    },
}

/// The configured key, or the kept one, or a new one. No new one is made where `is_needed`, that is, where the database
/// holds what an older one has wrapped.
///
/// # Errors
/// [`MasterKeyError`]
pub(crate) fn open(config: &Config, is_needed: bool) -> Result<MasterKey, MasterKeyError> {
    match &config.master_key {
        Some(MasterKeySource::Given(key)) => parse(&STANDARD.encode(key.reveal()), "master_key".to_owned()),
        Some(MasterKeySource::File(path)) => {
            let content = std::fs::read_to_string(path)
                .map_err(|source| MasterKeyError::File { path: path.clone(), source })?;
            parse(&content, path.display().to_string())
        }
        None => {
            let path = config.data_dir.join(FILE_NAME);
            if is_needed && !path.exists() {
                return Err(MasterKeyError::Lost(path));
            }
            let read = secret_file::read_or_make(&path, new_file);
            let (content, _) = read.map_err(|source| MasterKeyError::File { path: path.clone(), source })?;
            parse(&content, path.display().to_string())
        }
    }
}

fn parse(text: &str, source_name: String) -> Result<MasterKey, MasterKeyError> {
    MasterKey::parse(text).map_err(|error| MasterKeyError::Malformed { source_name, error })
}

fn new_file() -> String {
    let key: [u8; 32] = entropy::bytes();
    format!("{}\n", STANDARD.encode(key))
}
