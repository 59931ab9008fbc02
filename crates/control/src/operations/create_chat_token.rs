//! CreateChatToken: a token with which one user may connect to a room, once, within a minute. No database is asked: a
//! crowd that comes all at once must not wait for one.

use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use crate::{OperationError, Subject};
use auth::{ChatTokenClaims, NONCE_LENGTH, seal};
use model::{
    Attributes, Capabilities, Capability, MESSAGE_ATTRIBUTES_MAX_BYTES, RoomArn, RoomKey, Timestamp, UserId,
};
use serde::Serialize;
use std::time::Duration;

/// How long a token opens the door. Source: AWS CLI reference, `create-chat-token`, the example.
const TOKEN_LIFE: Duration = Duration::from_secs(60);
/// How long a session is when the caller does not say, in minutes. Source: API reference, `CreateChatToken`.
const DEFAULT_SESSION_MINUTES: u32 = 60;
/// How many capabilities may be listed. The model names no number; there are three, and repeating one is no error.
const MAX_CAPABILITIES: usize = 50;

pub(crate) struct CreateChatToken {
    room: RoomArn,
    user_id: UserId,
    capabilities: Capabilities,
    session_minutes: u32,
    attributes: Attributes,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TokenOutput {
    token: String,
    token_expiration_time: String,
    session_expiration_time: String,
}

impl Operation for CreateChatToken {
    type Output = TokenOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let room = input.required("roomIdentifier", RoomArn::parse)?;
        let user_id = input.required("userId", UserId::parse)?;
        let capabilities = input.list("capabilities", MAX_CAPABILITIES, Capability::parse)?;
        let session_minutes = input.integer("sessionDurationInMinutes", 1..=180)?;
        let attributes =
            input.map("attributes", |pairs| Attributes::parse(pairs, MESSAGE_ATTRIBUTES_MAX_BYTES))?;
        input.finish(|| {
            Some(Self {
                room: room?,
                user_id: user_id?,
                capabilities: capabilities.unwrap_or_default().into_iter().collect(),
                session_minutes: session_minutes.unwrap_or(DEFAULT_SESSION_MINUTES),
                attributes: attributes.unwrap_or_default(),
            })
        })
    }

    fn target(&self) -> Target<'_> {
        Target::One(self.room.resource())
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<TokenOutput, OperationError> {
        let key = scope.room_key(&self.room)?;
        if scope.control.directory.find(key).is_none() {
            return Err(Subject::room(key).not_found());
        }
        let claims = self.claims(scope, key)?;
        let token = sealed(scope, &claims)?;
        Ok(TokenOutput {
            token,
            token_expiration_time: claims.expires_at.to_string(),
            session_expiration_time: claims.session_expires_at.to_string(),
        })
    }
}

impl CreateChatToken {
    /// The session is counted from now, not from the moment of connecting.
    fn claims(self, scope: &Scope<'_>, room: RoomKey) -> Result<ChatTokenClaims, OperationError> {
        let now = scope.now.wall;
        let session = Duration::from_secs(u64::from(self.session_minutes) * 60);
        Ok(ChatTokenClaims {
            token_id: scope.random(),
            issued_at: now,
            expires_at: later(now, TOKEN_LIFE)?,
            session_expires_at: later(now, session)?,
            room,
            user_id: self.user_id,
            capabilities: self.capabilities,
            attributes: self.attributes,
        })
    }
}

fn later(now: Timestamp, by: Duration) -> Result<Timestamp, OperationError> {
    now.checked_add(by).map_err(|error| OperationError::internal(error.to_string()))
}

fn sealed(scope: &Scope<'_>, claims: &ChatTokenClaims) -> Result<String, OperationError> {
    let ring = (scope.control.token_keys)();
    let key = ring.sealing_key(scope.now.wall);
    let key = key.ok_or_else(|| OperationError::internal("every key for chat tokens has expired"))?;
    let mut nonce = [0; NONCE_LENGTH];
    nonce.iter_mut().zip(scope.random().to_be_bytes()).for_each(|(to, from)| *to = from);
    seal(claims, key, scope.region(), nonce).map_err(|error| OperationError::internal(error.to_string()))
}
