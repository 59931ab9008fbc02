//! Texts of a policy, compiled: wildcards, variables and escapes. It does not know where in a policy they stand.
//!
//! What comes out of a variable is text and never a wildcard.

use super::context::{Context, Single, fold};
use super::error::PolicyFault;
use super::glob::{Piece, Star, matches};
use std::borrow::Cow;

/// Which language a policy speaks: only the younger one has variables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V2008,
    V2012,
}

/// A part of a policy's text as it is written.
#[derive(Debug, Clone)]
pub(super) enum Part {
    /// Text in which wildcards may stand.
    Plain(String),
    /// `${*}`, `${?}` or `${$}`: this text.
    Escaped(&'static str),
    /// `${key}` or `${key, 'default'}`.
    Variable(Variable),
}

/// A condition key's value, and what stands for it when there is none.
#[derive(Debug, Clone)]
pub(super) struct Variable {
    key: Box<str>,
    default: Option<Box<str>>,
}

impl Variable {
    fn resolve<'v>(&'v self, context: &'v Context<'_>) -> Option<&'v str> {
        match context.single(&self.key) {
            Single::Value(text) => Some(text),
            Single::Missing => self.default.as_deref(),
            Single::Unusable => None,
        }
    }
}

/// Cuts a text at its variables. Source: IAM user guide, "IAM policy elements: Variables and tags".
pub(super) fn parts(text: &str, version: Version) -> Result<Vec<Part>, PolicyFault> {
    let mut parts = Vec::new();
    let mut rest = text;
    while version == Version::V2012
        && let Some((plain, variable)) = rest.split_once("${")
    {
        if !plain.is_empty() {
            parts.push(Part::Plain(plain.to_owned()));
        }
        let (part, after) = variable_part(variable).ok_or(PolicyFault::BadVariable)?;
        parts.push(part);
        rest = after;
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push(Part::Plain(rest.to_owned()));
    }
    Ok(parts)
}

/// Reads what follows `${`, and gives what follows the variable.
fn variable_part(text: &str) -> Option<(Part, &str)> {
    for (escape, meaning) in [("*}", "*"), ("?}", "?"), ("$}", "$")] {
        if let Some(rest) = text.strip_prefix(escape) {
            return Some((Part::Escaped(meaning), rest));
        }
    }
    let (key, rest) = text.split_at(text.find([',', '}'])?);
    let key = key.trim();
    if !is_key(key) {
        return None;
    }
    let key = fold(key).into();
    if let Some(rest) = rest.strip_prefix('}') {
        return Some((Part::Variable(Variable { key, default: None }), rest));
    }
    let (default, rest) = rest.strip_prefix(',')?.trim_start().strip_prefix('\'')?.split_once('\'')?;
    let rest = rest.trim_start().strip_prefix('}')?;
    Some((Part::Variable(Variable { key, default: Some(default.into()) }), rest))
}

/// Whether this may be a condition key: a service, a colon and a name of the characters that a tag's key may have.
pub(super) fn is_key(key: &str) -> bool {
    /// The longest tag key, its prefix, and room for keys to come.
    const LONGEST: usize = 1_024;
    if key.len() > LONGEST {
        return false;
    }
    let name_character = |char: char| char.is_alphanumeric() || " +-=._:/@".contains(char);
    key.split_once(':').is_some_and(|(service, name)| {
        let service_character = |char: char| char.is_ascii_alphanumeric() || char == '-';
        !service.is_empty()
            && service.chars().all(service_character)
            && !name.is_empty()
            && name.chars().all(name_character)
    })
}

/// A compiled text.
#[derive(Debug, Clone)]
pub(super) enum Pattern {
    /// Without variables.
    Fixed(Box<[Piece<Box<str>>]>),
    /// With variables.
    Template(Box<[Slot]>),
}

#[derive(Debug, Clone)]
pub(super) enum Slot {
    Piece(Piece<Box<str>>),
    Variable(Variable),
}

impl Star for Slot {
    fn is_star(&self) -> bool {
        matches!(self, Self::Piece(Piece::Many))
    }
}

impl Pattern {
    /// A text in which `*` and `?` are wildcards.
    pub(super) fn wild(parts: &[Part]) -> Self {
        Self::compile(parts, |plain| Piece::parse(plain).collect())
    }

    /// A text in which they are not.
    pub(super) fn exact(parts: &[Part]) -> Self {
        Self::compile(parts, |plain| vec![Piece::Text(plain.into())])
    }

