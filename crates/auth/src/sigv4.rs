//! AWS Signature Version 4, both halves: who verifies what came in, and who signs what goes out.
//!
//! Source: IAM user guide, "Signing AWS API requests". Always as a service other than S3: the path is normalised and
//! encoded a second time, and the hash is that of the body which was received.
//!
//! **Invariant:** no key is looked up here. Whoever verifies parses first, looks the key up, and then comes back.

mod canonical;
mod date;
mod error;
mod key;
mod query;
mod request;
mod sign;
mod verify;

pub use error::SignatureError;
pub use key::{SecretKey, SecretKeyError};
pub use sign::Signer;
pub use verify::{KnownKey, Presented};

/// The one algorithm; the scheme of the `Authorization` header and the value of `X-Amz-Algorithm`.
const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The last part of every credential scope.
const TERMINATOR: &str = "aws4_request";
/// How many seconds a presigned request may be good for: a week.
const MAX_EXPIRES_SECONDS: u32 = 604_800;
/// How many headers a request may list as signed; no SDK comes near.
const MAX_SIGNED_HEADERS: usize = 128;

/// A request as it is on the wire, signed or to be signed. Its sizes are the HTTP layer's to bound; all work on it is
/// linear in them, but for the sorting of the query.
#[derive(Clone, Copy)]
pub struct SignedRequest<'a> {
    /// The method as received.
    pub method: &'a str,
    /// The path as received, still percent-encoded, nothing normalised.
    pub path: &'a str,
    /// The query as received, without its `?`.
    pub query: &'a str,
    /// The headers in order of arrival, their names in lower case.
    pub headers: &'a [(&'a str, &'a [u8])],
    /// The whole body.
    pub body: &'a [u8],
}

/// For which service of which region a signature is good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scope<'a> {
    /// `us-west-2`
    pub region: &'a str,
    /// `ivschat`
    pub service: &'a str,
}

#[cfg(test)]
mod tests;
