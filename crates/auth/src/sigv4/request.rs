//! What a request says of itself: the signing parameters, from the header or from the query, not yet believed.

use super::canonical::header_value;
use super::date::SigningDate;
use super::error::{SignatureError, echo};
use super::query::{self, Query};
use super::{ALGORITHM, MAX_EXPIRES_SECONDS, SignedRequest};
use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Where the signing parameters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// In `Authorization` and its companions.
    Header,
    /// In the query: a presigned request.
    Query,
}

/// The signing parameters, all of them present.
pub(crate) struct Parameters {
    pub(crate) form: Form,
    pub(crate) credential: String,
    pub(crate) signed_headers: String,
    pub(crate) signature: String,
    pub(crate) session_token: Option<String>,
    /// The date's text; in the header form it may be that of `Date`.
    date: String,
    is_http_date: bool,
    /// The text of `X-Amz-Expires`; only presigned requests have it.
    expires: Option<String>,
}

impl Parameters {
    /// Finds the parameters.
    pub(crate) fn find(request: &SignedRequest<'_>) -> Result<Self, SignatureError> {
        let query = Query::parse(request.query);
        let authorizations = request.headers.iter().filter(|(name, _)| *name == "authorization").count();
        match (query.first("X-Amz-Algorithm"), authorizations) {
            (None, 0) => Err(SignatureError::MissingAuthenticationToken),
            (None, 1) => Self::in_header(request),
            (None, _) => Err(SignatureError::RepeatedAuthorization),
            (Some(algorithm), 0) => Self::in_query(request, &query, &algorithm),
            (Some(_), _) => Err(SignatureError::BothMechanisms),
        }
    }

    fn in_header(request: &SignedRequest<'_>) -> Result<Self, SignatureError> {
        let authorization = text(request, "authorization").unwrap_or_default();
        let rest = after_algorithm(&authorization)?;
        let (mut credential, mut signature, mut signed_headers) = (None, None, None);
        for pair in rest.split(',').map(str::trim).filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or_else(|| not_key_value(&authorization))?;
            // Of a repeated parameter the last one counts.
            match name {
                "Credential" => credential = Some(value.to_owned()),
                "Signature" => signature = Some(value.to_owned()),
                "SignedHeaders" => signed_headers = Some(value.to_owned()),
                _ => {}
            }
        }
        let amz_date = text(request, "x-amz-date");
        let is_http_date = amz_date.is_none();
        let date = amz_date.or_else(|| text(request, "date"));
        let mut missing = Missing::default();
        let found = Self {
            form: Form::Header,
            credential: missing.take("Credential", credential),
            signature: missing.take("Signature", signature),
            signed_headers: missing.take("SignedHeaders", signed_headers),
            date: missing.take("Date", date),
            is_http_date,
            expires: None,
            session_token: text(request, "x-amz-security-token"),
        };
        if missing.0.is_empty() { Ok(found) } else { Err(SignatureError::IncompleteHeader(missing.0)) }
    }

    fn in_query(request: &SignedRequest<'_>, query: &Query, algorithm: &str) -> Result<Self, SignatureError> {
        if algorithm != ALGORITHM {
            return Err(SignatureError::UnsupportedAlgorithm(echo(algorithm)));
        }
        let mut missing = Missing::default();
        let mut required = |name: &'static str| missing.take(name, query.first(name));
        let found = Self {
            form: Form::Query,
            credential: required("X-Amz-Credential"),
            signature: required(query::SIGNATURE),
            signed_headers: required("X-Amz-SignedHeaders"),
            date: required("X-Amz-Date"),
            is_http_date: false,
            expires: query.first("X-Amz-Expires"),
            // A token in a header beside a presigned query is a stray one, and is refused as such.
            session_token: query
                .first("X-Amz-Security-Token")
                .or_else(|| text(request, "x-amz-security-token")),
        };
        if missing.0.is_empty() { Ok(found) } else { Err(SignatureError::IncompleteQuery(missing.0)) }
    }

    /// The date of the signature.
    pub(crate) fn date(&self) -> Result<SigningDate, SignatureError> {
        SigningDate::parse_basic(&self.date)
            .or_else(|| SigningDate::parse_http(&self.date).filter(|_| self.is_http_date))
            .ok_or_else(|| SignatureError::MalformedDate(echo(&self.date)))
    }

    /// For how many seconds from its date a presigned request says that it is good.
    pub(crate) fn expires_seconds(&self) -> Result<Option<u32>, SignatureError> {
        let Some(text) = &self.expires else { return Ok(None) };
        let seconds = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
        let seconds = seconds.filter(|seconds| (1..=MAX_EXPIRES_SECONDS).contains(seconds));
        seconds.map(Some).ok_or(SignatureError::MalformedExpires)
    }
}

/// The names of the parameters that were not there.
#[derive(Default)]
struct Missing(Vec<&'static str>);

impl Missing {
    fn take(&mut self, name: &'static str, found: Option<String>) -> String {
        found.unwrap_or_else(|| {
            self.0.push(name);
            String::new()
        })
    }
}

/// What follows the name of the algorithm. Another scheme's first word is named only if it cannot be the credential
/// itself.
fn after_algorithm(authorization: &str) -> Result<&str, SignatureError> {
    let (scheme, rest) = authorization.split_once(' ').unwrap_or((authorization, ""));
    if scheme == ALGORITHM {
        return Ok(rest);
    }
    if scheme.starts_with("AWS") || rest.contains('=') {
        return Err(SignatureError::UnsupportedAlgorithm(echo(scheme)));
    }
    Err(not_key_value(authorization))
}

fn not_key_value(authorization: &str) -> SignatureError {
    SignatureError::NotKeyValue(STANDARD.encode(digest(&SHA256, authorization.as_bytes())))
}

/// A header as text; what is not UTF-8 becomes what no valid parameter holds.
fn text(request: &SignedRequest<'_>, name: &str) -> Option<String> {
    header_value(request, name).map(|value| String::from_utf8_lossy(&value).into_owned())
}
