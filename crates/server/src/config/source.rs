//! Where a value came from, so that an error and `config print` can name it.

use super::settings::QuotasPreset;
use std::fmt;
use std::path::PathBuf;

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// It is built in.
    Default,
    /// The machine's cores were counted.
    Cores,
    /// `quotas` sets it.
    Quotas(QuotasPreset),
    /// A line of the configuration file, counted from 1.
    File {
        /// The file, as it was named to us.
        path: PathBuf,
        /// The line.
        line: usize,
    },
    /// The environment variable of this name.
    Environment(String),
    /// The flag of this name, without its dashes.
    Flag(String),
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Cores => f.write_str("one for each core"),
            Self::Quotas(QuotasPreset::Aws) => f.write_str("quotas = \"aws\""),
            Self::Quotas(QuotasPreset::Unlimited) => f.write_str("quotas = \"unlimited\""),
            Self::File { path, line } => write!(f, "{}:{line}", path.display()),
            Self::Environment(name) => write!(f, "environment {name}"),
            Self::Flag(name) => write!(f, "--{name}"),
        }
    }
}
