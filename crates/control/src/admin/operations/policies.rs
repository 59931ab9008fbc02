//! Policies: made, read, listed, rewritten, deleted. A document that cannot be read is refused with the place in it.

use super::page::PageMembers;
use crate::OperationError;
use crate::admin::AdminOperation;
use crate::admin::answers::{Nothing, PolicyAnswer, PolicyShape};
use crate::admin::scope::{AdminScope, check_changeable, is_in_use, policy, refused};
use crate::admin::target::AdminTarget;
use crate::input::Input;
use auth::{AccessDirectory, Policy};
use model::{AccessPolicy, PolicyName};
use serde::Serialize;
use store::Conflict;

pub(crate) struct CreatePolicy {
    name: PolicyName,
    document: String,
}

pub(crate) struct ListPolicies {
    page: PageMembers,
}

pub(crate) struct GetPolicy {
    name: PolicyName,
}

pub(crate) struct UpdatePolicy {
    name: PolicyName,
    document: String,
}

pub(crate) struct DeletePolicy {
    name: PolicyName,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PoliciesAnswer {
    policies: Vec<PolicyShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct DocumentAnswer {
    policy: PolicyShape,
    document: String,
}

/// The member `document`, if it is a policy.
fn document(input: &mut Input) -> Result<Option<String>, OperationError> {
    let document = input.required("document", |text| Ok(text.to_owned()))?;
    match document.as_deref().map(Policy::parse) {
        Some(Err(error)) => {
            input.refuse("document", error.to_string());
            Ok(None)
        }
        _ => Ok(document),
    }
}

impl AdminOperation for CreatePolicy {
    type Output = PolicyAnswer;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        let name = input.required("policyName", PolicyName::parse)?;
        let document = document(input)?;
        Ok(name.zip(document).map(|(name, document)| Self { name, document }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::Policy(&self.name)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<PolicyAnswer, OperationError> {
        let Self { name, document } = self;
        let changing = scope.change().await;
        if changing.directory.policy(scope.account, &name).is_some() {
            return Err(policy(&name).conflict("exists already"));
        }
        let now = scope.now.wall;
        let new = AccessPolicy {
            account: scope.account,
            name: name.clone(),
            document,
            created_at: now,
            updated_at: now,
        };
        let created = scope.admin.access.store.create_access_policy(new).await;
        created.map_err(|error| refused(error, policy(&name)))?;
        answer(scope, &*changing.finish().await?, &name)
    }
}

impl AdminOperation for ListPolicies {
    type Output = PoliciesAnswer;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        Ok(Some(Self { page: PageMembers::read(input)? }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::Policies
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<PoliciesAnswer, OperationError> {
        let directory = scope.admin.access.directory();
        let all = directory.policies(scope.account, self.page.after.as_deref());
        let (policies, next_token) = self.page.cut(all, |known| known.policy.name.folded(), PolicyShape::of);
        Ok(PoliciesAnswer { policies, next_token })
    }
}

impl AdminOperation for GetPolicy {
    type Output = DocumentAnswer;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        Ok(input.required("policyName", PolicyName::parse)?.map(|name| Self { name }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::Policy(&self.name)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<DocumentAnswer, OperationError> {
        let directory = scope.admin.access.directory();
        let known = scope.policy(&directory, &self.name)?;
        Ok(DocumentAnswer { policy: PolicyShape::of(known), document: known.policy.document.clone() })
    }
}

impl AdminOperation for UpdatePolicy {
    type Output = PolicyAnswer;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        let name = input.required("policyName", PolicyName::parse)?;
        let document = document(input)?;
        Ok(name.zip(document).map(|(name, document)| Self { name, document }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::Policy(&self.name)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<PolicyAnswer, OperationError> {
        let Self { name, document } = self;
        let changing = scope.change().await;
        check_changeable(scope.policy(&changing.directory, &name)?.origin, || policy(&name))?;
        let store = &scope.admin.access.store;
        let updated = store.update_access_policy(scope.account, name.clone(), document, scope.now.wall).await;
        updated.map_err(|error| refused(error, policy(&name)))?;
        answer(scope, &*changing.finish().await?, &name)
    }
}

impl AdminOperation for DeletePolicy {
    type Output = Nothing;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        Ok(input.required("policyName", PolicyName::parse)?.map(|name| Self { name }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::Policy(&self.name)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<Nothing, OperationError> {
        let Self { name } = self;
        let changing = scope.change().await;
        check_changeable(scope.policy(&changing.directory, &name)?.origin, || policy(&name))?;
        // Declared users count too, and the store does not know them.
        let users = changing.directory.users_with(scope.account, &name);
        let users: Vec<_> =
            users.take(Conflict::MOST_USERS as usize).map(|known| known.user.name.clone()).collect();
        if !users.is_empty() {
            return Err(policy(&name).conflict(is_in_use(&users)));
        }
        let deleted = scope.admin.access.store.delete_access_policy(scope.account, name.clone()).await;
        deleted.map_err(|error| refused(error, policy(&name)))?;
        changing.finish().await?;
        Ok(Nothing {})
    }
}

fn answer(
    scope: &AdminScope<'_>,
    directory: &AccessDirectory,
    name: &PolicyName,
) -> Result<PolicyAnswer, OperationError> {
    Ok(PolicyAnswer { policy: PolicyShape::of(scope.policy(directory, name)?) })
}
