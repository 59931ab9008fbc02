//! A policy's document: read strictly, compiled once. It does not know requests.
//!
//! Source: IAM user guide, "Grammar of the IAM JSON policy language".

use super::condition::{Condition, Written};
use super::context::fold;
use super::error::{PolicyError, PolicyFault};
use super::json::{Fields, Node, fault_at, join};
use super::operand::Operand;
use super::operator::Operator;
use super::pattern::{Pattern, Version, action, is_key, resource};
use std::collections::HashSet;

/// A compiled identity policy, permissions boundary or session policy.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(super) statements: Box<[Statement]>,
    reads_resource_tags: bool,
}

/// What every key of a resource's tag begins with, in lower case.
const RESOURCE_TAG: &str = "aws:resourcetag/";

/// What a statement does where it matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Allow, if nothing denies.
    Allow,
    /// Deny, whatever allows.
    Deny,
}

#[derive(Debug, Clone)]
pub(super) struct Statement {
    pub(super) sid: Option<Box<str>>,
    pub(super) effect: Effect,
    pub(super) actions: Choice,
    pub(super) resources: Choice,
    pub(super) conditions: Box<[Condition]>,
}

/// `Action` or `NotAction`, `Resource` or `NotResource`.
#[derive(Debug, Clone)]
pub(super) struct Choice {
    pub(super) negated: bool,
    pub(super) patterns: Box<[Pattern]>,
}

impl Policy {
    /// Bytes of a document; AWS takes 6,144 characters in a managed policy.
    pub const MAX_BYTES: usize = 64 * 1024;
    /// Objects and lists inside one another; a policy has six.
    const MAX_DEPTH: usize = 8;

    /// Reads a document.
    ///
    /// A condition's value that its operator cannot read (a malformed number, date, address, ARN, base64 or boolean) is
    /// taken, as IAM takes it: it never matches, and a negated operator with such a value never holds for a key that
    /// is there.
    ///
    /// # Errors
    /// Anything else that IAM would not take or that nobody can have meant, with its path.
    pub fn parse(json: &str) -> Result<Self, PolicyError> {
        if json.len() > Self::MAX_BYTES {
            let fault = PolicyFault::TooLarge { bytes: json.len(), limit: Self::MAX_BYTES };
            return Err(fault_at("", fault));
        }
        let root = Node::parse(json, Self::MAX_DEPTH).map_err(|fault| fault_at("", fault))?;
        let mut fields = Fields::read(root, "", &["Version", "Id", "Statement"])?;
        let version = match fields.take("Version") {
            None => Version::V2008,
            Some((path, node)) => version(&node.into_text(&path)?).map_err(|fault| fault_at(&path, fault))?,
        };
        if let Some((path, node)) = fields.take("Id") {
            node.into_text(&path)?;
        }
        let (path, node) = fields.require("Statement")?;
        let mut sids = HashSet::new();
        let mut statements = Vec::new();
        for (path, node) in node.into_members(&path)? {
            let statement = statement(node, &path, version)?;
            if let Some(sid) = &statement.sid
                && !sids.insert(sid.clone())
            {
                return Err(fault_at(&join(&path, "Sid"), PolicyFault::Duplicate));
            }
            statements.push(statement);
        }
        let reads_resource_tags = statements.iter().any(|statement| statement.reads(RESOURCE_TAG));
        Ok(Self { statements: statements.into(), reads_resource_tags })
    }

    /// Whether a decision can depend on the resource's tags. Where it cannot, they need not be looked up.
    #[must_use]
    pub const fn reads_resource_tags(&self) -> bool {
        self.reads_resource_tags
    }
}

impl Statement {
    fn reads(&self, prefix: &str) -> bool {
        let in_resources = self.resources.patterns.iter().any(|pattern| pattern.reads(prefix));
        let in_condition = |condition: &Condition| {
            condition.key.starts_with(prefix)
                || condition.operands.iter().any(|operand| operand.reads(prefix))
        };
        in_resources || self.conditions.iter().any(in_condition)
    }
}

