//! Signing what we send: with headers, or in the query. It verifies nothing and reads no clock.

use super::canonical::{canonical_request, credential_scope, sha256_hex, string_to_sign};
use super::date::SigningDate;
use super::key::SecretKey;
use super::query::{self, Query};
use super::{ALGORITHM, MAX_EXPIRES_SECONDS, Scope, SignedRequest};
use model::Timestamp;
use std::collections::BTreeSet;
use std::time::Duration;

/// Whoever signs, and for whom.
#[derive(Debug, Clone, Copy)]
pub struct Signer<'a> {
    /// The id of the access key.
    pub access_key_id: &'a str,
    /// Its secret.
    pub secret: &'a SecretKey,
    /// The session token that belongs to a temporary key.
    pub session_token: Option<&'a str>,
    /// The receiving region and service.
    pub scope: Scope<'a>,
}

impl Signer<'_> {
    /// Signs a request, and gives the headers to add to it. All headers of the request are signed; `host` must be
    /// among them, headers that somebody on the way changes must not. If the request says `x-amz-content-sha256`,
    /// it must be the hash of its body, or [`Signer::payload_hash`].
    #[must_use]
    pub fn sign(&self, request: &SignedRequest<'_>, now: Timestamp) -> Vec<(&'static str, String)> {
        let date = SigningDate::of(now);
        let mut added = vec![("x-amz-date", date.to_string())];
        added.extend(self.session_token.map(|token| ("x-amz-security-token", token.to_owned())));
        let mut headers = request.headers.to_vec();
        headers.extend(added.iter().map(|(name, value)| (*name, value.as_bytes())));
        let to_sign = SignedRequest { headers: &headers, ..*request };
        let names = signed_headers(&headers);
        let signature = self.signature(&to_sign, &Query::parse(request.query), &date, &names);
        let credential = self.credential(&date);
        let authorization =
            format!("{ALGORITHM} Credential={credential}, SignedHeaders={names}, Signature={signature}");
        added.push(("authorization", authorization));
        added
    }

    /// Presigns a request, and gives its whole query, which anybody may use until `lifetime` has passed: 1 second to
    /// 7 days, what is outside is brought inside. All headers of the request are signed; `host` must be among them.
    #[must_use]
    pub fn presign(&self, request: &SignedRequest<'_>, lifetime: Duration, now: Timestamp) -> String {
        let date = SigningDate::of(now);
        let names = signed_headers(request.headers);
        let seconds = lifetime.as_secs().clamp(1, MAX_EXPIRES_SECONDS.into());
        let mut query = Query::parse(request.query);
        query.push("X-Amz-Algorithm", ALGORITHM);
        query.push("X-Amz-Credential", &self.credential(&date));
        query.push("X-Amz-Date", date.as_str());
        query.push("X-Amz-Expires", &seconds.to_string());
        query.push("X-Amz-SignedHeaders", &names);
        if let Some(token) = self.session_token {
            query.push("X-Amz-Security-Token", token);
        }
        let signature = self.signature(request, &query, &date, &names);
        query.push(query::SIGNATURE, &signature);
        query.canonical()
    }

    /// The value of `x-amz-content-sha256` for a body; only S3 asks for that header.
    #[must_use]
    pub fn payload_hash(body: &[u8]) -> String {
        sha256_hex(body)
    }

    fn credential(&self, date: &SigningDate) -> String {
        format!("{}/{}", self.access_key_id, credential_scope(date, &self.scope))
    }

    fn signature(
        &self,
        request: &SignedRequest<'_>,
        query: &Query,
        date: &SigningDate,
        names: &str,
    ) -> String {
        let canonical = canonical_request(request, query, names);
        self.secret.sign(date, &self.scope, &string_to_sign(date, &self.scope, &canonical))
    }
}

fn signed_headers(headers: &[(&str, &[u8])]) -> String {
    let names: BTreeSet<&str> = headers.iter().map(|(name, _)| *name).collect();
    names.into_iter().collect::<Vec<_>>().join(";")
}