    fn compile(parts: &[Part], read: impl Fn(&str) -> Vec<Piece<Box<str>>>) -> Self {
        let slots = parts.iter().flat_map(|part| match part {
            Part::Plain(plain) => read(plain).into_iter().map(Slot::Piece).collect(),
            Part::Escaped(text) => vec![Slot::Piece(Piece::Text((*text).into()))],
            Part::Variable(variable) => vec![Slot::Variable(variable.clone())],
        });
        let slots: Vec<_> = slots.collect();
        let fixed = slots.iter().map(|slot| match slot {
            Slot::Piece(piece) => Some(piece.clone()),
            Slot::Variable(_) => None,
        });
        match fixed.collect() {
            Some(pieces) => Self::Fixed(pieces),
            None => Self::Template(slots.into()),
        }
    }

    /// Whether it matches the whole text. A variable without a value: no.
    pub(super) fn matches(&self, text: &str, context: &Context<'_>) -> bool {
        match self {
            Self::Fixed(pieces) => matches(pieces, Piece::view, text),
            Self::Template(slots) => matches(slots, |slot| resolve(slot, context), text),
        }
    }

    /// Whether a variable in it stands for nothing.
    pub(super) fn is_unresolved(&self, context: &Context<'_>) -> bool {
        match self {
            Self::Fixed(_) => false,
            Self::Template(slots) => slots.iter().any(|slot| resolve(slot, context).is_none()),
        }
    }

    /// Whether a variable in it has a key that begins so.
    pub(super) fn reads(&self, prefix: &str) -> bool {
        match self {
            Self::Fixed(_) => false,
            Self::Template(slots) => slots
                .iter()
                .any(|slot| matches!(slot, Slot::Variable(variable) if variable.key.starts_with(prefix))),
        }
    }

    /// Its text when it has no wildcards, and its variables have values.
    pub(super) fn text(&self, context: &Context<'_>) -> Option<Cow<'_, str>> {
        match self {
            Self::Fixed(pieces) => match pieces.as_ref() {
                [Piece::Text(text)] => Some(text.as_ref().into()),
                pieces => join(pieces.iter().map(Piece::view)),
            },
            Self::Template(slots) => join(slots.iter().map(|slot| resolve(slot, context))),
        }
    }
}

fn join<'p>(pieces: impl Iterator<Item = Option<Piece<&'p str>>>) -> Option<Cow<'static, str>> {
    let texts = pieces.map(|piece| match piece? {
        Piece::Text(text) => Some(text),
        Piece::One | Piece::Many => None,
    });
    texts.collect::<Option<String>>().map(Cow::Owned)
}

fn resolve<'p>(slot: &'p Slot, context: &'p Context<'_>) -> Option<Piece<&'p str>> {
    match slot {
        Slot::Piece(piece) => piece.view(),
        Slot::Variable(variable) => variable.resolve(context).map(Piece::Text),
    }
}

/// An action: `*` or `service:Action`, with wildcards anywhere, without case. It matches a request's action in lower
/// case.
pub(super) fn action(text: &str) -> Result<Pattern, PolicyFault> {
    let is_word = |word: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.*?".contains(&byte);
        !word.is_empty() && word.bytes().all(fits)
    };
    let is_action = text == "*" || text.split_once(':').is_some_and(|(a, b)| is_word(a) && is_word(b));
    if !is_action {
        return Err(PolicyFault::BadAction);
    }
    Ok(Pattern::wild(&[Part::Plain(text.to_ascii_lowercase())]))
}

/// A resource: `*` or an ARN of six segments.
pub(super) fn resource(text: &str, version: Version) -> Result<Pattern, PolicyFault> {
    let parts = parts(text, version)?;
    if text == "*" {
        return Ok(Pattern::wild(&parts));
    }
    let [Part::Plain(head), ..] = parts.as_slice() else { return Err(PolicyFault::BadArn) };
    let segments: Vec<_> = head.splitn(6, ':').collect();
    let [scheme, partition, service, _, _, id] = segments.as_slice() else {
        let fault = if parts.len() > 1 { PolicyFault::VariableTooEarly } else { PolicyFault::BadArn };
        return Err(fault);
    };
    let has_id = !id.is_empty() || parts.len() > 1;
    if *scheme != "arn" || partition.is_empty() || service.is_empty() || !has_id {
        return Err(PolicyFault::BadArn);
    }
    Ok(Pattern::wild(&parts))
}
