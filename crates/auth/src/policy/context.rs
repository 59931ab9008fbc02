//! What is asked: the action, the resource and the facts around them. It does not know what policies make of it.

use jiff::Timestamp;
use std::borrow::Cow;
use std::net::IpAddr;

/// May the principal of the context do this to that?
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The action, as in `ivschat:GetRoom`.
    pub action: &'a str,
    /// The resource's ARN, or `room/*` in an ARN for operations on many.
    pub resource: &'a str,
    /// The condition keys that are known.
    pub context: &'a Context<'a>,
}

/// The condition keys of one request with their values. Names of keys have no case, a tag's key in them included;
/// values have. A key that is not here is missing, and so is one with an empty set of values.
///
/// Source: IAM user guide, "AWS global condition context keys".
#[derive(Debug, Clone, Default)]
pub struct Context<'a> {
    /// Sorted by the length of the key, then by the key: most of a search compares numbers only.
    entries: Vec<(Cow<'a, str>, Values<'a>)>,
}

impl<'a> Context<'a> {
    /// A context without keys.
    #[must_use]
    pub const fn new() -> Self {
        Self { entries: Vec::new() }
    }

    /// Adds a value of a key such as `aws:username`. A key that is given twice has both values: so it is with tags
    /// whose keys differ in case only.
    pub fn add(&mut self, key: &'a str, value: impl Into<Cow<'a, str>>) {
        self.add_value(fold(key), Value { text: value.into(), typed: Typed::No });
    }

    /// Adds a key with a set of values such as `aws:TagKeys`. No values: no key.
    pub fn add_set(&mut self, key: &'a str, values: impl IntoIterator<Item = &'a str>) {
        for text in values {
            self.add_value(fold(key), Value { text: text.into(), typed: Typed::No });
        }
        if let Ok(at) = self.position(&fold(key))
            && let Some((_, values)) = self.entries.get_mut(at)
        {
            *values = Values::Set(std::mem::take(values).into_vec());
        }
    }

    /// Gives a key these values in the place of those it has: one is a value, several are a set, none takes the key
    /// away.
    pub fn replace(&mut self, key: &'a str, values: impl IntoIterator<Item = &'a str>) {
        if let Ok(at) = self.position(&fold(key)) {
            self.entries.remove(at);
        }
        for text in values {
            self.add_value(fold(key), Value { text: text.into(), typed: Typed::No });
        }
    }

    /// Adds `prefix` + key for each tag. Prefixes are `aws:ResourceTag/`, `aws:RequestTag/`, `aws:PrincipalTag/`.
    pub fn add_tags(&mut self, prefix: &str, tags: impl IntoIterator<Item = (&'a str, &'a str)>) {
        for (key, value) in tags {
            let key = fold(&format!("{prefix}{key}")).into_owned();
            self.add_value(key.into(), Value { text: value.into(), typed: Typed::No });
        }
    }

    /// Adds `aws:CurrentTime` and `aws:EpochTime`.
    pub fn add_time(&mut self, now: Timestamp) {
        let current = Value { text: now.to_string().into(), typed: Typed::Time(now) };
        self.add_value("aws:currenttime".into(), current);
        let epoch = Value { text: now.as_second().to_string().into(), typed: Typed::Time(now) };
        self.add_value("aws:epochtime".into(), epoch);
    }

    /// Adds `aws:SourceIp`. An IPv4 address in IPv6's clothes is an IPv4 address.
    pub fn add_source_ip(&mut self, address: IpAddr) {
        let address = address.to_canonical();
        let value = Value { text: address.to_string().into(), typed: Typed::Address(address) };
        self.add_value("aws:sourceip".into(), value);
    }

    /// The values of a folded key; never an empty list.
    pub(super) fn find(&self, folded: &str) -> Option<&[Value<'a>]> {
        self.entry(folded).map(Values::as_slice)
    }

    /// What a variable with a folded key stands for. Sets are unusable there.
    pub(super) fn single(&self, folded: &str) -> Single<'_> {
        match self.entry(folded) {
            None => Single::Missing,
            // Guide, "Policy variables with no value": nothing, as if the key were missing. An empty tag must not turn
            // `room/${aws:PrincipalTag/team}*` into every room.
            Some(Values::One(value)) if value.text.is_empty() => Single::Missing,
            Some(Values::One(value)) => Single::Value(&value.text),
            Some(Values::Set(_)) => Single::Unusable,
        }
    }

    fn entry(&self, folded: &str) -> Option<&Values<'a>> {
        let at = self.position(folded).ok()?;
        self.entries.get(at).map(|(_, values)| values)
    }

    fn position(&self, folded: &str) -> Result<usize, usize> {
        self.entries.binary_search_by(|(key, _)| (key.len(), key.as_ref()).cmp(&(folded.len(), folded)))
    }

    fn add_value(&mut self, key: Cow<'a, str>, value: Value<'a>) {
        match self.position(&key) {
            Err(at) => self.entries.insert(at, (key, Values::One(value))),
            Ok(at) => {
                if let Some((_, values)) = self.entries.get_mut(at) {
                    let mut all = std::mem::take(values).into_vec();
                    all.push(value);
                    *values = Values::Set(all);
                }
            }
        }
    }
}

/// A key's name, or any text, without its case. Character by character: `str::to_lowercase` looks at neighbours, and
/// what it makes of a word would not be equal to what it makes of the word within another.
pub(super) fn fold(key: &str) -> Cow<'_, str> {
    if key.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase()) {
        key.into()
    } else {
        key.chars().flat_map(char::to_lowercase).collect::<String>().into()
    }
}

/// What a variable stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Single<'a> {
    /// This text.
    Value(&'a str),
    /// Nothing: there is no such key, and a default stands for it.
    Missing,
    /// Nothing, and no default either: the key has several values.
    Unusable,
}

/// One value: its text, and what it is known to be.
#[derive(Debug, Clone)]
pub(super) struct Value<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) typed: Typed,
}

/// What need not be read out of the text again for each statement.
#[derive(Debug, Clone, Copy)]
pub(super) enum Typed {
    No,
    Time(Timestamp),
    Address(IpAddr),
}

#[derive(Debug, Clone)]
enum Values<'a> {
    One(Value<'a>),
    Set(Vec<Value<'a>>),
}

impl Default for Values<'_> {
    fn default() -> Self {
        Self::Set(Vec::new())
    }
}

impl<'a> Values<'a> {
    fn as_slice(&self) -> &[Value<'a>] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Set(values) => values,
        }
    }

    fn into_vec(self) -> Vec<Value<'a>> {
        match self {
            Self::One(value) => vec![value],
            Self::Set(values) => values,
        }
    }
}
