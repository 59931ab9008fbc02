//! Chat tokens: what a viewer shows at the door. Sealed, so that nothing of them can be read or changed.
//!
//! `base64url( version ‖ key id (4) ‖ nonce (12) ‖ ciphertext ‖ tag (16) )`, without padding, since a token travels
//! as a `Sec-WebSocket-Protocol` value. Bound to it are the version, the key id and the region. That a token is used
//! but once is not known here.

use crate::cipher::{NONCE_LENGTH, SealError};
use crate::keyring::{KeyRing, TokenKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::SignedDuration;
use model::{
    AccountId, Attributes, Capabilities, Id, MESSAGE_ATTRIBUTES_MAX_BYTES, Region, RoomKey, Timestamp, UserId,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// How long a token may be that is looked at, in bytes. The largest that [`seal`] makes has about half of that.
pub const MAX_TOKEN_LENGTH: usize = 8 * 1024;

/// For how long a token opens the door after it was issued. Source: API reference of 2022, `CreateChatToken`.
pub const TOKEN_LIFETIME: SignedDuration = SignedDuration::from_secs(60);

const VERSION: u8 = 1;

/// What a token says of its bearer. Times are kept to the microsecond.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChatTokenClaims {
    /// The token's own random id, by which its single use is remembered.
    pub token_id: u128,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// From when on nobody is let in with it.
    pub expires_at: Timestamp,
    /// When a session that began with it ends.
    pub session_expires_at: Timestamp,
    /// The room that it opens.
    pub room: RoomKey,
    /// The user.
    pub user_id: UserId,
    /// What the user may do besides viewing.
    pub capabilities: Capabilities,
    /// What is shown with the user's messages.
    pub attributes: Attributes,
}

/// Why a token opens nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is not of our making.
    #[error("the token is malformed")]
    Malformed,
    /// It names a key that does not exist, or not any more.
    #[error("the token's key is unknown")]
    UnknownKey,
    /// It was changed, or sealed with another key or for another region.
    #[error("the token is not authentic")]
    Forged,
    /// Its time has passed.
    #[error("the token has expired")]
    Expired,
}

/// The claims as they are written. A change of this shape is a new version.
#[derive(Serialize, Deserialize)]
struct Payload<'a> {
    token_id: u128,
    issued_at: i64,
    expires_at: i64,
    session_expires_at: i64,
    account: u64,
    room: &'a str,
    user_id: &'a str,
    capabilities: u8,
    #[serde(borrow)]
    attributes: Vec<(&'a str, &'a str)>,
}

/// Seals claims; the nonce is random.
///
/// # Errors
/// [`SealError::TooLarge`] for attributes of more than [`MESSAGE_ATTRIBUTES_MAX_BYTES`]; [`SealError::Cipher`].
pub fn seal(
    claims: &ChatTokenClaims,
    key: &TokenKey,
    region: &Region,
    nonce: [u8; NONCE_LENGTH],
) -> Result<String, SealError> {
    let attributes_bytes: usize =
        claims.attributes.iter().map(|(name, value)| name.len() + value.len()).sum();
    if attributes_bytes > MESSAGE_ATTRIBUTES_MAX_BYTES {
        return Err(SealError::TooLarge);
    }
    let mut sealed = postcard::to_allocvec(&Payload::of(claims)).map_err(|_| SealError::TooLarge)?;
    let key_id = key.id().to_be_bytes();
    key.key().seal(nonce, &bound_to(key_id, region), &mut sealed)?;
    let token = [&[VERSION], key_id.as_slice(), nonce.as_slice(), sealed.as_slice()].concat();
    Ok(URL_SAFE_NO_PAD.encode(token))
}

/// Opens a token and checks its time.
///
/// # Errors
/// [`TokenError`]
pub fn open(
    token: &str,
    keys: &KeyRing,
    region: &Region,
    now: Timestamp,
) -> Result<ChatTokenClaims, TokenError> {
    if token.len() > MAX_TOKEN_LENGTH {
        return Err(TokenError::Malformed);
    }
    let mut bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(token).map_err(|_| TokenError::Malformed)?);
    let (key_id, nonce, sealed) = split(&mut bytes).ok_or(TokenError::Malformed)?;
    let key = keys.opening_key(u32::from_be_bytes(key_id), now).ok_or(TokenError::UnknownKey)?;
    let plain = key.key().open(nonce, &bound_to(key_id, region), sealed).ok_or(TokenError::Forged)?;
    let (payload, rest) =
        postcard::take_from_bytes::<Payload<'_>>(plain).map_err(|_| TokenError::Malformed)?;
    let claims = payload.claims().filter(|_| rest.is_empty()).ok_or(TokenError::Malformed)?;
    if now >= claims.expires_at { Err(TokenError::Expired) } else { Ok(claims) }
}

type Parts<'a> = ([u8; 4], [u8; NONCE_LENGTH], &'a mut [u8]);

fn split(token: &mut [u8]) -> Option<Parts<'_>> {
    let (version, rest) = token.split_first_mut()?;
    let (key_id, rest) = rest.split_first_chunk_mut::<4>()?;
    let (nonce, sealed) = rest.split_first_chunk_mut::<NONCE_LENGTH>()?;
    (*version == VERSION).then_some((*key_id, *nonce, sealed))
}

fn bound_to(key_id: [u8; 4], region: &Region) -> Vec<u8> {
    [&[VERSION], key_id.as_slice(), region.as_str().as_bytes()].concat()
}

impl<'a> Payload<'a> {
    fn of(claims: &'a ChatTokenClaims) -> Self {
        Self {
            token_id: claims.token_id,
            issued_at: claims.issued_at.as_microsecond(),
            expires_at: claims.expires_at.as_microsecond(),
            session_expires_at: claims.session_expires_at.as_microsecond(),
            account: claims.room.account.number(),
            room: claims.room.id.as_str(),
            user_id: claims.user_id.as_str(),
            capabilities: claims.capabilities.bits(),
            attributes: claims.attributes.iter().collect(),
        }
    }

    /// Through the same doors as everything that comes from outside: an older version of us may have been laxer.
    fn claims(self) -> Option<ChatTokenClaims> {
        let time = |microseconds| Timestamp::from_microsecond(microseconds).ok();
        Some(ChatTokenClaims {
            token_id: self.token_id,
            issued_at: time(self.issued_at)?,
            expires_at: time(self.expires_at)?,
            session_expires_at: time(self.session_expires_at)?,
            room: RoomKey {
                account: AccountId::from_number(self.account).ok()?,
                id: Id::parse(self.room).ok()?,
            },
            user_id: UserId::parse(self.user_id).ok()?,
            capabilities: Capabilities::from_bits(self.capabilities),
            attributes: Attributes::parse(self.attributes, MESSAGE_ATTRIBUTES_MAX_BYTES).ok()?,
        })
    }
}

#[cfg(test)]
mod tests;
