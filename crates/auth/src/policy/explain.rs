//! Why: each statement with what became of it. It decides nothing; [`super::evaluate()`] does, by the same checks.

use super::context::Request;
use super::document::Effect;
use super::evaluate::{Miss, PolicyKind, PolicySet, Question};
use std::fmt;

/// One statement, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The kind of its policy.
    pub kind: PolicyKind,
    /// The name of its policy.
    pub policy: String,
    /// Its place in the policy, from 0.
    pub index: usize,
    /// Its name, if it has one.
    pub sid: Option<String>,
    /// What it does where it matches.
    pub effect: Effect,
    /// Whether it matched.
    pub outcome: Outcome,
}

/// Whether a statement matched, or the first reason why it did not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It matched.
    Matched,
    /// It is not about this action.
    OtherAction(String),
    /// It is not about this resource.
    OtherResource(String),
    /// A condition did not hold. Names and values are as the policy writes them.
    ConditionFailed {
        /// The operator.
        operator: String,
        /// The key.
        key: String,
        /// The policy's values, the first few, cut.
        wanted: Vec<String>,
        /// The request's values, the first few, cut; none when the key is missing.
        found: Vec<String>,
    },
}

/// Says of every statement of every policy whether it matches the request, in the order of evaluation.
#[must_use]
pub fn explain(policies: &PolicySet<'_>, request: &Request<'_>) -> Vec<Explanation> {
    let question = Question::new(request);
    let mut explanations = Vec::new();
    for (kind, named) in policies.each() {
        for (index, statement) in named.policy.statements.iter().enumerate() {
            explanations.push(Explanation {
                kind,
                policy: named.name.to_owned(),
                index,
                sid: statement.sid.as_deref().map(str::to_owned),
                effect: statement.effect,
                outcome: statement
                    .check(&question)
                    .map_or_else(|miss| outcome(&miss, request), |()| Outcome::Matched),
            });
        }
    }
    explanations
}

fn outcome(miss: &Miss<'_>, request: &Request<'_>) -> Outcome {
    match miss {
        Miss::Action => Outcome::OtherAction(request.action.to_owned()),
        Miss::Resource => Outcome::OtherResource(request.resource.to_owned()),
        Miss::Condition(condition) => {
            let found = request.context.find(&condition.key).unwrap_or_default();
            Outcome::ConditionFailed {
                operator: condition.written.operator.to_string(),
                key: condition.written.key.to_string(),
                wanted: shown(condition.written.values.iter().map(|value| &**value)),
                found: shown(found.iter().map(|value| value.text.as_ref())),
            }
        }
    }
}

/// How many values are shown of each side of a condition, and how many characters of each: an explanation is for
/// reading.
const MOST_VALUES: usize = 16;
const MOST_CHARS: usize = 256;

fn shown<'a>(values: impl Iterator<Item = &'a str>) -> Vec<String> {
    let cut = |value: &str| match value.char_indices().nth(MOST_CHARS) {
        None => value.to_owned(),
        Some((at, _)) => format!("{}…", value.get(..at).unwrap_or_default()),
    };
    values.take(MOST_VALUES).map(cut).collect()
}

impl Explanation {
    /// Which statement: the policy, the place in it, and the statement's name if it has one.
    #[must_use]
    pub fn place(&self) -> String {
        super::evaluate::place(self.kind, &self.policy, self.index, self.sid.as_deref())
    }
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {:?}: {}", self.place(), self.effect, self.outcome)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Matched => f.write_str("matched"),
            Self::OtherAction(action) => write!(f, "not about the action {action}"),
            Self::OtherResource(resource) => write!(f, "not about the resource {resource}"),
            Self::ConditionFailed { operator, key, wanted, found } => {
                write!(f, "{operator} {key} {wanted:?} does not hold: ")?;
                match found.as_slice() {
                    [] => f.write_str("the request has no such key"),
                    found => write!(f, "the request has {found:?}"),
                }
            }
        }
    }
}
