//! Where one destination is. Sends nothing.

use super::definition::Kind;
use crate::aws::{CredentialSource, FreshCredentials};
use crate::chat_log::sink::LocalSettings;
use model::Region;
use reqwest::{Client, Url};
use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tokio::runtime::Handle;

/// Where a destination is and how it is written to. Two that are equal are one place; cheap to clone.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    pub(in crate::chat_log) way: Way,
    pub(in crate::chat_log) wait: Wait,
}

/// Which way records go.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::chat_log) enum Way {
    Aws(Arc<AwsTarget>),
    Local(LocalSettings),
}

/// For how long, and for how many bytes, a batch may grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::chat_log) struct Wait {
    pub(in crate::chat_log) longest: Duration,
    pub(in crate::chat_log) bytes: u64,
}

impl Wait {
    /// AWS's delays (user guide, "Chat Logging"), and what its calls take: `PutLogEvents` 1 MiB, `PutRecordBatch` 4 MiB
    /// less some for what stands around the records.
    pub(super) const fn of(kind: Kind) -> Self {
        match kind {
            Kind::S3 => Self { longest: Duration::from_secs(300), bytes: 5 * 1024 * 1024 },
            Kind::CloudwatchLogs => Self { longest: Duration::from_secs(10), bytes: 1_048_576 },
            Kind::Firehose => Self { longest: Duration::from_secs(10), bytes: 4 * 1024 * 1024 - 64 * 1024 },
        }
    }
}

/// An API, AWS's own or a compatible one.
pub(in crate::chat_log) struct AwsTarget {
    /// `None` is AWS's own, in the region.
    pub(in crate::chat_log) endpoint: Option<Url>,
    /// The region that is signed for.
    pub(in crate::chat_log) region: Region,
    /// Whether a bucket stands in the path; `None` where it does not matter to whoever wrote the file.
    pub(in crate::chat_log) path_style: Option<bool>,
    pub(in crate::chat_log) client: Client,
    credentials: CredentialSource,
    fresh: OnceLock<Arc<FreshCredentials>>,
}

impl AwsTarget {
    pub(super) fn new(
        endpoint: Option<Url>,
        region: Region,
        path_style: Option<bool>,
        (credentials, client): (CredentialSource, Client),
    ) -> Self {
        Self { endpoint, region, path_style, client, credentials, fresh: OnceLock::new() }
    }

    /// The key, looked after from the first time that somebody asks for it.
    pub(in crate::chat_log) fn credentials(&self, runtime: &Handle) -> Arc<FreshCredentials> {
        let fresh = self.fresh.get_or_init(|| Arc::new(FreshCredentials::keep(&self.credentials, runtime)));
        Arc::clone(fresh)
    }
}

/// The client and the key's present value follow from the rest.
impl PartialEq for AwsTarget {
    fn eq(&self, other: &Self) -> bool {
        self.endpoint == other.endpoint
            && self.region == other.region
            && self.path_style == other.path_style
            && self.credentials == other.credentials
    }
}

impl fmt::Debug for AwsTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AwsTarget")
            .field("endpoint", &self.endpoint.as_ref().map(Url::as_str))
            .field("region", &self.region)
            .field("path_style", &self.path_style)
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
