//! One call of one operation, as the server hands it over, and what it gets back. Knows no HTTP: it is what is left
//! of a request once its signature was checked and its row of the table found.

use auth::Principal;
use model::{AccountId, Now};
use std::net::IpAddr;

/// Who calls, and from where.
#[derive(Debug, Clone, Copy)]
pub struct Caller<'a> {
    /// Who signed the call.
    pub principal: &'a Principal,
    /// With which key.
    pub access_key_id: &'a str,
    /// The peer's address.
    pub source_ip: IpAddr,
    /// Whether the call came over TLS.
    pub is_secure: bool,
    /// What the client says it is.
    pub user_agent: Option<&'a str>,
    /// The id that the answer carries.
    pub request_id: &'a str,
}

impl Caller<'_> {
    /// Whose account it is.
    pub(crate) const fn account(&self) -> AccountId {
        self.principal.account()
    }
}

/// A call. It has no debug form, because its body may hold users' words.
pub struct Call<'a> {
    /// Who calls.
    pub caller: Caller<'a>,
    /// The resource's ARN out of the path, still percent-encoded, where the path has one.
    pub resource_arn: Option<&'a str>,
    /// The query string without its `?`, still percent-encoded.
    pub query: &'a str,
    /// The body.
    pub body: &'a [u8],
    /// When it arrived.
    pub now: Now,
}

/// What a call that was carried out answers: `application/json`, or nothing where the status is 204.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
}
