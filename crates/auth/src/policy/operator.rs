//! The names of condition operators. It does not know what they compare.
//!
//! Source: IAM user guide, "IAM JSON policy elements: Condition operators" and "Set operators for multivalued context
//! keys".

use super::error::{PolicyFault, nearest};

/// An operator, read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Operator {
    /// What is compared, and how.
    pub(super) test: Test,
    /// `…Not…`: the value must agree with none.
    pub(super) negated: bool,
    /// `…IfExists`.
    pub(super) if_exists: bool,
    /// `ForAllValues:` or `ForAnyValue:`.
    pub(super) quantifier: Option<Quantifier>,
}

/// How many of the request's values must do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quantifier {
    All,
    Any,
}

/// A comparison, without its negation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Test {
    Equals,
    EqualsIgnoreCase,
    Like,
    Numeric(Order),
    Date(Order),
    Bool,
    Binary,
    Ip,
    Arn,
    Null,
}

/// The request's value is … the policy's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Order {
    /// Whether this order holds.
    pub(super) fn holds<T: PartialOrd>(self, found: &T, wanted: &T) -> bool {
        match self {
            Self::Equal => found == wanted,
            Self::Less => found < wanted,
            Self::LessOrEqual => found <= wanted,
            Self::Greater => found > wanted,
            Self::GreaterOrEqual => found >= wanted,
        }
    }
}

const NAMES: &[(&str, Test, bool)] = &[
    ("StringEquals", Test::Equals, false),
    ("StringNotEquals", Test::Equals, true),
    ("StringEqualsIgnoreCase", Test::EqualsIgnoreCase, false),
    ("StringNotEqualsIgnoreCase", Test::EqualsIgnoreCase, true),
    ("StringLike", Test::Like, false),
    ("StringNotLike", Test::Like, true),
    ("NumericEquals", Test::Numeric(Order::Equal), false),
    ("NumericNotEquals", Test::Numeric(Order::Equal), true),
    ("NumericLessThan", Test::Numeric(Order::Less), false),
    ("NumericLessThanEquals", Test::Numeric(Order::LessOrEqual), false),
    ("NumericGreaterThan", Test::Numeric(Order::Greater), false),
    ("NumericGreaterThanEquals", Test::Numeric(Order::GreaterOrEqual), false),
    ("DateEquals", Test::Date(Order::Equal), false),
    ("DateNotEquals", Test::Date(Order::Equal), true),
    ("DateLessThan", Test::Date(Order::Less), false),
    ("DateLessThanEquals", Test::Date(Order::LessOrEqual), false),
    ("DateGreaterThan", Test::Date(Order::Greater), false),
    ("DateGreaterThanEquals", Test::Date(Order::GreaterOrEqual), false),
    ("Bool", Test::Bool, false),
    ("BinaryEquals", Test::Binary, false),
    ("IpAddress", Test::Ip, false),
    ("NotIpAddress", Test::Ip, true),
    ("ArnEquals", Test::Arn, false),
    ("ArnLike", Test::Arn, false),
    ("ArnNotEquals", Test::Arn, true),
    ("ArnNotLike", Test::Arn, true),
    ("Null", Test::Null, false),
];

const PREFIXES: &[(&str, Option<Quantifier>)] =
    &[("", None), ("ForAllValues:", Some(Quantifier::All)), ("ForAnyValue:", Some(Quantifier::Any))];

const IF_EXISTS: &str = "IfExists";

impl Operator {
    /// Reads a name; case does not count. `Null` takes neither prefix nor suffix.
    pub(super) fn parse(name: &str) -> Result<Self, PolicyFault> {
        Self::all()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, operator)| operator)
            .ok_or_else(|| PolicyFault::UnknownOperator(nearest(name, Self::all().map(|(known, _)| known))))
    }

    fn all() -> impl Iterator<Item = (String, Self)> {
        let prefixed = PREFIXES.iter().flat_map(|prefix| NAMES.iter().map(move |name| (prefix, name)));
        let suffixed = prefixed.flat_map(|named| [(named, false), (named, true)]);
        suffixed.filter_map(|(((prefix, quantifier), (name, test, negated)), if_exists)| {
            if *test == Test::Null && (if_exists || quantifier.is_some()) {
                return None;
            }
            let suffix = if if_exists { IF_EXISTS } else { "" };
            let operator = Self { test: *test, negated: *negated, if_exists, quantifier: *quantifier };
            Some((format!("{prefix}{name}{suffix}"), operator))
        })
    }
}
