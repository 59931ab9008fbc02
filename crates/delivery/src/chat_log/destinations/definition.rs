//! The shape of a destinations file, TOML or JSON. What is right in it is judged by
//! [`Destinations::compile`](super::Destinations::compile).

use crate::aws::CredentialsDefinition;
use crate::secret::SecretText;
use model::Destination;
use serde::Deserialize;

/// A destinations file as it was written.
///
/// ```toml
/// [[destination]]                 # the first that fits counts; without one: local files
/// kind = "s3"
/// name = "ivs-*"
/// endpoint = "http://127.0.0.1:9000"
/// credentials = { access_key_id = "AKIA…", secret_env = "S3_SECRET" }
///
/// [local]
/// keep_days = 30
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DestinationsFile {
    pub(super) destination: Vec<DestinationDefinition>,
    pub(super) local: LocalDefinition,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DestinationDefinition {
    pub(super) kind: Kind,
    /// A bucket, log group or stream; `*` stands for any characters, `?` for one. All without it.
    pub(super) name: Option<String>,
    /// Whose configurations, `*` for everybody's; without it the server's own account's, so that no other tenant
    /// writes with the server's credentials.
    pub(super) account: Option<String>,
    #[serde(default)]
    pub(super) to: To,
    /// Where the API is; without it AWS's own in the region.
    pub(super) endpoint: Option<SecretText>,
    /// The region that is signed for; without it the server's.
    pub(super) region: Option<String>,
    /// Whether the bucket stands in the path; without it, it does at an endpoint.
    pub(super) path_style: Option<bool>,
    pub(super) credentials: Option<CredentialsDefinition>,
    pub(super) batch_seconds: Option<u64>,
    pub(super) batch_bytes: Option<u64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    S3,
    CloudwatchLogs,
    Firehose,
}

impl Kind {
    /// The kind of a destination, and its name.
    pub(super) fn of(destination: &Destination) -> (Self, &str) {
        match destination {
            Destination::S3(bucket) => (Self::S3, bucket),
            Destination::CloudWatchLogs(group) => (Self::CloudwatchLogs, group),
            Destination::Firehose(stream) => (Self::Firehose, stream),
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum To {
    #[default]
    Aws,
    Local,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LocalDefinition {
    pub(super) keep_days: Option<u32>,
    pub(super) keep_bytes: Option<u64>,
    pub(super) rotate_bytes: Option<u64>,
}
