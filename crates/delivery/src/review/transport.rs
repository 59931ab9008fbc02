//! The two ways to a handler, seen as one.

use super::failure::Failure;
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

    /// Which of its handlers `uri` is, each of which may be dead alone. Behind a Lambda API each ARN is one; behind one
    /// URL there is one for each account, whose messages may do to it what others' do not.
    pub(super) fn handler<'a>(&self, uri: &'a ReviewHandlerUri) -> &'a str {
        match self {
            Self::Lambda(_) => uri.as_str(),
            Self::Http(_) => uri.as_str().split(':').nth(4).unwrap_or_default(),
        }
    }

    /// What a status but 200 means. Over HTTP most are the handler's own, for one message perhaps; but a proxy says
    /// with some that nobody is behind it. A Lambda API says by other means that a function failed.
    pub(super) const fn failure(&self, status: u16) -> Failure {
        match (self, status) {
            (Self::Lambda(_), _) | (Self::Http(_), 429 | 502..=504) => Failure::Status(status),
            (Self::Http(_), _) => Failure::OwnStatus(status),
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

/// Scheme, host and port: paths and queries of some services are secrets.
pub(super) fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::watches::Sign;

    #[test]
    fn few_statuses_of_an_http_handler_say_that_it_is_dead() {
        let url = Url::parse("http://127.0.0.1/").unwrap();
        let http = Transport::Http(HttpTarget { url, bearer: None, hmac_secret: None });
        for status in 201..=599 {
            let sign = if [429, 502, 503, 504].contains(&status) { Sign::Dead } else { Sign::Alive };
            assert_eq!(http.failure(status).sign(), sign, "{status}");
        }
    }
}
