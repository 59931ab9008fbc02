//! Message review handlers as this server is configured: the review file, read and taken again.

use crate::config::Config;
use crate::declared_file::{self, DeclaredFileError};
use crate::{clock, entropy};
use delivery::{DeclarationError, DeclarationSources, ReviewHandlers, ReviewMap, ReviewParts};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::runtime::Handle;

/// Why the review file is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReviewFileError {
    /// It cannot be read.
    #[error("the review file is refused: {0}")]
    File(#[from] DeclaredFileError),
    /// What is in it is wrong.
    #[error("the review file {} is refused: {source}", path.display())]
    Map {
        /// The review file.
        path: PathBuf,
        /// What is wrong, and where.
        source: DeclarationError,
    },
}

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

fn read(config: &Config) -> Result<ReviewMap, ReviewFileError> {
    let Some(path) = &config.review_file else { return Ok(ReviewMap::empty()) };
    let folder = path.parent().unwrap_or(Path::new("."));
    let sources = DeclarationSources {
        variable: &|name| std::env::var(name).ok(),
        text_of: &|file| {
            let text = declared_file::read_text(&folder.join(file)).map_err(io::Error::other)?;
            Ok(text.to_string())
        },
    };
    let compiled = ReviewMap::compile(declared_file::read(path)?, sources);
    compiled.map_err(|source| ReviewFileError::Map { path: path.clone(), source })
}
