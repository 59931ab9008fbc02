//! The shape of a review file, TOML or JSON: which handler stands behind which ARN, and the built-in rule sets. What is
//! right in it is judged by [`ReviewMap::compile`](super::ReviewMap::compile).

use super::builtin::RuleSetDefinition;
use crate::aws::CredentialsDefinition;
use crate::secret::SecretText;
use serde::Deserialize;
use std::path::PathBuf;

/// A review file as it was written.
///
/// ```toml
/// [[handler]]
/// arn = "arn:aws:lambda:us-west-2:123456789012:function:moderate"
/// kind = "lambda"
/// credentials = "default"
///
/// [[handler]]
/// arn = "arn:aws:lambda:*:*:function:*"   # the first that fits wins
/// kind = "http"
/// url = "http://127.0.0.1:9000/review"
/// hmac_secret_env = "REVIEW_SECRET"
/// time_limit_ms = 500
/// shadow = true
///
/// [[rules]]                                # arn:aws:lambda:…:function:hubbub-builtin-basic
/// name = "basic"
/// ```
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ReviewFile {
    pub(super) handler: Vec<HandlerDefinition>,
    pub(super) rules: Vec<RuleSetDefinition>,
}

#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub(super) enum HandlerDefinition {
    Lambda(LambdaDefinition),
    Http(HttpDefinition),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LambdaDefinition {
    /// An ARN; `*` stands for any characters, `?` for one.
    pub(super) arn: String,
    pub(super) time_limit_ms: Option<u64>,
    #[serde(default)]
    pub(super) shadow: bool,
    /// Where the Lambda API is; without it AWS's own in the region of the ARN.
    pub(super) endpoint: Option<SecretText>,
    /// The region that is signed for; without it that of the ARN.
    pub(super) region: Option<String>,
    /// What is invoked; without it the ARN at AWS, and at a given endpoint the bare name that the ARN ends in.
    pub(super) function: Option<String>,
    #[serde(default)]
    pub(super) credentials: CredentialsDefinition,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HttpDefinition {
    /// An ARN; `*` stands for any characters, `?` for one.
    pub(super) arn: String,
    pub(super) time_limit_ms: Option<u64>,
    #[serde(default)]
    pub(super) shadow: bool,
    pub(super) url: SecretText,
    pub(super) bearer: Option<SecretText>,
    pub(super) bearer_env: Option<String>,
    pub(super) bearer_file: Option<PathBuf>,
    pub(super) hmac_secret: Option<SecretText>,
    pub(super) hmac_secret_env: Option<String>,
    pub(super) hmac_secret_file: Option<PathBuf>,
}
