//! Temporary credentials: a key and a session token with which a user's rights, or a part of them, are had for a while.

use super::keys::new_secret;
use crate::OperationError;
use crate::admin::AdminOperation;
use crate::admin::scope::AdminScope;
use crate::admin::target::AdminTarget;
use crate::input::Input;
use auth::{Policy, SessionClaims, seal_session};
use jiff::SignedDuration;
use model::{AccessKeyId, UserName, Violation};
use serde::Serialize;
use zeroize::Zeroizing;

pub(crate) struct AssumeUser {
    user: UserName,
    lasting: SignedDuration,
    policy: Option<String>,
}

/// Source: STS API reference, `Credentials`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CredentialsAnswer {
    access_key_id: String,
    secret_access_key: Zeroizing<String>,
    session_token: String,
    expiration: String,
}

/// The member `policy`: a session policy.
pub(super) fn session_policy(input: &mut Input) -> Result<Option<String>, OperationError> {
    let policy = input.optional("policy", |text| {
        Violation::check_length(text, 1, SessionClaims::MAX_POLICY_BYTES)?;
        if text.len() > SessionClaims::MAX_POLICY_BYTES {
            return Err(Violation::Rule("Member must have at most 2048 bytes"));
        }
        Ok(text.to_owned())
    })?;
    if let Some(Err(error)) = policy.as_deref().map(Policy::parse) {
        input.refuse("policy", error.to_string());
    }
    Ok(policy)
}

impl AdminOperation for AssumeUser {
    type Output = CredentialsAnswer;
    const CHANGES: bool = false;
    const HANDS_OUT_CREDENTIALS: bool = true;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        let user = input.required("userName", UserName::parse)?;
        let seconds = |lasting: SignedDuration| u32::try_from(lasting.as_secs()).unwrap_or(u32::MAX);
        let range = seconds(SessionClaims::SHORTEST)..=seconds(SessionClaims::LONGEST);
        let given = input.integer("durationSeconds", range)?;
        let lasting = given.map_or(SessionClaims::USUAL, |given| SignedDuration::from_secs(given.into()));
        let policy = session_policy(input)?;
        Ok(user.map(|user| Self { user, lasting, policy }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::User(&self.user, None)
    }

    /// Nothing is kept of a session: the token says it all.
    async fn apply(self, scope: &AdminScope<'_>) -> Result<CredentialsAnswer, OperationError> {
        let directory = &scope.directory;
        let known = scope.user(directory, &self.user)?;
        let (secret, secret_access_key) = new_secret(scope)?;
        let now = scope.now.wall;
        let claims = SessionClaims {
            access_key_id: AccessKeyId::temporary(scope.random()),
            secret,
            account: scope.account,
            user: known.user.name.clone(),
            user_id: known.id.clone(),
            issued_at: now,
            expires_at: now.saturating_add(self.lasting).unwrap_or(now),
            policy: self.policy,
        };
        let session_token = seal_session(&claims, &scope.admin.access.master, scope.nonce());
        Ok(CredentialsAnswer {
            access_key_id: claims.access_key_id.to_string(),
            secret_access_key,
            session_token: session_token.map_err(|error| OperationError::internal(error.to_string()))?,
            expiration: claims.expires_at.round(jiff::Unit::Second).unwrap_or(now).to_string(),
        })
    }
}
