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
    /// It is no key.
    #[error("{source_name}: {error}")]
    Malformed {
        /// Where it came from.
        source_name: String,
        /// What is wrong.
        error: auth::MasterKeyError,
    },
}

/// The configured key, or the kept one, or a new one.
///
/// # Errors
/// [`MasterKeyError`]
pub(crate) fn open(config: &Config) -> Result<MasterKey, MasterKeyError> {
    match &config.master_key {
        Some(MasterKeySource::Given(key)) => parse(&STANDARD.encode(key.reveal()), "master_key".to_owned()),
        Some(MasterKeySource::File(path)) => {
            let content = std::fs::read_to_string(path)
                .map_err(|source| MasterKeyError::File { path: path.clone(), source })?;
            parse(&content, path.display().to_string())
        }
        None => {
            let path = config.data_dir.join(FILE_NAME);
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
