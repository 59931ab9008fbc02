//! A placeholder until the server's wiring is here.

use crate::config::Config;

/// Why the server could not start or go on.
#[derive(Debug, thiserror::Error)]
#[error("the server is not built yet")]
pub struct ServeError;

/// Serves until told to stop.
///
/// # Errors
/// [`ServeError`], always.
pub async fn run(_config: Config) -> Result<(), ServeError> {
    Err(ServeError)
}
