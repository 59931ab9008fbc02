//! Verifying, in two steps: what can be said without the key, and what only the key can say. The checks stand in the
//! order in which AWS makes them.

use super::canonical::{canonical_request, header_value, sha256_hex, string_to_sign};
use super::date::SigningDate;
use super::error::{SignatureError, echo};
use super::key::SecretKey;
use super::query::Query;
use super::request::{Form, Parameters};
use super::{MAX_SIGNED_HEADERS, Scope, SignedRequest, TERMINATOR};
use aws_lc_rs::constant_time::verify_slices_are_equal;
use jiff::SignedDuration;
use model::Timestamp;
use std::fmt;

/// How far a client's clock may be off, both ways.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// What a request presents: everything but the signature has been checked.
pub struct Presented {
    form: Form,
    access_key_id: String,
    session_token: Option<String>,
    date: SigningDate,
    region: String,
    service: String,
    signed_headers: String,
    signature: String,
}

/// An access key that exists and is enabled, for [`Presented::verify`].
#[derive(Debug, Clone, Copy)]
pub struct KnownKey<'a> {
    /// Its secret.
    pub secret: &'a SecretKey,
    /// The token that came with it, if it is a temporary one; a permanent key has none.
    pub session_token: Option<&'a str>,
}

impl Presented {
    /// Checks a request as far as that is possible without the key: the parameters, the clock and the scope.
    ///
    /// # Errors
    /// Any [`SignatureError`] but `UnrecognizedClient`, the first one in AWS's order.
    pub fn parse(
        request: &SignedRequest<'_>,
        now: Timestamp,
        scope: &Scope<'_>,
    ) -> Result<Self, SignatureError> {
        let found = Parameters::find(request)?;
        let signed_headers = found.signed_headers.to_ascii_lowercase();
        check_signed_headers(&signed_headers)?;
        let date = found.date()?;
        check_time(date.at, found.expires_seconds()?, now)?;
        let access_key_id = check_credential(&found.credential, &date, scope)?;
        Ok(Self {
            form: found.form,
            access_key_id,
            session_token: found.session_token,
            date,
            region: scope.region.to_owned(),
            service: scope.service.to_owned(),
            signed_headers,
            signature: found.signature,
        })
    }

    /// The id of the access key, as the client wrote it: any text without a slash.
    #[must_use]
    pub fn access_key_id(&self) -> &str {
        &self.access_key_id
    }

    /// The session token, if one came with the request; sensitive.
    #[must_use]
    pub fn session_token(&self) -> Option<&str> {
        self.session_token.as_deref()
    }

    /// Checks the signature of the request that was parsed. `None` stands for a key that is unknown or disabled; it
    /// costs what a known one costs.
    ///
    /// # Errors
    /// [`SignatureError::UnrecognizedClient`] or [`SignatureError::SignatureMismatch`].
    pub fn verify(
        &self,
        request: &SignedRequest<'_>,
        key: Option<KnownKey<'_>>,
    ) -> Result<(), SignatureError> {
        let stand_in = SecretKey::stand_in();
        let secret = key.map_or(&stand_in, |key| key.secret);
        // All of it is computed before any of it is looked at.
        let is_genuine = [self.is_signed_with(secret, request), is_body_as_announced(request)] == [true; 2];
        let is_recognized = key.is_some_and(|key| self.presents(key.session_token));
        match (is_recognized, is_genuine) {
            (false, _) => Err(SignatureError::UnrecognizedClient),
            (true, false) => Err(SignatureError::SignatureMismatch),
            (true, true) => Ok(()),
        }
    }

    fn is_signed_with(&self, secret: &SecretKey, request: &SignedRequest<'_>) -> bool {
        let scope = Scope { region: &self.region, service: &self.service };
        let canonical = self.canonical_request(request);
        let ours = secret.sign(&self.date, &scope, &string_to_sign(&self.date, &scope, &canonical));
        // Ours is 64 lower-case digits, so nothing of another length or case is equal to it.
        verify_slices_are_equal(ours.as_bytes(), self.signature.as_bytes()).is_ok()
    }

