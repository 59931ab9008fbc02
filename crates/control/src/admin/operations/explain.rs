//! ExplainAccess: what the policies would say, and why. It decides by the same rules as a call, and writes nothing down
//! but that it was asked.

use super::sessions::session_policy;
use crate::OperationError;
use crate::admin::AdminOperation;
use crate::admin::scope::AdminScope;
use crate::admin::target::AdminTarget;
use crate::gate::Gate;
use crate::input::Input;
use auth::{Context, Decision, Effect, Explanation, Outcome, Policy, PolicyKind, Principal, Request};
use model::{
    AccountId, LoggingConfigurationKey, OperationName, ResourceArn, ResourceKind, RoomKey, Tags, UserName,
    Violation,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::ResourceKey;

/// The most keys that may be given, the most values, and the longest of either.
const MOST_GIVEN: (usize, usize, usize) = (64, 256, 2_048);
/// The longest action, and the longest ARN, that are looked at.
const MAX_LENGTH: usize = 2_048;

pub(crate) struct ExplainAccess {
    user: UserName,
    action: String,
    resource: String,
    given: BTreeMap<String, Vec<String>>,
    policy: Option<String>,
}

#[derive(Serialize)]
pub(crate) struct ExplanationAnswer {
    decision: &'static str,
    reason: String,
    statements: Vec<StatementShape>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StatementShape {
    policy_name: String,
    policy_kind: &'static str,
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
    effect: &'static str,
    matched: bool,
    why: String,
}

impl From<Explanation> for StatementShape {
    fn from(one: Explanation) -> Self {
        Self {
            policy_name: one.policy,
            policy_kind: match one.kind {
                PolicyKind::Identity => "identity",
                PolicyKind::Boundary => "boundary",
                PolicyKind::Session => "session",
            },
            index: one.index,
            sid: one.sid,
            effect: match one.effect {
                Effect::Allow => "Allow",
                Effect::Deny => "Deny",
            },
            matched: one.outcome == Outcome::Matched,
            why: one.outcome.to_string(),
        }
    }
}

impl AdminOperation for ExplainAccess {
    type Output = ExplanationAnswer;
    const CHANGES: bool = false;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        let user = input.required("userName", UserName::parse)?;
        let text = |text: &str| Violation::check_length(text, 1, MAX_LENGTH).map(|()| text.to_owned());
        let action = input.required("action", text)?;
        let resource = input.required("resource", text)?;
        let given = input.lists("context", MOST_GIVEN)?.unwrap_or_default();
        let policy = session_policy(input)?;
        let all = user.zip(action).zip(resource);
        Ok(all.map(|((user, action), resource)| Self { user, action, resource, given, policy }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::User(&self.user, None)
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<ExplanationAnswer, OperationError> {
        let directory = &scope.directory;
        let known = Arc::clone(scope.user(directory, &self.user)?);
        let principal = match self.policy.as_deref().map(Policy::parse) {
            Some(Ok(policy)) => Principal::session(known, scope.now.wall, Some(Arc::new(policy))),
            _ => Principal::user(known),
        };
        let tags = tags_of(scope, &self.resource).await?;
        let tags = if may_read_tags(scope, &self.resource, &tags) { tags } else { Tags::default() };
        let context = self.context(scope, &principal, &tags);
        let request = Request { action: &self.action, resource: &self.resource, context: &context };
        let is_operator = scope.account == scope.directory.home();
        Ok(explained(&principal, &request, is_operator))
    }
}

impl ExplainAccess {
    /// What a call would bring with it, and what is given over that.
    fn context<'a>(
        &'a self,
        scope: &AdminScope<'_>,
        principal: &'a Principal,
        tags: &'a Tags,
    ) -> Context<'a> {
        let mut context = Context::new();
        principal.describe(&mut context);
        context.add_time(scope.now.wall);
        context.add("aws:RequestedRegion", scope.admin.region.to_string());
        if let Some(owner) = auth::account_of(&self.resource) {
            context.add("aws:ResourceAccount", owner.to_string());
        }
        let tags = tags.as_map().iter().map(|(key, value)| (key.as_str(), value.as_str()));
        context.add_tags("aws:ResourceTag/", tags);
        for (key, values) in &self.given {
            context.replace(key, values.iter().map(String::as_str));
        }
        context
    }
}

fn explained(principal: &Principal, request: &Request<'_>, is_operator: bool) -> ExplanationAnswer {
    // An account's own policies open no other's door; the operators' calls of the admin API are the exception.
    let is_of_admin = request.action.to_ascii_lowercase().starts_with("hubbub:");
    let asked = if is_of_admin && is_operator {
        principal.decide(request)
    } else {
        auth::authorize(principal, request)
    };
    let statements = principal.explain(request);
    let is_denied =
        statements.iter().any(|one| one.effect == Effect::Deny && one.outcome == Outcome::Matched);
    let (decision, reason) = match asked {
        Decision::Allowed => ("Allowed", "a statement allows it, and none denies it".to_owned()),
        Decision::Refused { by, .. } if is_denied => ("ExplicitlyDenied", by),
        Decision::Refused { by, .. } => ("ImplicitlyDenied", by),
    };
    let statements = statements.into_iter().map(StatementShape::from).collect();
    ExplanationAnswer { decision, reason, statements }
}

/// Whether the one who asks may see the tags: the explanation repeats them.
fn may_read_tags(scope: &AdminScope<'_>, resource: &str, tags: &Tags) -> bool {
    let AdminScope { admin, caller, now, .. } = scope;
    let gate = Gate { caller: *caller, region: &admin.region, now: *now, audit: &*admin.audit };
    let mut context = gate.context(auth::account_of(resource));
    let tags = tags.as_map().iter().map(|(key, value)| (key.as_str(), value.as_str()));
    context.add_tags("aws:ResourceTag/", tags);
    let action = OperationName::ListTagsForResource.action();
    auth::authorize(caller.principal, &Request { action, resource, context: &context }) == Decision::Allowed
}

/// The tags of a room or a logging configuration of the account, if it is there.
async fn tags_of(scope: &AdminScope<'_>, arn: &str) -> Result<Tags, OperationError> {
    let account: AccountId = scope.account;
    let Some(arn) = ResourceArn::parse(arn).ok() else { return Ok(Tags::default()) };
    let Ok(id) = arn.locate(&scope.admin.region, account) else { return Ok(Tags::default()) };
    let key = match arn.kind() {
        ResourceKind::Room => ResourceKey::Room(RoomKey { account, id }),
        ResourceKind::LoggingConfiguration => {
            ResourceKey::LoggingConfiguration(LoggingConfigurationKey { account, id })
        }
    };
    Ok(scope.admin.access.store.tags(key).await?.unwrap_or_default())
}
