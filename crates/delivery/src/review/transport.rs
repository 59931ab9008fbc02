//! The two ways to a handler, seen as one.

use super::http::HttpTarget;
use super::lambda::LambdaTarget;
use crate::aws::CredentialSource;
use model::ReviewHandlerUri;
use reqwest::Url;

/// Where a handler is and how it is spoken to; two that are equal may share their connections.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Transport {
    Lambda(LambdaTarget),
    Http(HttpTarget),
}

impl Transport {
    /// The URL that it lies under, unless that depends on the ARN.
    pub(super) const fn fixed_url(&self) -> Option<&Url> {
        match self {
            Self::Lambda(lambda) => lambda.endpoint.as_ref(),
            Self::Http(http) => Some(&http.url),
        }
    }

    /// Where the key comes from that its calls are signed with.
    pub(super) const fn credentials(&self) -> Option<&CredentialSource> {
        match self {
            Self::Lambda(lambda) => Some(&lambda.credentials),
            Self::Http(_) => None,
        }
    }

    /// Which of its handlers `uri` is, each of which may be dead alone. Behind one URL there is one handler; behind a
    /// Lambda API there are many.
    pub(super) fn handler<'a>(&self, uri: &'a ReviewHandlerUri) -> &'a str {
        match self {
            Self::Lambda(_) => uri.as_str(),
            Self::Http(_) => "",
        }
    }

    /// What the log and the metrics call it.
    pub(super) fn name(&self, uri: &ReviewHandlerUri) -> String {
        match self {
            Self::Lambda(lambda) => lambda.name(uri),
            Self::Http(http) => http.name(),
        }
    }
}
