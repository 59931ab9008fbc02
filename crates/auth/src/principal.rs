//! Who asks, and what the policies let them do. It knows no operation's input, and no resource but its ARN.

use crate::directory::KnownUser;
use crate::policy::{
    Context, Explanation, NamedPolicy, Policy, PolicySet, Request, Verdict, evaluate, explain, first_denial,
};
use model::{AccountId, Timestamp};
use std::sync::Arc;

/// Who signed a call.
#[derive(Debug, Clone)]
pub struct Principal {
    account: AccountId,
    arn: String,
    standing: Standing,
}

#[derive(Debug, Clone)]
enum Standing {
    /// The account's root: no policy is asked.
    Root,
    /// A user, perhaps with temporary credentials.
    User(Arc<KnownUser>, Option<Session>),
}

#[derive(Debug, Clone)]
struct Session {
    issued_at: Timestamp,
    policy: Option<Arc<Policy>>,
}

/// What the policies say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Allowed,
    /// `AccessDeniedException`, 403.
    Refused {
        /// The message for the caller.
        message: String,
        /// What refused, for the operator: the statement that denies, or what kind of policy allows nothing.
        by: String,
    },
}

impl Principal {
    /// The root of an account.
    #[must_use]
    pub fn root(account: AccountId) -> Self {
        Self { account, arn: format!("arn:aws:iam::{account}:root"), standing: Standing::Root }
    }

    /// A user with a key of its own.
    #[must_use]
    pub fn user(user: Arc<KnownUser>) -> Self {
        Self::acting_as(user, None)
    }

    /// A user with temporary credentials, under a session policy if there is one.
    #[must_use]
    pub fn session(user: Arc<KnownUser>, issued_at: Timestamp, policy: Option<Arc<Policy>>) -> Self {
        Self::acting_as(user, Some(Session { issued_at, policy }))
    }

    fn acting_as(user: Arc<KnownUser>, session: Option<Session>) -> Self {
        Self { account: user.user.account, arn: user.arn(), standing: Standing::User(user, session) }
    }

    /// The user, unless it is the root.
    pub(crate) fn known(&self) -> Option<&KnownUser> {
        match &self.standing {
            Standing::Root => None,
            Standing::User(user, _) => Some(user),
        }
    }

    /// The same with the user as it is now.
    pub(crate) fn now_as(&self, user: Arc<KnownUser>) -> Self {
        let session = match &self.standing {
            Standing::Root => None,
            Standing::User(_, session) => session.clone(),
        };
        Self::acting_as(user, session)
    }

    /// Whose account it is.
    #[must_use]
    pub const fn account(&self) -> AccountId {
        self.account
    }

    /// The principal's own ARN.
    #[must_use]
    pub fn arn(&self) -> &str {
        &self.arn
    }

    /// Whether it is the account's root.
    #[must_use]
    pub const fn is_root(&self) -> bool {
        matches!(self.standing, Standing::Root)
    }

    /// Whether it acts with temporary credentials.
    #[must_use]
    pub const fn is_session(&self) -> bool {
        matches!(self.standing, Standing::User(_, Some(_)))
    }

    /// Whether a decision about it can depend on the resource's tags.
    #[must_use]
    pub fn reads_resource_tags(&self) -> bool {
        let Standing::User(user, session) = &self.standing else { return false };
        let session = session.as_ref().and_then(|session| session.policy.as_deref());
        user.rights.policies().chain(session).any(Policy::reads_resource_tags)
    }

    /// Adds what policies may know of the principal.
    ///
    /// Source: IAM user guide, "AWS global condition context keys", properties of the principal; for the root,
    /// "IAM policy elements: Variables and tags", principal key values.
    pub fn describe<'a>(&'a self, context: &mut Context<'a>) {
        context.add("aws:PrincipalArn", self.arn.as_str());
        context.add("aws:PrincipalAccount", self.account.to_string());
        let Standing::User(user, session) = &self.standing else {
            context.add("aws:PrincipalType", "Account");
            return context.add("aws:userid", self.account.to_string());
        };
        context.add("aws:PrincipalType", "User");
        context.add("aws:username", user.user.name.as_str());
        context.add("aws:userid", user.id.as_str());
        let tags = user.user.tags.as_map().iter();
        context.add_tags("aws:PrincipalTag/", tags.map(|(key, value)| (key.as_str(), value.as_str())));
        if let Some(session) = session {
            context.add("aws:TokenIssueTime", session.issued_at.to_string());
        }
    }

    /// Decides whether it may do this, wherever the resource is.
    #[must_use]
    pub fn decide(&self, request: &Request<'_>) -> Decision {
        let Some(verdict) = self.with_policies(|policies| evaluate(policies, request)) else {
            return Decision::Allowed;
        };
        let Request { action, resource, .. } = *request;
        match verdict.refusal(&self.arn, action, resource) {
            None => Decision::Allowed,
            Some(message) => Decision::Refused { message, by: self.refused_by(verdict, request) },
        }
    }

    /// What becomes of each statement; nothing for the root.
    #[must_use]
    pub fn explain(&self, request: &Request<'_>) -> Vec<Explanation> {
        self.with_policies(|policies| explain(policies, request)).unwrap_or_default()
    }

    fn refused_by(&self, verdict: Verdict, request: &Request<'_>) -> String {
        match verdict {
            Verdict::Allowed => String::new(),
            Verdict::ImplicitlyDenied(kind) => format!("no {kind} allows it"),
            Verdict::ExplicitlyDenied(kind) => {
                let place = self.with_policies(|policies| first_denial(policies, request)).flatten();
                place.unwrap_or_else(|| kind.to_string())
            }
        }
    }

    /// `None` for the root, whom no policy binds.
    fn with_policies<T>(&self, ask: impl FnOnce(&PolicySet<'_>) -> T) -> Option<T> {
        let Standing::User(user, session) = &self.standing else { return None };
        let identity: Vec<_> = user.rights.identity.iter().map(|attached| attached.named()).collect();
        let boundary = user.rights.boundary.as_ref().map(|attached| attached.named());
        let session = session.as_ref().and_then(|session| session.policy.as_deref());
        let session = session.map(|policy| NamedPolicy { name: "session", policy });
        Some(ask(&PolicySet { identity: &identity, boundary, session }))
    }
}

/// Decides whether `principal` may do this to a resource, which must be of its own account: no policy opens the door to
/// another's. An operation asks once for each action that it needs.
///
/// Source: IAM user guide, "Troubleshoot access denied error messages", resource-based policies; there are none here.
#[must_use]
pub fn authorize(principal: &Principal, request: &Request<'_>) -> Decision {
    let decision = principal.decide(request);
    let Request { action, resource, .. } = *request;
    if decision != Decision::Allowed || account_of(resource) == Some(principal.account) {
        return decision;
    }
    let message = format!(
        "User: {} is not authorized to perform: {action} on resource: {resource} \
         because no resource-based policy allows the {action} action",
        principal.arn
    );
    Decision::Refused { message, by: "the resource is another account's".to_owned() }
}

/// Whose the resource of this ARN is.
#[must_use]
pub fn account_of(arn: &str) -> Option<AccountId> {
    arn.split(':').nth(4).and_then(|account| AccountId::parse(account).ok())
}
