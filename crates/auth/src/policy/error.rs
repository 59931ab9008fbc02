//! Why a policy is refused, and where in it. It does not know how policies are read.

use thiserror::Error;

/// A policy that is not taken. Its text is `PATH: what is wrong`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyError {
    /// Where, as in `Statement[2].Condition.StringLike.aws:username[0]`; empty for the document as a whole.
    pub path: String,
    /// What.
    pub fault: PolicyFault,
}

impl std::fmt::Display for PolicyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        write!(f, "{}", self.fault)
    }
}

impl std::error::Error for PolicyError {}

/// What is wrong with a policy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolicyFault {
    /// More bytes than the limit.
    #[error("{bytes} bytes; at most {limit} are taken")]
    TooLarge {
        /// How many it has.
        bytes: usize,
        /// How many it may have.
        limit: usize,
    },
    /// Not JSON, or too deep; the parser's words, with line and column.
    #[error("not a policy's JSON: {0}")]
    NotJson(String),
    /// A name stands twice in one object; names of operators and keys are compared without case.
    #[error("stands twice")]
    Duplicate,
    /// A field that no policy has.
    #[error("unknown field{}", suggestion(.0))]
    UnknownField(Option<String>),
    /// `Principal` or `NotPrincipal`.
    #[error("not allowed here: the principal is whoever the policy is attached to")]
    PrincipalNotAllowed,
    /// A field that must be there is not.
    #[error("missing {0}")]
    Missing(&'static str),
    /// Two fields of which only one may be there.
    #[error("both {0} and Not{0}; only one may stand here")]
    Both(&'static str),
    /// Another kind of JSON value than this.
    #[error("expected {0}")]
    Expected(&'static str),
    /// A list without members.
    #[error("an empty list")]
    EmptyList,
    /// Neither of the two versions.
    #[error("unknown version; 2012-10-17 and 2008-10-17 are known")]
    UnknownVersion,
    /// Neither `Allow` nor `Deny`; case counts.
    #[error("unknown effect; Allow and Deny are known, written so")]
    UnknownEffect,
    /// Characters that a `Sid` does not have.
    #[error("a Sid has letters and digits only")]
    BadSid,
    /// An operator that IAM does not have.
    #[error("unknown operator{}", suggestion(.0))]
    UnknownOperator(Option<String>),
    /// A condition key, or a variable's, without its service.
    #[error("not a condition key; one is written like aws:username")]
    BadKey,
    /// Not `*` and not `service:Action`.
    #[error("not an action; one is written like ivschat:GetRoom, or *")]
    BadAction,
    /// Not `*` and not an ARN of six segments.
    #[error("not a resource; it is * or an ARN of six segments, arn:aws:ivschat:REGION:ACCOUNT:room/ID")]
    BadArn,
    /// A variable that is not closed or not well formed.
    #[error("bad variable; one is written like ${{aws:username}} or ${{aws:PrincipalTag/team, 'none'}}")]
    BadVariable,
    /// A variable before the fifth colon of a resource.
    #[error("a variable may stand only after the fifth colon of a resource")]
    VariableTooEarly,
}

fn suggestion(name: &Option<String>) -> String {
    name.as_ref().map_or_else(String::new, |name| format!("; did you mean \"{name}\"?"))
}

/// The candidate nearest to `name`, if one is near. Names longer than any of ours are near nothing.
pub(super) fn nearest<T: AsRef<str>>(name: &str, candidates: impl IntoIterator<Item = T>) -> Option<String> {
    const LONGEST: usize = 64;
    const FURTHEST: usize = 3;
    if name.len() > LONGEST {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let distances = candidates
        .into_iter()
        .map(|candidate| (strsim::levenshtein(&name, &candidate.as_ref().to_ascii_lowercase()), candidate));
    let (distance, candidate) = distances.min_by_key(|(distance, _)| *distance)?;
    (distance <= FURTHEST).then(|| candidate.as_ref().to_owned())
}
