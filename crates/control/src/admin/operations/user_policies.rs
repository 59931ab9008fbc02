//! What a user may: policies attached and detached, the permissions boundary set and taken away.

use super::user_change::UserChange;
use crate::OperationError;
use crate::admin::AdminOperation;
use crate::admin::answers::UserAnswer;
use crate::admin::scope::AdminScope;
use crate::admin::target::AdminTarget;
use crate::input::Input;
use model::{PolicyName, UserName};

pub(crate) struct AttachUserPolicy(UserAndPolicy);

pub(crate) struct DetachUserPolicy(UserAndPolicy);

pub(crate) struct PutUserPermissionsBoundary(UserAndPolicy);

pub(crate) struct DeleteUserPermissionsBoundary {
    user: UserName,
}

struct UserAndPolicy {
    user: UserName,
    policy: PolicyName,
}

impl UserAndPolicy {
    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        let user = input.required("userName", UserName::parse)?;
        let policy = input.required("policyName", PolicyName::parse)?;
        Ok(user.zip(policy).map(|(user, policy)| Self { user, policy }))
    }
}

impl AdminOperation for AttachUserPolicy {
    type Output = UserAnswer;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        Ok(UserAndPolicy::parse(input)?.map(Self))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::User(&self.0.user, None)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<UserAnswer, OperationError> {
        let Self(UserAndPolicy { user, policy }) = self;
        let change = UserChange::begin(scope, user)?;
        let is_elsewhere = change.is_elsewhere();
        let changed = scope.admin.access.store.attach_policy(change.key(), policy, is_elsewhere).await;
        change.finish(changed).await
    }
}

impl AdminOperation for DetachUserPolicy {
    type Output = UserAnswer;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        Ok(UserAndPolicy::parse(input)?.map(Self))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::User(&self.0.user, None)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<UserAnswer, OperationError> {
        let Self(UserAndPolicy { user, policy }) = self;
        let change = UserChange::begin(scope, user)?;
        let changed = scope.admin.access.store.detach_policy(change.key(), policy).await;
        change.finish(changed).await
    }
}

impl AdminOperation for PutUserPermissionsBoundary {
    type Output = UserAnswer;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        Ok(UserAndPolicy::parse(input)?.map(Self))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::User(&self.0.user, None)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<UserAnswer, OperationError> {
        let Self(UserAndPolicy { user, policy }) = self;
        let change = UserChange::begin(scope, user)?;
        let is_elsewhere = change.is_elsewhere();
        let changed = scope.admin.access.store.set_boundary(change.key(), Some(policy), is_elsewhere).await;
        change.finish(changed).await
    }
}

impl AdminOperation for DeleteUserPermissionsBoundary {
    type Output = UserAnswer;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        Ok(input.required("userName", UserName::parse)?.map(|user| Self { user }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::User(&self.user, None)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<UserAnswer, OperationError> {
        let change = UserChange::begin(scope, self.user)?;
        let is_elsewhere = change.is_elsewhere();
        let changed = scope.admin.access.store.set_boundary(change.key(), None, is_elsewhere).await;
        change.finish(changed).await
    }
}
