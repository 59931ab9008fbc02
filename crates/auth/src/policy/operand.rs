//! The values of conditions, compiled, each compared with one value of a request. It knows no missing keys and no
//! negation.

use super::context::{Context, Typed, Value, fold};
use super::error::PolicyFault;
use super::operator::{Order, Test};
use super::pattern::{Part, Pattern, Version, parts};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use model::Network;

/// A value of a policy's condition.
#[derive(Debug, Clone)]
pub(super) enum Operand {
    Text(Pattern),
    IgnoreCase(Pattern),
    Arn(Box<[Pattern; 6]>),
    /// A variable that stands for a whole ARN.
    WholeArn(Pattern),
    Number(Order, f64),
    Date(Order, Timestamp),
    Bool(bool),
    Binary(Box<[u8]>),
    Network(Network),
    /// `Null`: whether the key must be missing.
    Missing(bool),
    /// Nothing that the operator can read. IAM takes it, and it never matches, negated neither.
    Malformed,
}

impl Operand {
    /// Compiles a value. Only a malformed variable is an error.
    pub(super) fn parse(text: &str, test: Test, version: Version) -> Result<Self, PolicyFault> {
        let typed = match test {
            Test::Equals => Some(Self::Text(Pattern::exact(&parts(text, version)?))),
            Test::EqualsIgnoreCase => Some(Self::IgnoreCase(Pattern::exact(&parts(text, version)?))),
            Test::Like => Some(Self::Text(Pattern::wild(&parts(text, version)?))),
            Test::Arn => arn(&parts(text, version)?),
            Test::Numeric(order) => number(text).map(|number| Self::Number(order, number)),
            Test::Date(order) => date(text).map(|date| Self::Date(order, date)),
            Test::Bool => boolean(text).map(Self::Bool),
            Test::Null => boolean(text).map(Self::Missing),
            Test::Binary => STANDARD.decode(text).ok().map(|bytes| Self::Binary(bytes.into())),
            Test::Ip => Network::parse(text).map(Self::Network),
        };
        Ok(typed.unwrap_or(Self::Malformed))
    }

    /// Whether a variable in it stands for nothing.
    pub(super) fn is_unresolved(&self, context: &Context<'_>) -> bool {
        match self {
            Self::Text(pattern) | Self::IgnoreCase(pattern) | Self::WholeArn(pattern) => {
                pattern.is_unresolved(context)
            }
            Self::Arn(segments) => segments.iter().any(|segment| segment.is_unresolved(context)),
            _ => false,
        }
    }

    /// Whether a variable in it has a key that begins so.
    pub(super) fn reads(&self, prefix: &str) -> bool {
        match self {
            Self::Text(pattern) | Self::IgnoreCase(pattern) | Self::WholeArn(pattern) => {
                pattern.reads(prefix)
            }
            Self::Arn(segments) => segments.iter().any(|segment| segment.reads(prefix)),
            _ => false,
        }
    }

    /// Whether the request's value is what this one asks for. A request's value that the operator cannot read is not.
    pub(super) fn agrees(&self, found: &Value<'_>, context: &Context<'_>) -> bool {
        let text = found.text.as_ref();
        match self {
            Self::Text(pattern) => pattern.matches(text, context),
            Self::IgnoreCase(pattern) => {
                pattern.text(context).is_some_and(|wanted| equal_ignoring_case(&wanted, text))
            }
            Self::Arn(segments) => {
                let mut found = text.splitn(6, ':');
                segments.iter().all(|wanted| found.next().is_some_and(|text| wanted.matches(text, context)))
            }
            Self::WholeArn(pattern) => text.splitn(6, ':').count() == 6 && pattern.matches(text, context),
            Self::Number(order, wanted) => number(text).is_some_and(|found| order.holds(&found, wanted)),
            Self::Date(order, wanted) => {
                let found = if let Typed::Time(time) = found.typed { Some(time) } else { date(text) };
                found.is_some_and(|found| order.holds(&to_second(found), &to_second(*wanted)))
            }
            Self::Bool(wanted) => boolean(text) == Some(*wanted),
            Self::Binary(wanted) => text.as_bytes() == wanted.as_ref(),
            Self::Network(network) => {
                let address =
                    if let Typed::Address(address) = found.typed { Some(address) } else { text.parse().ok() };
                address.is_some_and(|address| network.contains(address.to_canonical()))
            }
            Self::Missing(_) | Self::Malformed => false,
        }
    }
}

fn equal_ignoring_case(left: &str, right: &str) -> bool {
    left.eq_ignore_ascii_case(right) || (!(left.is_ascii() && right.is_ascii()) && fold(left) == fold(right))
}

/// Cuts an ARN at its first five colons, before variables are filled in: their text cannot shift the segments. A
/// variable that is the whole value stands for a whole ARN.
fn arn(parts: &[Part]) -> Option<Operand> {
    if let [Part::Variable(_)] = parts {
        return Some(Operand::WholeArn(Pattern::exact(parts)));
    }
    let mut segments: Vec<Vec<Part>> = vec![Vec::new()];
    for part in parts {
        let Part::Plain(plain) = part else {
            segments.last_mut()?.push(part.clone());
            continue;
        };
        for (index, text) in plain.splitn(7 - segments.len(), ':').enumerate() {
            if index > 0 {
                segments.push(Vec::new());
            }
            segments.last_mut()?.push(Part::Plain(text.to_owned()));
        }
    }
    let patterns: Vec<_> = segments.iter().map(|segment| Pattern::wild(segment)).collect();
    patterns.try_into().ok().map(|segments| Operand::Arn(Box::new(segments)))
}

/// A finite decimal number.
fn number(text: &str) -> Option<f64> {
    let is_numeric = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    text.parse().ok().filter(|number: &f64| is_numeric && number.is_finite())
}

fn boolean(text: &str) -> Option<bool> {
    match text {
        _ if text.eq_ignore_ascii_case("true") => Some(true),
        _ if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Seconds since 1970, a month or a day (its first midnight in UTC), or a time with its offset. Source: IAM user guide,
/// "Date condition operators"; W3C's profile of ISO 8601, of which a year alone is not taken: it is a number.
fn date(text: &str) -> Option<Timestamp> {
    if let Ok(seconds) = text.parse() {
        return Timestamp::from_second(seconds).ok();
    }
    let fits = |byte: u8| byte.is_ascii_digit() || b"-:+.TZ".contains(&byte);
    if !text.bytes().all(fits) {
        return None;
    }
    match text.len() {
        _ if text.contains('T') => text.parse().ok(),
        MONTH_LENGTH => format!("{text}-01T00:00:00Z").parse().ok(),
        _ => format!("{text}T00:00:00Z").parse().ok(),
    }
}

/// `YYYY-MM`
const MONTH_LENGTH: usize = 7;

/// Policies count in seconds, as `aws:EpochTime` does: a date would else never be equal to now.
fn to_second(time: Timestamp) -> i64 {
    time.as_second()
}
