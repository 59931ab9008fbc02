//! The decision: which statements match, and what follows. It does not know where policies are kept.
//!
//! Source: IAM user guide, "Policy evaluation logic" and "Troubleshoot access denied error messages".

use super::condition::Condition;
use super::context::{Context, Request};
use super::document::{Choice, Effect, Policy, Statement};
use std::fmt;

/// The policies that a request stands under.
#[derive(Debug, Clone, Copy)]
pub struct PolicySet<'a> {
    /// What is attached to the principal.
    pub identity: &'a [NamedPolicy<'a>],
    /// The permissions boundary, if it has one: it allows nothing alone, and nothing is allowed without it.
    pub boundary: Option<NamedPolicy<'a>>,
    /// The session policy of temporary credentials, likewise.
    pub session: Option<NamedPolicy<'a>>,
}

/// A policy with the name that people know it by.
#[derive(Debug, Clone, Copy)]
pub struct NamedPolicy<'a> {
    /// The name.
    pub name: &'a str,
    /// The policy.
    pub policy: &'a Policy,
}

/// How a policy comes to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyKind {
    /// Attached to the principal.
    Identity,
    /// The permissions boundary.
    Boundary,
    /// The session's.
    Session,
}

impl fmt::Display for PolicyKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Identity => "identity-based policy",
            Self::Boundary => "permissions boundary",
            Self::Session => "session policy",
        })
    }
}

/// What the policies say. Of several reasons the first in the order identity, boundary, session is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Go on.
    Allowed,
    /// A statement of such a policy denies.
    ExplicitlyDenied(PolicyKind),
    /// No statement of such a policy allows.
    ImplicitlyDenied(PolicyKind),
}

impl Verdict {
    /// AWS's words for the refusal; nothing when it is allowed.
    #[must_use]
    pub fn refusal(self, principal_arn: &str, action: &str, resource: &str) -> Option<String> {
        let reason = match self {
            Self::Allowed => return None,
            Self::ExplicitlyDenied(kind @ PolicyKind::Identity) => {
                format!("with an explicit deny in an {kind}")
            }
            Self::ExplicitlyDenied(kind) => format!("with an explicit deny in a {kind}"),
            Self::ImplicitlyDenied(kind) => format!("because no {kind} allows the {action} action"),
        };
        Some(format!(
            "User: {principal_arn} is not authorized to perform: {action} on resource: {resource} {reason}"
        ))
    }
}

/// Decides. Linear in the size of the policies, and in the size of the request.
#[must_use]
pub fn evaluate(policies: &PolicySet<'_>, request: &Request<'_>) -> Verdict {
    let question = Question::new(request);
    let mut tally = Tally::default();
    for (kind, named) in policies.each() {
        for statement in &named.policy.statements {
            if statement.check(&question).is_ok() {
                tally.count(kind, statement.effect);
            }
        }
    }
    tally.verdict(policies)
}

impl<'a> PolicySet<'a> {
    /// Every policy with its kind, in the order in which reasons are named.
    pub(super) fn each(&self) -> impl Iterator<Item = (PolicyKind, NamedPolicy<'a>)> {
        let identity = self.identity.iter().map(|named| (PolicyKind::Identity, *named));
        let boundary = self.boundary.map(|named| (PolicyKind::Boundary, named));
        identity.chain(boundary).chain(self.session.map(|named| (PolicyKind::Session, named)))
    }
}

/// The first statement that denies: its policy, its place and its name.
pub(crate) fn first_denial(policies: &PolicySet<'_>, request: &Request<'_>) -> Option<String> {
    let question = Question::new(request);
    policies.each().find_map(|(kind, named)| {
        let mut statements = named.policy.statements.iter().enumerate();
        let (index, statement) = statements
            .find(|(_, statement)| statement.effect == Effect::Deny && statement.check(&question).is_ok())?;
        Some(place(kind, named.name, index, statement.sid.as_deref()))
    })
}

/// A statement's place in words.
pub(super) fn place(kind: PolicyKind, policy: &str, index: usize, sid: Option<&str>) -> String {
    let sid = sid.map_or_else(String::new, |sid| format!(" ({sid})"));
    format!("{kind} {policy:?}, statement {index}{sid}")
}

/// Which kinds of policies have spoken.
#[derive(Debug, Default)]
struct Tally {
    denied_by: Option<PolicyKind>,
    identity_allows: bool,
    boundary_allows: bool,
    session_allows: bool,
}

impl Tally {
    fn count(&mut self, kind: PolicyKind, effect: Effect) {
        match (effect, kind) {
            (Effect::Deny, kind) => self.denied_by = self.denied_by.or(Some(kind)),
            (Effect::Allow, PolicyKind::Identity) => self.identity_allows = true,
            (Effect::Allow, PolicyKind::Boundary) => self.boundary_allows = true,
            (Effect::Allow, PolicyKind::Session) => self.session_allows = true,
        }
    }

    fn verdict(&self, policies: &PolicySet<'_>) -> Verdict {
        if let Some(kind) = self.denied_by {
            return Verdict::ExplicitlyDenied(kind);
        }
        if !self.identity_allows {
            return Verdict::ImplicitlyDenied(PolicyKind::Identity);
        }
        if policies.boundary.is_some() && !self.boundary_allows {
            return Verdict::ImplicitlyDenied(PolicyKind::Boundary);
        }
        if policies.session.is_some() && !self.session_allows {
            return Verdict::ImplicitlyDenied(PolicyKind::Session);
        }
        Verdict::Allowed
    }
}

/// A request as statements look at it.
#[derive(Debug)]
pub(super) struct Question<'a> {
    /// In lower case.
    action: String,
    resource: &'a str,
    pub(super) context: &'a Context<'a>,
}

impl<'a> Question<'a> {
    pub(super) fn new(request: &Request<'a>) -> Self {
        let Request { action, resource, context } = *request;
        Self { action: action.to_ascii_lowercase(), resource, context }
    }
}

/// The first reason why a statement does not match.
#[derive(Debug)]
pub(super) enum Miss<'a> {
    Action,
    Resource,
    Condition(&'a Condition),
}

impl Statement {
    /// Whether it matches.
    pub(super) fn check(&self, question: &Question<'_>) -> Result<(), Miss<'_>> {
        let context = question.context;
        if !self.actions.includes(&question.action, context) {
            return Err(Miss::Action);
        }
        let is_allow = self.effect == Effect::Allow;
        // All but nothing would be everything.
        let opens = is_allow && self.resources.negated && self.resources.is_unresolved(context);
        if opens || !self.resources.includes(question.resource, context) {
            return Err(Miss::Resource);
        }
        let failed = self.conditions.iter().find(|condition| !condition.holds(self.effect, context));
        failed.map_or(Ok(()), |condition| Err(Miss::Condition(condition)))
    }
}

impl Choice {
    fn is_unresolved(&self, context: &Context<'_>) -> bool {
        self.patterns.iter().any(|pattern| pattern.is_unresolved(context))
    }

    fn includes(&self, text: &str, context: &Context<'_>) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(text, context)) != self.negated
    }
}
