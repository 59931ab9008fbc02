//! Policies: made, read, listed, rewritten, deleted. A document that cannot be read is refused with the place in it.

use super::page::PageMembers;
use crate::OperationError;
use crate::admin::AdminOperation;
use crate::admin::answers::{Nothing, PolicyAnswer, PolicyShape};
use crate::admin::scope::{AdminScope, check_changeable, is_in_use, policy, refused};
use crate::admin::target::AdminTarget;
use crate::error::Subject;
use crate::input::Input;
use crate::violations::refused_member;
use auth::{AccessDirectory, Origin, Policy};
use model::{AccessPolicy, Account, PolicyName};
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

/// The member `document`; whether it is a policy is looked at once the caller may write one.
fn document(input: &mut Input) -> Result<Option<String>, OperationError> {
    input.required("document", |text| Ok(text.to_owned()))
}

/// That the document is a policy, and that the account's policies do not grow past their bound.
fn check(scope: &AdminScope<'_>, name: &PolicyName, document: &str) -> Result<(), OperationError> {
    if let Err(error) = Policy::parse(document) {
        return Err(refused_member("document", error.to_string()));
    }
    let others = scope
        .directory
        .policies(scope.account, None)
        .filter(|known| known.origin == Origin::Stored && known.policy.name.folded() != name.folded());
    let bytes: usize = others.map(|known| known.policy.document.len()).sum();
    if bytes + document.len() > Account::MAX_POLICY_BYTES as usize {
        let about = Subject::account(scope.account);
        return Err(OperationError::ServiceQuotaExceeded { about, limit: Account::MAX_POLICY_BYTES });
    }
    Ok(())
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
        if scope.directory.policy(scope.account, &name).is_some() {
            return Err(policy(&name).conflict("exists already"));
        }
        check(scope, &name, &document)?;
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
        answer(scope, &*scope.finish().await?, &name)
    }
}

impl AdminOperation for ListPolicies {
    type Output = PoliciesAnswer;
    const CHANGES: bool = false;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        Ok(Some(Self { page: PageMembers::read(input)? }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::Policies
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<PoliciesAnswer, OperationError> {
        let directory = &scope.directory;
        let all = directory.policies(scope.account, self.page.after.as_deref());
        let (policies, next_token) = self.page.cut(all, |known| known.policy.name.folded(), PolicyShape::of);
        Ok(PoliciesAnswer { policies, next_token })
    }
}

impl AdminOperation for GetPolicy {
    type Output = DocumentAnswer;
    const CHANGES: bool = false;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        Ok(input.required("policyName", PolicyName::parse)?.map(|name| Self { name }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::Policy(&self.name)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<DocumentAnswer, OperationError> {
        let directory = &scope.directory;
        let known = scope.policy(directory, &self.name)?;
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
        check_changeable(scope.policy(&scope.directory, &name)?.origin, || policy(&name))?;
        check(scope, &name, &document)?;
        let store = &scope.admin.access.store;
        let updated = store.update_access_policy(scope.account, name.clone(), document, scope.now.wall).await;
        updated.map_err(|error| refused(error, policy(&name)))?;
        answer(scope, &*scope.finish().await?, &name)
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
        check_changeable(scope.policy(&scope.directory, &name)?.origin, || policy(&name))?;
        // Declared users count too, and the store does not know them.
        let users = scope.directory.users_with(scope.account, &name);
        let users: Vec<_> =
            users.take(Conflict::MOST_USERS as usize).map(|known| known.user.name.clone()).collect();
        if !users.is_empty() {
            return Err(policy(&name).conflict(is_in_use(&users)));
        }
        let deleted = scope.admin.access.store.delete_access_policy(scope.account, name.clone()).await;
        deleted.map_err(|error| refused(error, policy(&name)))?;
        scope.finish().await?;
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