fn version(text: &str) -> Result<Version, PolicyFault> {
    match text {
        "2012-10-17" => Ok(Version::V2012),
        "2008-10-17" => Ok(Version::V2008),
        _ => Err(PolicyFault::UnknownVersion),
    }
}

fn statement(node: Node, path: &str, version: Version) -> Result<Statement, PolicyError> {
    let known = &["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];
    let mut fields = Fields::read(node, path, known)?;
    let sid = match fields.take("Sid") {
        None => None,
        Some((path, node)) => sid(node.into_text(&path)?).map_err(|fault| fault_at(&path, fault))?,
    };
    let (path, node) = fields.require("Effect")?;
    let effect = match node.into_text(&path)?.as_str() {
        "Allow" => Effect::Allow,
        "Deny" => Effect::Deny,
        _ => return Err(fault_at(&path, PolicyFault::UnknownEffect)),
    };
    let actions = choice(&mut fields, ["Action", "NotAction"], action)?;
    let resources = choice(&mut fields, ["Resource", "NotResource"], |text| resource(text, version))?;
    let conditions = match fields.take("Condition") {
        None => Vec::new(),
        Some((path, node)) => conditions(node, &path, version)?,
    };
    Ok(Statement { sid, effect, actions, resources, conditions: conditions.into() })
}

/// An empty `Sid`, as AWS's console writes, is none.
fn sid(text: String) -> Result<Option<Box<str>>, PolicyFault> {
    if !text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(PolicyFault::BadSid);
    }
    Ok(Some(text).filter(|text| !text.is_empty()).map(Into::into))
}

/// Exactly one of a field and its negation.
fn choice(
    fields: &mut Fields,
    [plain, negation]: [&'static str; 2],
    read: impl Fn(&str) -> Result<Pattern, PolicyFault>,
) -> Result<Choice, PolicyError> {
    let (negated, (path, node)) = match (fields.take(plain), fields.take(negation)) {
        (Some(found), None) => (false, found),
        (None, Some(found)) => (true, found),
        (None, None) => return Err(fields.fault(PolicyFault::Missing(plain))),
        (Some(_), Some(_)) => return Err(fields.fault(PolicyFault::Both(plain))),
    };
    let members = node.into_members(&path)?.into_iter();
    let pattern =
        |(path, node): (String, Node)| read(&node.into_text(&path)?).map_err(|fault| fault_at(&path, fault));
    let patterns: Vec<_> = members.map(pattern).collect::<Result<_, _>>()?;
    Ok(Choice { negated, patterns: patterns.into() })
}

fn conditions(node: Node, path: &str, version: Version) -> Result<Vec<Condition>, PolicyError> {
    let mut conditions = Vec::new();
    for (operator, keys) in node.into_entries(path, str::to_ascii_lowercase)? {
        let path = join(path, &operator);
        let parsed = Operator::parse(&operator).map_err(|fault| fault_at(&path, fault))?;
        for (key, values) in keys.into_entries(&path, str::to_lowercase)? {
            if !is_key(&key) {
                return Err(fault_at(&join(&path, &key), PolicyFault::BadKey));
            }
            let path = join(&path, &key);
            let (operands, values) = operands(values, &path, parsed, version)?;
            conditions.push(Condition {
                operator: parsed,
                operands,
                key: fold(&key).into(),
                written: Written { operator: operator.as_str().into(), key: key.into(), values },
            });
        }
    }
    Ok(conditions)
}

type Operands = (Box<[Operand]>, Box<[Box<str>]>);

fn operands(node: Node, path: &str, operator: Operator, version: Version) -> Result<Operands, PolicyError> {
    let mut operands = Vec::new();
    let mut written = Vec::new();
    for (path, value) in node.into_members(path)? {
        let text = match value {
            Node::Text(text) | Node::Number(text) => text,
            Node::Bool(value) => value.to_string(),
            Node::Null | Node::List(_) | Node::Object(_) => {
                return Err(fault_at(&path, PolicyFault::Expected("a string, a number or a boolean")));
            }
        };
        let operand =
            Operand::parse(&text, operator.test, version).map_err(|fault| fault_at(&path, fault))?;
        operands.push(operand);
        written.push(text.into());
    }
    Ok((operands.into(), written.into()))
}
