//! What can go wrong with what survives a restart. Knows no back end: each turns its own errors into these.

mod access;

pub use access::{AccessError, Conflict, Entity};

use model::{Id, LoggingConfigurationState, Violation};
use std::path::PathBuf;
use thiserror::Error;

/// The store itself failed; the text is one sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StoreError {
    /// The data directory or the database in it cannot be written.
    #[error("cannot write to {}: let this user write there, or set data_dir to another directory", path.display())]
    Unwritable {
        /// What could not be written.
        path: PathBuf,
    },
    /// Another server has the directory open.
    #[error("another server is using {}: stop it, or set data_dir to another directory", path.display())]
    InUse {
        /// The data directory.
        path: PathBuf,
    },
    /// A newer server has written the database.
    #[error(
        "the database has format {found} and this version knows formats up to {known}: start the newer version, \
         or restore the backup from before the upgrade"
    )]
    NewerFormat {
        /// The format of the database.
        found: i64,
        /// The newest format that this program knows.
        known: i64,
    },
    /// What is stored cannot be read back.
    #[error(
        "the database is damaged ({detail}): stop the server and restore the data directory from a backup"
    )]
    Corrupt {
        /// What could not be read.
        detail: String,
    },
    /// The database did not do what it was asked; the same request may succeed later.
    #[error("the database did not answer ({detail}): see that its disk has room and works, then try again")]
    Unavailable {
        /// What the database said.
        detail: String,
    },
}

impl StoreError {
    pub(crate) fn corrupt(detail: impl Into<String>) -> Self {
        Self::Corrupt { detail: detail.into() }
    }

    pub(crate) fn unavailable(detail: impl Into<String>) -> Self {
        Self::Unavailable { detail: detail.into() }
    }
}

/// Why a room or a logging configuration was not created.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CreateError {
    /// The account has as many as it may.
    #[error("the account has as many as its quota allows")]
    QuotaExceeded,
    /// The account has another one with this id: draw another id.
    #[error("the id is taken")]
    IdTaken,
    /// A room was to have a logging configuration that the account does not have.
    #[error("the account has no logging configuration {0}")]
    LoggingConfigurationMissing(Id),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a room was not updated.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum UpdateError {
    /// There is none with this key.
    #[error("there is none with this id")]
    NotFound,
    /// A room was to have a logging configuration that the account does not have.
    #[error("the account has no logging configuration {0}")]
    LoggingConfigurationMissing(Id),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a logging configuration was not updated, or is not to be deleted.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum LoggingConfigurationError {
    /// There is none with this key.
    #[error("there is none with this id")]
    NotFound,
    /// A room has it attached.
    #[error("it is attached to a room")]
    InUse,
    /// It stands where this cannot be done with it.
    #[error("it is {}", _0.as_str())]
    WrongState(LoggingConfigurationState),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a resource's tags were not changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum TagsError {
    /// There is no resource with this key.
    #[error("there is none with this id")]
    NotFound,
    /// The change itself refused, such as for more than 50 tags.
    #[error("{}", _0.describe("/tags"))]
    Refused(Violation),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
