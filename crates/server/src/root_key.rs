//! The root access key: given by the configuration, or made at the first start and kept as an AWS credentials file.

use crate::config::Config;
use crate::credentials_file::{self, FILE_NAME};
use crate::{entropy, secret_file};
use auth::{RootKey, SecretKey};
use std::path::PathBuf;
use std::sync::Arc;

const ID_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECRET_ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// A key that was made now, to be shown once.
pub(crate) struct FirstShow {
    /// Its id.
    pub access_key_id: String,
    /// The secret in the clear.
    pub secret_access_key: String,
    /// Where it is kept.
    pub file: PathBuf,
}

/// Why there is no root key.
#[derive(Debug, thiserror::Error)]
pub enum RootKeyError {
    /// The file can be neither read nor written.
    #[error("cannot read or write the root key {}: {source}; check the folder's owner and permissions", path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file holds no key.
    #[error("{} holds no access key; restore it, or delete it to have a new key made", .0.display())]
    Malformed(PathBuf),
}

/// The configured key, or the kept one, or a new one.
///
/// # Errors
/// [`RootKeyError`]
pub(crate) fn open(config: &Config) -> Result<(RootKey, Option<FirstShow>), RootKeyError> {
    let file = config.data_dir.join(FILE_NAME);
    if let Some(given) = &config.root_key {
        let secret =
            SecretKey::parse(given.secret_access_key.reveal()).map_err(|_| RootKeyError::Malformed(file))?;
        let key = RootKey { access_key_id: given.access_key_id.clone(), secret: Arc::new(secret) };
        return Ok((key, None));
    }
    let (content, made) = secret_file::read_or_make(&file, new_file)
        .map_err(|source| RootKeyError::File { path: file.clone(), source })?;
    let malformed = || RootKeyError::Malformed(file.clone());
    let (access_key_id, text) = credentials_file::parse(&content).ok_or_else(malformed)?;
    let secret = SecretKey::parse(text).map_err(|_| malformed())?;
    let first_show = FirstShow {
        access_key_id: access_key_id.to_owned(),
        secret_access_key: text.to_owned(),
        file: file.clone(),
    };
    let key = RootKey { access_key_id: access_key_id.to_owned(), secret: Arc::new(secret) };
    Ok((key, made.then_some(first_show)))
}

fn new_file() -> String {
    let id = entropy::text(ID_ALPHABET, 16);
    let secret = entropy::text(SECRET_ALPHABET, 40);
    format!("[default]\naws_access_key_id = AKIA{id}\naws_secret_access_key = {secret}\n")
}
