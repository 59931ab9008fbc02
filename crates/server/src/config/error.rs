//! Why a configuration is refused: one sentence that names the place and what was meant.

use super::source::Source;
use std::io;
use std::path::PathBuf;

/// Why a configuration is refused. Its text is for the one who starts the server; it never shows a secret.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("{}: cannot be read: {cause}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        cause: io::Error,
    },
    /// The file is not TOML.
    #[error("{at}: not valid TOML: {reason}")]
    Syntax {
        /// The line.
        at: Source,
        /// What the parser says.
        reason: String,
    },
    /// There is no such key, section, variable or flag.
    #[error("{at}: unknown {what}{}", did_you_mean(.meant.as_deref()))]
    Unknown {
        /// Where it is written.
        at: Source,
        /// What kind of name it is, and the name.
        what: String,
        /// A name that there is.
        meant: Option<String>,
    },
    /// A value has the wrong type or is out of range.
    #[error("{at}: `{key}`: {reason}")]
    Value {
        /// Where it is written.
        at: Source,
        /// The key.
        key: String,
        /// What was found and what was expected.
        reason: String,
    },
    /// Values that are right by themselves do not go together.
    #[error("{0}")]
    Contradiction(String),
    /// The settings themselves are described wrongly: a mistake of ours, which a test rules out.
    #[error("the built-in settings are broken: {0}")]
    Settings(String),
}

fn did_you_mean(name: Option<&str>) -> String {
    name.map(|name| format!("; did you mean `{name}`?")).unwrap_or_default()
}
