//! Session tokens of temporary credentials: who acts, until when, and what the session policy leaves of it. Sealed
//! under the master key, so that nothing is kept of a session and any node can open it. It knows neither the user's
//! rights nor how requests are signed.
//!
//! `base64url( version ‖ nonce (12) ‖ ciphertext ‖ tag (16) )`; bound to it is the access key id that it belongs to.

use crate::cipher::{NONCE_LENGTH, SealError};
use crate::master_key::{MasterKey, Purpose};
use crate::sigv4::SecretKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use model::{AccessKeyId, AccountId, Timestamp, UserName};
use serde::{Deserialize, Serialize};

/// Temporary credentials. Their times are kept to the second.
#[derive(Debug)]
pub struct SessionClaims {
    /// The temporary key's id.
    pub access_key_id: AccessKeyId,
    /// Its secret.
    pub secret: SecretKey,
    /// The account of the user who acts.
    pub account: AccountId,
    /// The user who acts.
    pub user: UserName,
    /// The user's unique id: one who is made again under the same name is another.
    pub user_id: String,
    /// When the session began.
    pub issued_at: Timestamp,
    /// From when on it is expired.
    pub expires_at: Timestamp,
    /// The session policy's document.
    pub policy: Option<String>,
}

impl SessionClaims {
    /// The shortest that a session may last. Source: STS API reference, `GetSessionToken`, `DurationSeconds`.
    pub const SHORTEST: SignedDuration = SignedDuration::from_mins(15);
    /// The longest; same source.
    pub const LONGEST: SignedDuration = SignedDuration::from_hours(36);
    /// How long a session lasts where nothing is said. Source: STS API reference, `AssumeRole`, `DurationSeconds`.
    pub const USUAL: SignedDuration = SignedDuration::from_hours(1);
    /// Bytes of a session policy. Source: same page, `Policy`: 2,048 characters.
    pub const MAX_POLICY_BYTES: usize = 2_048;
}

/// How long a session token may be that is looked at, in bytes; the largest that [`seal_session`] makes is shorter.
pub const MAX_SESSION_TOKEN_LENGTH: usize = 4 * 1024;

/// A session token that was not made for this access key, or was changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session token is not authentic")]
pub struct SessionTokenError;

/// The claims as they are written. A change of this shape is a new version, and this is the first.
#[derive(Serialize, Deserialize)]
struct Payload<'a> {
    secret: &'a str,
    account: u64,
    user: &'a str,
    user_id: &'a str,
    issued_at: i64,
    expires_at: i64,
    policy: Option<&'a str>,
}

/// Makes the session token; the nonce is random.
///
/// # Errors
/// [`SealError::TooLarge`] for a policy of more than [`SessionClaims::MAX_POLICY_BYTES`]; [`SealError::Cipher`].
pub fn seal_session(
    claims: &SessionClaims,
    master: &MasterKey,
    nonce: [u8; NONCE_LENGTH],
) -> Result<String, SealError> {
    let policy = claims.policy.as_deref();
    if policy.is_some_and(|document| document.len() > SessionClaims::MAX_POLICY_BYTES) {
        return Err(SealError::TooLarge);
    }
    let payload = Payload {
        secret: claims.secret.reveal(),
        account: claims.account.number(),
        user: claims.user.as_str(),
        user_id: &claims.user_id,
        issued_at: claims.issued_at.as_second(),
        expires_at: claims.expires_at.as_second(),
        policy,
    };
    let plain = zeroize::Zeroizing::new(postcard::to_allocvec(&payload).map_err(|_| SealError::TooLarge)?);
    let owner = claims.access_key_id.as_str().as_bytes();
    Ok(URL_SAFE_NO_PAD.encode(master.wrap_for(Purpose::SessionToken, owner, nonce, &plain)?))
}

