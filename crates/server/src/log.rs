//! Structured logs on standard error.

use crate::config::{Log, LogFormat};
use tracing_subscriber::EnvFilter;

/// Installs the subscriber of the process; a second call, as in tests, changes nothing.
pub(crate) fn install(log: &Log) {
    let filter = EnvFilter::try_new(&log.filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // `Err` means that a subscriber stands already.
    let _ = match log.format {
        LogFormat::Text => lines.with_ansi(false).try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
}
