//! What is written down of each decision. Knows no file and no format; never a secret, a token or a user's words.

use model::{AccountId, Timestamp};
use std::net::IpAddr;

/// One decision of the policies.
#[derive(Debug, Clone, Copy)]
pub struct AuditLine<'a> {
    /// When it was asked for.
    pub at: Timestamp,
    /// The request's id, as its answer carries it.
    pub request_id: &'a str,
    /// The caller's account.
    pub account: AccountId,
    /// The caller's ARN.
    pub principal: &'a str,
    /// The key that the request was signed with.
    pub access_key_id: &'a str,
    /// The peer's address.
    pub source_ip: IpAddr,
    /// The action, such as `ivschat:GetRoom`.
    pub action: &'a str,
    /// The resource's ARN, as the caller gave it.
    pub resource: &'a str,
    /// `None` where it was allowed; otherwise what refused.
    pub refused_by: Option<&'a str>,
}

/// Where decisions are written down.
pub trait Audit: Send + Sync {
    /// Writes one down. It is called on the way of a request: it must not wait for long.
    fn note(&self, line: &AuditLine<'_>);
}
