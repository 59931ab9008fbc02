//! Access keys: made, made active and inactive, deleted. The secret is shown once, by the answer that makes the key.

use crate::OperationError;
use crate::admin::AdminOperation;
use crate::admin::answers::{AccessKeyShape, Nothing};
use crate::admin::scope::{AdminScope, access_key, check_changeable, refused, user};
use crate::admin::target::AdminTarget;
use crate::input::Input;
use auth::{AccessDirectory, SecretKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::{AccessKey, AccessKeyId, KeyStatus, UserName};
use serde::Serialize;
use store::UserKey;
use zeroize::Zeroizing;

pub(crate) struct CreateAccessKey {
    user: UserName,
}

pub(crate) struct UpdateAccessKey {
    user: UserName,
    id: AccessKeyId,
    status: KeyStatus,
}

pub(crate) struct DeleteAccessKey {
    user: UserName,
    id: AccessKeyId,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct NewKeyAnswer {
    access_key: AccessKeyShape,
    secret_access_key: Zeroizing<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct KeyAnswer {
    access_key: AccessKeyShape,
}

/// A fresh secret in AWS's form: 240 random bits as 40 characters of Base64.
pub(super) fn new_secret(scope: &AdminScope<'_>) -> Result<(SecretKey, Zeroizing<String>), OperationError> {
    let halves = [scope.random(), scope.random()].map(|half| Zeroizing::new(half.to_be_bytes()));
    let [first, second] = &halves;
    let bytes = Zeroizing::new([&first[..], &second[..]].concat());
    let text = Zeroizing::new(STANDARD.encode(bytes.get(..30).unwrap_or_default()));
    let secret = SecretKey::parse(&text).map_err(|error| OperationError::internal(error.to_string()))?;
    Ok((secret, text))
}

impl AdminOperation for CreateAccessKey {
    type Output = NewKeyAnswer;
    const HANDS_OUT_CREDENTIALS: bool = true;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        Ok(input.required("userName", UserName::parse)?.map(|user| Self { user }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::User(&self.user, None)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<NewKeyAnswer, OperationError> {
        scope.changeable_user(&self.user)?;
        let id = AccessKeyId::permanent(scope.random());
        let (secret, secret_access_key) = new_secret(scope)?;
        let wrapped_secret = scope.admin.access.master.wrap_secret(&id, &secret, scope.nonce());
        let key = AccessKey {
            id: id.clone(),
            account: scope.account,
            user: self.user.clone(),
            status: KeyStatus::Active,
            wrapped_secret: wrapped_secret.map_err(|error| OperationError::internal(error.to_string()))?,
            created_at: scope.now.wall,
            last_used_at: None,
        };
        let created = scope.admin.access.store.create_access_key(key).await;
        created.map_err(|error| refused(error, user(&self.user)))?;
        let directory = scope.finish().await?;
        Ok(NewKeyAnswer { access_key: shape(scope, &directory, &id)?, secret_access_key })
    }
}

impl AdminOperation for UpdateAccessKey {
    type Output = KeyAnswer;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        let user = input.required("userName", UserName::parse)?;
        let id = input.required("accessKeyId", AccessKeyId::parse)?;
        let status = input.required("status", KeyStatus::parse)?;
        Ok(user.zip(id).zip(status).map(|((user, id), status)| Self { user, id, status }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::User(&self.user, None)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<KeyAnswer, OperationError> {
        let Self { user, id, status } = self;
        let of = changeable_key(scope, &scope.directory, user, &id)?;
        let changed = scope.admin.access.store.set_key_status(of, id.clone(), status).await;
        changed.map_err(|error| refused(error, access_key(&id)))?;
        let directory = scope.finish().await?;
        Ok(KeyAnswer { access_key: shape(scope, &directory, &id)? })
    }
}

impl AdminOperation for DeleteAccessKey {
    type Output = Nothing;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        let user = input.required("userName", UserName::parse)?;
        let id = input.required("accessKeyId", AccessKeyId::parse)?;
        Ok(user.zip(id).map(|(user, id)| Self { user, id }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::User(&self.user, None)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<Nothing, OperationError> {
        let Self { user, id } = self;
        let of = changeable_key(scope, &scope.directory, user, &id)?;
        let deleted = scope.admin.access.store.delete_access_key(of, id.clone()).await;
        deleted.map_err(|error| refused(error, access_key(&id)))?;
        scope.finish().await?;
        Ok(Nothing {})
    }
}

/// The user of a key that may be changed here. A key that does not fit into the directory can be deleted all the same.
fn changeable_key(
    scope: &AdminScope<'_>,
    directory: &AccessDirectory,
    user: UserName,
    id: &AccessKeyId,
) -> Result<UserKey, OperationError> {
    let known = scope.user(directory, &user)?;
    if let Some(key) = directory.keys(known).into_iter().find(|key| key.key.id == *id) {
        check_changeable(key.origin, || access_key(id))?;
    }
    Ok(UserKey { account: scope.account, name: user })
}

fn shape(
    scope: &AdminScope<'_>,
    directory: &AccessDirectory,
    id: &AccessKeyId,
) -> Result<AccessKeyShape, OperationError> {
    let known = directory.key(id.as_str()).ok_or_else(|| access_key(id).not_found())?;
    Ok(AccessKeyShape::of(known, scope.admin.access.last_use(&known.key)))
}
