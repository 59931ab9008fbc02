//! The access keys that calls are signed with: a fixed one, or one that is fetched and kept fresh off the callers' way.
//! Knows no call.

use crate::secret::SecretText;
use auth::SecretKey;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, AwsCredential, AwsCredentialProvider};
use object_store::{BackoffConfig, RetryConfig};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};

/// How often a key that is there is looked after. The provider itself fetches a new one five minutes before the old one
/// ends.
const LOOK_AFTER: Duration = Duration::from_secs(60);
/// How soon it is tried again where there is no key.
const TRY_AGAIN: Duration = Duration::from_secs(5);
/// How long one fetch may take in all.
const FETCH_LIMIT: Duration = Duration::from_secs(20);

/// The variables of the environment that the default credentials are found by, as AWS's SDKs name them.
const VARIABLES: [(&str, AmazonS3ConfigKey); 13] = [
    ("AWS_ACCESS_KEY_ID", AmazonS3ConfigKey::AccessKeyId),
    ("AWS_SECRET_ACCESS_KEY", AmazonS3ConfigKey::SecretAccessKey),
    ("AWS_SESSION_TOKEN", AmazonS3ConfigKey::Token),
    ("AWS_DEFAULT_REGION", AmazonS3ConfigKey::Region),
    ("AWS_REGION", AmazonS3ConfigKey::Region),
    ("AWS_WEB_IDENTITY_TOKEN_FILE", AmazonS3ConfigKey::WebIdentityTokenFile),
    ("AWS_ROLE_ARN", AmazonS3ConfigKey::RoleArn),
    ("AWS_ROLE_SESSION_NAME", AmazonS3ConfigKey::RoleSessionName),
    ("AWS_ENDPOINT_URL_STS", AmazonS3ConfigKey::StsEndpoint),
    ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", AmazonS3ConfigKey::ContainerCredentialsRelativeUri),
    ("AWS_CONTAINER_CREDENTIALS_FULL_URI", AmazonS3ConfigKey::ContainerCredentialsFullUri),
    ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", AmazonS3ConfigKey::ContainerAuthorizationTokenFile),
    ("AWS_EC2_METADATA_SERVICE_ENDPOINT", AmazonS3ConfigKey::MetadataEndpoint),
];

/// An access key.
pub(crate) struct Credentials {
    pub(crate) access_key_id: String,
    pub(crate) secret: SecretKey,
    pub(crate) session_token: Option<SecretText>,
}

impl PartialEq for Credentials {
    fn eq(&self, other: &Self) -> bool {
        self.access_key_id == other.access_key_id
            && self.secret.reveal() == other.secret.reveal()
            && self.session_token == other.session_token
    }
}

/// Where a key comes from.
#[derive(Clone)]
pub(crate) enum CredentialSource {
    /// It stands in the file.
    Fixed(Arc<Credentials>),
    /// From the environment, a web identity, a container's or an instance's role: the first that is set up.
    Default(AwsCredentialProvider),
}

impl CredentialSource {
    /// The default source, as `variable` shows the environment. Fetches nothing yet.
    pub(crate) fn of_environment(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, String> {
        let set = VARIABLES.into_iter().filter_map(|(name, key)| {
            variable(name).filter(|value| !value.is_empty()).map(|value| (key, value))
        });
        // The bucket is asked for though nothing is stored: only the builder gives the provider away.
        let builder = AmazonS3Builder::new().with_bucket_name("none").with_retry(RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: 2,
            retry_timeout: FETCH_LIMIT,
        });
        let store = set.fold(builder, |builder, (key, value)| builder.with_config(key, value)).build();
        store.map(|store| Self::Default(Arc::clone(store.credentials()))).map_err(|error| error.to_string())
    }
}

/// The environment does not change while the process lives, so one default source is as good as another.
impl PartialEq for CredentialSource {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Fixed(one), Self::Fixed(other)) => one == other,
            (Self::Default(_), Self::Default(_)) => true,
            _ => false,
        }
    }
}

impl fmt::Debug for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Fixed(_) => "Fixed(***)",
            Self::Default(_) => "Default",
        })
    }
}

#[derive(Clone)]
enum Known {
    /// The first fetch is under way.
    NotYet,
    /// The last fetch failed, and there was none before that did not.
    Missing,
    Key(Arc<Credentials>),
}

/// There is no key to sign with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there are no credentials to sign with")]
pub(crate) struct NoCredentials;

/// A key that is always at hand; dropping it ends the looking after.
pub(crate) struct FreshCredentials {
    known: watch::Receiver<Known>,
    task: Option<AbortHandle>,
}

impl FreshCredentials {
    /// Begins to look after the key.
    pub(crate) fn keep(source: &CredentialSource, runtime: &Handle) -> Self {
        match source {
            CredentialSource::Fixed(credentials) => {
                let (_, known) = watch::channel(Known::Key(Arc::clone(credentials)));
                Self { known, task: None }
            }
            CredentialSource::Default(provider) => {
                let (sender, known) = watch::channel(Known::NotYet);
                let task = runtime.spawn(look_after(Arc::clone(provider), sender));
                Self { known, task: Some(task.abort_handle()) }
            }
        }
    }

    /// The key. Waits only for the very first fetch; whoever asks sets the limit.
    pub(crate) async fn current(&self) -> Result<Arc<Credentials>, NoCredentials> {
        let mut known = self.known.clone();
        let known = known.wait_for(|known| !matches!(known, Known::NotYet)).await;
        match known.as_deref() {
            Ok(Known::Key(credentials)) => Ok(Arc::clone(credentials)),
            _ => Err(NoCredentials),
        }
    }
}

impl Drop for FreshCredentials {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

/// What was fetched once is kept until something better comes: it may still be good.
async fn look_after(provider: AwsCredentialProvider, known: watch::Sender<Known>) {
    let mut last: Option<Arc<AwsCredential>> = None;
    loop {
        // The provider's own words may quote a URL with a token in it; they are not logged.
        let pause = match timeout(FETCH_LIMIT, provider.get_credential()).await {
            Ok(Ok(credential)) if last.as_ref() == Some(&credential) => LOOK_AFTER,
            Ok(Ok(credential)) => {
                let key = parse(&credential).map_or(Known::Missing, |key| Known::Key(Arc::new(key)));
                let is_key = matches!(key, Known::Key(_));
                known.send_replace(key);
                last = Some(credential);
                if is_key { LOOK_AFTER } else { TRY_AGAIN }
            }
            Ok(Err(_)) | Err(_) => {
                tracing::warn!(target: "aws", "no AWS credentials could be fetched");
                known.send_if_modified(|known| {
                    let is_first = matches!(known, Known::NotYet);
                    if is_first {
                        *known = Known::Missing;
                    }
                    is_first
                });
                TRY_AGAIN
            }
        };
        sleep(pause).await;
    }
}

fn parse(credential: &AwsCredential) -> Option<Credentials> {
    Some(Credentials {
        access_key_id: credential.key_id.clone(),
        secret: SecretKey::parse(&credential.secret_key).ok()?,
        session_token: credential.token.clone().map(SecretText::new),
    })
}
