//! The logging configuration: where a room's chat is to be recorded.

mod state;

pub use state::LoggingConfigurationState;

use crate::{LoggingConfigurationKey, ResourceName, Tags, Timestamp, Violation};

/// Exactly one destination. Source: API reference, `DestinationConfiguration`, a union.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Destination {
    /// An S3 bucket, by name.
    S3(Box<str>),
    /// A CloudWatch Logs group, by name.
    CloudWatchLogs(Box<str>),
    /// A Firehose delivery stream, by name.
    Firehose(Box<str>),
}

impl Destination {
    /// Parses the name of an S3 bucket: 3 to 63 of `[a-z0-9-.]`.
    ///
    /// # Errors
    /// [`Violation::Length`] or [`Violation::Pattern`].
    pub fn parse_bucket(name: &str) -> Result<Self, Violation> {
        Violation::check_length(name, 3, 63)?;
        Violation::check_bytes(name, "^[a-z0-9-.]+$", |byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.".contains(&byte)
        })?;
        Ok(Self::S3(name.into()))
    }

    /// Parses the name of a log group: 1 to 512 of `[\.\-_/#A-Za-z0-9]`.
    ///
    /// # Errors
    /// [`Violation::Length`] or [`Violation::Pattern`].
    pub fn parse_log_group(name: &str) -> Result<Self, Violation> {
        Violation::check_length(name, 1, 512)?;
        Violation::check_bytes(name, r"^[\.\-_/#A-Za-z0-9]+$", |byte| {
            byte.is_ascii_alphanumeric() || b".-_/#".contains(&byte)
        })?;
        Ok(Self::CloudWatchLogs(name.into()))
    }

    /// Parses the name of a delivery stream: 1 to 64 of `[a-zA-Z0-9_.-]`.
    ///
    /// # Errors
    /// [`Violation::Length`] or [`Violation::Pattern`].
    pub fn parse_delivery_stream(name: &str) -> Result<Self, Violation> {
        Violation::check_length(name, 1, 64)?;
        Violation::check_bytes(name, "^[a-zA-Z0-9_.-]+$", |byte| {
            byte.is_ascii_alphanumeric() || b"_.-".contains(&byte)
        })?;
        Ok(Self::Firehose(name.into()))
    }
}

/// A logging configuration. Source: API reference, `LoggingConfiguration`-shaped responses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggingConfiguration {
    /// Its account and id.
    pub key: LoggingConfigurationKey,
    /// Its name; may be empty.
    pub name: ResourceName,
    /// When it was created.
    pub create_time: Timestamp,
    /// When it was last created or updated.
    pub update_time: Timestamp,
    /// Where the records go.
    pub destination: Destination,
    /// Where it stands.
    pub state: LoggingConfigurationState,
    /// Its tags.
    pub tags: Tags,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_destination_has_its_own_rule() {
        assert!(Destination::parse_bucket("my-bucket.logs").is_ok());
        assert!(Destination::parse_bucket("My-bucket").is_err());
        assert!(Destination::parse_bucket("ab").is_err());
        assert!(Destination::parse_log_group("/ivs/chat#1").is_ok());
        assert!(Destination::parse_log_group("a b").is_err());
        assert!(Destination::parse_delivery_stream("A_b.c-d").is_ok());
        assert!(Destination::parse_delivery_stream("a/b").is_err());
    }
}