/// Opens the session token of this access key. Whether its time has passed is for the caller to look at.
///
/// # Errors
/// [`SessionTokenError`]
pub fn open_session(
    token: &str,
    access_key_id: &str,
    master: &MasterKey,
) -> Result<SessionClaims, SessionTokenError> {
    if token.len() > MAX_SESSION_TOKEN_LENGTH {
        return Err(SessionTokenError);
    }
    let id = AccessKeyId::parse(access_key_id).map_err(|_| SessionTokenError)?;
    let wrapped = URL_SAFE_NO_PAD.decode(token).map_err(|_| SessionTokenError)?;
    let plain = master.unwrap_for(Purpose::SessionToken, id.as_str().as_bytes(), &wrapped);
    let plain = plain.map_err(|_| SessionTokenError)?;
    let (payload, rest) = postcard::take_from_bytes::<Payload<'_>>(&plain).map_err(|_| SessionTokenError)?;
    payload.claims(id).filter(|_| rest.is_empty()).ok_or(SessionTokenError)
}

impl Payload<'_> {
    /// Through the same doors as everything that comes from outside.
    fn claims(self, access_key_id: AccessKeyId) -> Option<SessionClaims> {
        Some(SessionClaims {
            access_key_id,
            secret: SecretKey::parse(self.secret).ok()?,
            account: AccountId::from_number(self.account).ok()?,
            user: UserName::parse(self.user).ok()?,
            user_id: self.user_id.to_owned(),
            issued_at: Timestamp::from_second(self.issued_at).ok()?,
            expires_at: Timestamp::from_second(self.expires_at).ok()?,
            policy: self.policy.map(str::to_owned),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn master() -> MasterKey {
        MasterKey::parse("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap()
    }

    fn claims(policy: Option<String>) -> SessionClaims {
        SessionClaims {
            access_key_id: AccessKeyId::temporary(7),
            secret: SecretKey::parse("wJalrXUtnFEMI").unwrap(),
            account: AccountId::parse("123456789012").unwrap(),
            user: UserName::parse("alice").unwrap(),
            user_id: "AIDAQ".to_owned(),
            issued_at: Timestamp::UNIX_EPOCH,
            expires_at: Timestamp::UNIX_EPOCH + SessionClaims::LONGEST,
            policy,
        }
    }

    #[test]
    fn a_token_says_what_was_sealed() {
        for policy in [None, Some("x".repeat(SessionClaims::MAX_POLICY_BYTES))] {
            let sealed = claims(policy.clone());
            let token = seal_session(&sealed, &master(), [1; 12]).unwrap();
            assert!(token.len() <= MAX_SESSION_TOKEN_LENGTH && !token.contains("alice"));
            let opened = open_session(&token, sealed.access_key_id.as_str(), &master()).unwrap();
            assert_eq!(opened.secret.reveal(), sealed.secret.reveal());
            assert_eq!((opened.account, &opened.user), (sealed.account, &sealed.user));
            assert_eq!((opened.issued_at, opened.expires_at), (sealed.issued_at, sealed.expires_at));
            assert_eq!((opened.user_id, opened.policy), (sealed.user_id, policy));
        }
        let too_long = claims(Some("x".repeat(SessionClaims::MAX_POLICY_BYTES + 1)));
        assert_eq!(seal_session(&too_long, &master(), [1; 12]).unwrap_err(), SealError::TooLarge);
    }

    #[test]
    fn a_token_is_good_for_its_own_key_only_and_shows_every_change() {
        let sealed = claims(None);
        let id = sealed.access_key_id.as_str();
        let token = seal_session(&sealed, &master(), [1; 12]).unwrap();
        let other = MasterKey::parse("AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").unwrap();
        assert!(open_session(&token, AccessKeyId::temporary(8).as_str(), &master()).is_err());
        assert!(open_session(&token, id, &other).is_err());
        for wrong in
            ["", "AAAA", &token[1..], &format!("{token}A"), &"A".repeat(MAX_SESSION_TOKEN_LENGTH + 1)]
        {
            assert!(open_session(wrong, id, &master()).is_err(), "{wrong}");
        }
        for index in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[index] = if changed[index] == b'B' { b'C' } else { b'B' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(open_session(&changed, id, &master()).is_err(), "{index}");
        }
        assert!(!format!("{sealed:?}").contains("wJalr"));
    }
}
