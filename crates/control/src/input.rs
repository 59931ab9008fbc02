//! A request's members as the operations read them: of the right JSON type, or the call ends; within the model's
//! constraints, or a violation is kept and the reading goes on.
//!
//! A member is named by its path (`messageReviewHandler/uri`). A null member is an absent one; members that the model
//! does not name are ignored.

use crate::OperationError;
use crate::document::{self, Members};
use crate::violations::Violations;
use model::{Tags, Violation};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The body of one request, while it is read.
pub(crate) struct Input {
    members: Members,
    violations: Violations,
}

/// What reading a member gives: its value, `None` if there is none to be had, or the end of the call because its JSON
/// type is wrong.
pub(crate) type Read<T> = Result<Option<T>, OperationError>;

impl Input {
    /// Reads a body.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, OperationError> {
        Ok(Self { members: document::parse(body)?, violations: Violations::default() })
    }

    /// A string that may be absent.
    pub(crate) fn optional<T>(
        &mut self,
        path: &str,
        parse: impl FnOnce(&str) -> Result<T, Violation>,
    ) -> Read<T> {
        let Some(value) = find(&self.members, path)? else { return Ok(None) };
        let text = value.as_str().ok_or_else(|| wrong_type(path, "a string"))?;
        Ok(self.violations.keep(path, parse(text)))
    }

    /// A string; `default` if it is absent.
    pub(crate) fn or_default<T>(
        &mut self,
        path: &str,
        default: &str,
        parse: impl FnOnce(&str) -> Result<T, Violation>,
    ) -> Read<T> {
        let text = match find(&self.members, path)? {
            Some(value) => value.as_str().ok_or_else(|| wrong_type(path, "a string"))?,
            None => default,
        };
        Ok(self.violations.keep(path, parse(text)))
    }

    /// A string that must be there.
    pub(crate) fn required<T>(
        &mut self,
        path: &str,
        parse: impl FnOnce(&str) -> Result<T, Violation>,
    ) -> Read<T> {
        self.require(path)?;
        self.optional(path, parse)
    }

    /// Keeps a violation if there is no such member.
    pub(crate) fn require(&mut self, path: &str) -> Result<(), OperationError> {
        if find(&self.members, path)?.is_none() {
            self.violations.keep::<()>(path, Err(Violation::Missing));
        }
        Ok(())
    }

    /// An integer that may be absent.
    pub(crate) fn integer(&mut self, path: &str, range: RangeInclusive<u32>) -> Read<u32> {
        let Some(value) = find(&self.members, path)? else { return Ok(None) };
        let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
        let number = number.ok_or_else(|| wrong_type(path, "an integer"))?;
        let (min, max) = (i64::from(*range.start()), i64::from(*range.end()));
        let in_range = u32::try_from(number).ok().filter(|number| range.contains(number));
        Ok(self.violations.keep(path, in_range.ok_or(Violation::Range { min, max })))
    }

    /// A boolean that may be absent.
    pub(crate) fn boolean(&mut self, path: &str) -> Read<bool> {
        let Some(value) = find(&self.members, path)? else { return Ok(None) };
        value.as_bool().map(Some).ok_or_else(|| wrong_type(path, "a boolean"))
    }

    /// A list of strings of at most `max` items that may be absent.
    pub(crate) fn list<T>(
        &mut self,
        path: &str,
        max: usize,
        parse: impl Fn(&str) -> Result<T, Violation>,
    ) -> Read<Vec<T>> {
        let Some(value) = find(&self.members, path)? else { return Ok(None) };
        let items = value.as_array().ok_or_else(|| wrong_type(path, "a list"))?;
        let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
        let texts = texts.ok_or_else(|| wrong_type(path, "a list of strings"))?;
        self.violations.keep(path, Violation::check_count(texts.len(), 0, max));
        let mut parsed = Vec::with_capacity(texts.len());
        for (index, text) in texts.into_iter().enumerate() {
            parsed.extend(self.violations.keep(&format!("{path}/{index}"), parse(text)));
        }
        Ok(Some(parsed))
    }

    /// A map of strings that may be absent.
    pub(crate) fn map<T>(
        &mut self,
        path: &str,
        parse: impl FnOnce(BTreeMap<String, String>) -> Result<T, Violation>,
    ) -> Read<T> {
        let Some(value) = find(&self.members, path)? else { return Ok(None) };
        let members = value.as_object().ok_or_else(|| wrong_type(path, "a map"))?;
        let pair = |(key, value): (&String, &Value)| Some((key.clone(), value.as_str()?.to_owned()));
        let pairs: Option<BTreeMap<_, _>> = members.iter().map(pair).collect();
        let pairs = pairs.ok_or_else(|| wrong_type(path, "a map of strings"))?;
        Ok(self.violations.keep(path, parse(pairs)))
    }

    /// A map of strings, or of lists of strings, that may be absent; of at most so many keys, values, and code points
    /// in each.
    pub(crate) fn lists(
        &mut self,
        path: &str,
        (keys, values, length): (usize, usize, usize),
    ) -> Read<BTreeMap<String, Vec<String>>> {
        let Some(value) = find(&self.members, path)? else { return Ok(None) };
        let members = value.as_object().ok_or_else(|| wrong_type(path, "a map"))?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let list = |value: &Value| match value {
            Value::Array(items) => items.iter().map(text).collect(),
            alone => text(alone).map(|alone| vec![alone]),
        };
        let lists = members.iter().map(|(key, value)| Some((key.clone(), list(value)?)));
        let lists: Option<BTreeMap<_, Vec<String>>> = lists.collect();
        let lists = lists.ok_or_else(|| wrong_type(path, "a map of strings or of their lists"))?;
        let all = || lists.iter().flat_map(|(key, values)| values.iter().chain([key]));
        let checked = Violation::check_count(lists.len(), 0, keys)
            .and_then(|()| Violation::check_count(lists.values().map(Vec::len).sum(), 0, values))
            .and_then(|()| all().try_for_each(|text| Violation::check_length(text, 0, length)));
        Ok(self.violations.keep(path, checked.map(|()| lists)))
    }

    /// The member `tags`, which may be absent.
    pub(crate) fn tags(&mut self) -> Read<Tags> {
        self.map("tags", Tags::parse)
    }

    /// Which one of `variants` the union at `path` holds, if there is a union. `__type` is no variant, but what some
    /// SDKs write beside one.
    pub(crate) fn union(&mut self, path: &str, variants: &[&'static str]) -> Read<&'static str> {
        let Some(value) = find(&self.members, path)? else { return Ok(None) };
        let members = value.as_object().ok_or_else(|| wrong_type(path, "a union"))?;
        let mut given = members.iter().filter(|(name, _)| *name != "__type");
        let one = || wrong_type(path, "a union of exactly one member");
        match (given.next(), given.next()) {
            (Some((name, Value::Object(_))), None) => {
                variants.iter().copied().find(|variant| variant == name).map(Some).ok_or_else(one)
            }
            _ => Err(one()),
        }
    }

    /// Keeps what was parsed from elsewhere than the body.
    pub(crate) fn keep<T>(&mut self, name: &str, parsed: Result<T, Violation>) -> Option<T> {
        self.violations.keep(name, parsed)
    }

    /// Keeps what is wrong with a member in other words than the model's.
    pub(crate) fn refuse(&mut self, name: &str, message: String) {
        self.violations.refuse(name, message);
    }

    /// What `build` makes of the values read.
    pub(crate) fn finish<T>(self, build: impl FnOnce() -> Option<T>) -> Result<T, OperationError> {
        self.violations.finish(build)
    }
}

/// The value at a path, unless it or a structure on the way is absent or null.
fn find<'a>(members: &'a Members, path: &str) -> Result<Option<&'a Value>, OperationError> {
    let Some((structure, rest)) = path.split_once('/') else {
        return Ok(members.get(path).filter(|value| !value.is_null()));
    };
    match members.get(structure) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(members)) => find(members, rest),
        Some(_) => Err(wrong_type(structure, "a structure")),
    }
}

fn wrong_type(path: &str, expected: &str) -> OperationError {
    OperationError::Serialization(format!("The value at '/{path}' is not {expected}"))
}