    pub(crate) fn canonical_request(&self, request: &SignedRequest<'_>) -> Vec<u8> {
        let query = Query::parse(request.query);
        let query = if self.form == Form::Query { query.without_signature() } else { query };
        canonical_request(request, &query, &self.signed_headers)
    }

    fn presents(&self, expected: Option<&str>) -> bool {
        match (self.session_token(), expected) {
            (None, None) => true,
            (Some(token), Some(expected)) => {
                verify_slices_are_equal(token.as_bytes(), expected.as_bytes()).is_ok()
            }
            _ => false,
        }
    }
}

/// The signature and the token stay out of the logs.
impl fmt::Debug for Presented {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Presented({:?}, ***)", echo(&self.access_key_id))
    }
}

/// A body's announced hash must be the body's; `UNSIGNED-PAYLOAD` and `STREAMING-…` are hashes of nothing.
fn is_body_as_announced(request: &SignedRequest<'_>) -> bool {
    header_value(request, "x-amz-content-sha256")
        .is_none_or(|announced| announced == sha256_hex(request.body).as_bytes())
}

fn check_signed_headers(names: &str) -> Result<(), SignatureError> {
    if !names.split(';').any(|name| name == "host" || name == ":authority") {
        return Err(SignatureError::HostNotSigned);
    }
    // What is no header name could write lines of its own into the canonical request.
    let is_name = |name: &str| name == ":authority" || name.bytes().all(is_token_byte);
    let are_names = names.split(';').all(is_name);
    if !are_names || names.split(';').count() > MAX_SIGNED_HEADERS {
        return Err(SignatureError::SignatureMismatch);
    }
    Ok(())
}

/// RFC 9110, section 5.6.2.
fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

fn check_time(
    signed_at: Timestamp,
    expires_seconds: Option<u32>,
    now: Timestamp,
) -> Result<(), SignatureError> {
    let age = now.duration_since(signed_at);
    if age < -WINDOW {
        let latest = now.saturating_add(WINDOW).unwrap_or(now);
        return Err(SignatureError::NotYetCurrent { signed_at, latest, now });
    }
    let Some(seconds) = expires_seconds else {
        let earliest = now.saturating_sub(WINDOW).unwrap_or(now);
        let is_expired = age > WINDOW;
        return if is_expired { Err(SignatureError::Expired { signed_at, earliest, now }) } else { Ok(()) };
    };
    let lifetime = SignedDuration::from_secs(seconds.into());
    if age > lifetime {
        let until = signed_at.saturating_add(lifetime).unwrap_or(signed_at);
        return Err(SignatureError::PresignExpired { until, now });
    }
    Ok(())
}

/// Takes the access key id out of a credential whose other parts are as they must be.
fn check_credential(
    credential: &str,
    date: &SigningDate,
    scope: &Scope<'_>,
) -> Result<String, SignatureError> {
    let parts: Vec<&str> = credential.splitn(6, '/').collect();
    let [access_key_id, day, region, service, terminator] = parts.as_slice() else {
        return Err(SignatureError::MalformedCredential(echo(credential)));
    };
    let mut wrong = Vec::new();
    if *region != scope.region {
        wrong.push(format!("Credential should be scoped to a valid region, not '{}'.", echo(region)));
    }
    if *service != scope.service {
        wrong.push(format!("Credential should be scoped to correct service: '{}'.", scope.service));
    }
    if *terminator != TERMINATOR {
        let given = echo(terminator);
        wrong.push(format!(
            "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{given}'."
        ));
    }
    if *day != date.day() {
        wrong.push(format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
             '{}' != '{}', from '{date}'.",
            echo(day),
            date.day()
        ));
    }
    if wrong.is_empty() {
        Ok((*access_key_id).to_owned())
    } else {
        Err(SignatureError::WrongScope(wrong.join(" ")))
    }
}
