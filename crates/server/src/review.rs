//! Message review handlers as this server is configured: the review file, read and taken again.

use crate::config::Config;
use crate::declared_file::{self, DeclaredFileError};
use crate::{clock, entropy};
use delivery::{ReviewHandlers, ReviewMap, ReviewParts};
use std::sync::Arc;
use tokio::runtime::Handle;

/// Why the review file is not taken.
#[derive(Debug, thiserror::Error)]
#[error("the review file is refused: {0}")]
pub struct ReviewFileError(#[from] DeclaredFileError);

/// The handlers that the configuration names; none without a review file. Their calls run on this runtime.
///
/// # Errors
/// [`ReviewFileError`]
pub(crate) fn open(config: &Config) -> Result<Arc<ReviewHandlers>, ReviewFileError> {
    Ok(ReviewHandlers::new(ReviewParts {
        region: config.region.clone(),
        settings: config.review,
        map: read(config)?,
        runtime: Handle::current(),
        clock: clock::now,
        random: entropy::bits,
    }))
}

/// Reads the review file again. One that is wrong changes nothing.
///
/// # Errors
/// [`ReviewFileError`]
pub(crate) fn reload(config: &Config, handlers: &ReviewHandlers) -> Result<(), ReviewFileError> {
    handlers.replace(read(config)?);
    Ok(())
}

fn read(config: &Config) -> Result<ReviewMap, DeclaredFileError> {
    match &config.review_file {
        None => Ok(ReviewMap::empty()),
        Some(path) => declared_file::compile(path, ReviewMap::compile),
    }
}
