//! Why a signature was refused: the page with AWS's type, status and words for it.
//!
//! **Invariant:** no message shows an `Authorization` header, a canonical request, a secret or a session token, and
//! what a client wrote is cut at [`MAX_ECHO_CHARS`] characters.

use super::date::SigningDate;
use model::Timestamp;

/// How much of a client's own words a message repeats.
pub(crate) const MAX_ECHO_CHARS: usize = 256;

/// Why a request is not who it says it is.
///
/// Source: API reference, "Common Errors"; the words are those of AWS's services, as its guides and recordings
/// of them show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// Neither an `Authorization` header nor signing parameters in the query.
    #[error("Missing Authentication Token")]
    MissingAuthenticationToken,
    /// Both of them.
    #[error("Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.")]
    BothMechanisms,
    /// More than one `Authorization` header. (AWS's words for this are not known; none of them is picked.)
    #[error("Found more than one 'Authorization' HTTP header.")]
    RepeatedAuthorization,
    /// An algorithm other than `AWS4-HMAC-SHA256`, cut.
    #[error("Unsupported AWS 'algorithm': '{0}'.")]
    UnsupportedAlgorithm(String),
    /// An `Authorization` header that is no list of `key=value`; this is the hash of it.
    #[error(
        "Invalid key=value pair (missing equal-sign) in Authorization header \
         (hashed with SHA-256 and encoded with Base64): '{0}'."
    )]
    NotKeyValue(String),
    /// An `Authorization` header without these parameters, of which `Date` is a header.
    #[error("{}", missing_from_header(.0))]
    IncompleteHeader(Vec<&'static str>),
    /// A query without these parameters.
    #[error("{}", missing_from_query(.0))]
    IncompleteQuery(Vec<&'static str>),
    /// `SignedHeaders` does not list `host`.
    #[error("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")]
    HostNotSigned,
    /// A date in another form, cut.
    #[error("Date must be in ISO-8601 'basic format'. Got '{0}'. See http://en.wikipedia.org/wiki/ISO_8601")]
    MalformedDate(String),
    /// `X-Amz-Expires` is no number of seconds up to a week.
    #[error("X-Amz-Expires must be between 1 and 604800 seconds.")]
    MalformedExpires,
    /// A signature too old for the clock's window.
    #[error(
        "Signature expired: {} is now earlier than {} ({} - 15 min.)",
        basic(.signed_at), basic(.earliest), basic(.now)
    )]
    Expired {
        /// The date of the signature.
        signed_at: Timestamp,
        /// The oldest that is still accepted.
        earliest: Timestamp,
        /// The server's time.
        now: Timestamp,
    },
    /// A presigned request after its time.
    #[error("Signature expired: {} is now earlier than {}", basic(.until), basic(.now))]
    PresignExpired {
        /// Until when it was good.
        until: Timestamp,
        /// The server's time.
        now: Timestamp,
    },
    /// A signature of the future.
    #[error(
        "Signature not yet current: {} is still later than {} ({} + 15 min.)",
        basic(.signed_at), basic(.latest), basic(.now)
    )]
    NotYetCurrent {
        /// The date of the signature.
        signed_at: Timestamp,
        /// The newest that is already accepted.
        latest: Timestamp,
        /// The server's time.
        now: Timestamp,
    },
    /// A credential of other than five parts, cut.
    #[error(
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{0}'"
    )]
    MalformedCredential(String),
    /// A credential for another region, service, kind of request or day; one sentence for each, each cut.
    #[error("{0}")]
    WrongScope(String),
    /// A key that is unknown or disabled, or a session token that is not its own: one answer, so that nobody can ask
    /// which keys there are.
    #[error("The security token included in the request is invalid.")]
    UnrecognizedClient,
    /// Temporary credentials whose time has passed. (Without a full stop, as AWS writes it.)
    #[error("The security token included in the request is expired")]
    ExpiredToken,
    /// Another signature than ours, or another body than the one that was hashed.
    #[error(
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
         Key and signing method. Consult the service documentation for details."
    )]
    SignatureMismatch,
}

impl SignatureError {
    /// The name of the error's shape, as `x-amzn-ErrorType` carries it.
    #[must_use]
    pub const fn aws_type(&self) -> &'static str {
        match self {
            Self::MissingAuthenticationToken => "MissingAuthenticationTokenException",
            Self::UnsupportedAlgorithm(_)
            | Self::NotKeyValue(_)
            | Self::IncompleteHeader(_)
            | Self::IncompleteQuery(_)
            | Self::MalformedDate(_)
            | Self::MalformedExpires
            | Self::MalformedCredential(_) => "IncompleteSignatureException",
            Self::BothMechanisms
            | Self::RepeatedAuthorization
            | Self::HostNotSigned
            | Self::WrongScope(_)
            | Self::SignatureMismatch => "InvalidSignatureException",
            Self::Expired { .. } | Self::PresignExpired { .. } | Self::NotYetCurrent { .. } => {
                "RequestExpired"
            }
            Self::UnrecognizedClient => "UnrecognizedClientException",
            Self::ExpiredToken => "ExpiredTokenException",
        }
    }

    /// The HTTP status.
    #[must_use]
    pub const fn http_status(&self) -> u16 {
        match self {
            Self::Expired { .. } | Self::PresignExpired { .. } | Self::NotYetCurrent { .. } => 400,
            _ => 403,
        }
    }
}

/// A client's own words, cut.
pub(crate) fn echo(text: &str) -> String {
    text.chars().take(MAX_ECHO_CHARS).collect()
}

fn basic(at: &Timestamp) -> SigningDate {
    SigningDate::of(*at)
}

fn missing_from_header(names: &[&str]) -> String {
    let mut text = String::new();
    for name in names {
        text.push_str(&match *name {
            "Date" => {
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ".into()
            }
            name => format!("Authorization header requires '{name}' parameter. "),
        });
    }
    text + "Authorization=" + super::ALGORITHM
}

fn missing_from_query(names: &[&str]) -> String {
    let mut text = String::new();
    for name in names {
        text.push_str(&format!("AWS query-string parameters must include '{name}'. "));
    }
    text + "Re-examine the query-string parameters."
}
