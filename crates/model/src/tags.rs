//! Tags: what an owner writes on a resource.

use crate::Violation;
use std::collections::BTreeMap;

/// Up to 50 tags; keys of 1 to 128 and values of 0 to 256 characters, of any Unicode.
///
/// Source: API reference, `Tags`, `TagKey`, `TagValue`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tags(BTreeMap<String, String>);

impl Tags {
    /// How many tags a resource may have.
    pub const MAX: usize = 50;

    /// Takes a map of tags.
    ///
    /// # Errors
    /// [`Violation::Length`] for a key, a value or the number of tags, [`Violation::Rule`] for a reserved key.
    pub fn parse(map: BTreeMap<String, String>) -> Result<Self, Violation> {
        Violation::check_count(map.len(), 0, Self::MAX)?;
        for (key, value) in &map {
            Self::check_key(key)?;
            Violation::check_length(value, 0, 256)?;
        }
        Ok(Self(map))
    }

    /// Checks one key, as `UntagResource` gives it.
    ///
    /// # Errors
    /// As [`Tags::parse`].
    pub fn check_key(key: &str) -> Result<(), Violation> {
        Violation::check_length(key, 1, 128)?;
        if key.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:")) {
            return Err(Violation::Rule("Tag keys must not begin with aws:"));
        }
        Ok(())
    }

    /// These tags with `more` written over them.
    ///
    /// # Errors
    /// [`Violation::Length`] when they would be more than 50.
    pub fn with(&self, more: &Self) -> Result<Self, Violation> {
        let mut map = self.0.clone();
        map.extend(more.0.clone());
        Self::parse(map)
    }

    /// These tags without `keys`; a key that is not there is no error.
    #[must_use]
    pub fn without(&self, keys: &[String]) -> Self {
        let mut map = self.0.clone();
        map.retain(|key, _| !keys.contains(key));
        Self(map)
    }

    /// These tags, if no two of their keys differ in case only: to a policy those would be one key with two values.
    ///
    /// Source: IAM user guide, "Tags for IAM resources", case sensitivity.
    ///
    /// # Errors
    /// [`Violation::Rule`]
    pub fn distinct_without_case(self) -> Result<Self, Violation> {
        let fold = |key: &String| key.chars().flat_map(char::to_lowercase).collect::<String>();
        let folded: std::collections::BTreeSet<_> = self.0.keys().map(fold).collect();
        if folded.len() < self.0.len() {
            return Err(Violation::Rule("Tag keys must differ in more than case"));
        }
        Ok(self)
    }

    /// The tags, sorted by key.
    #[must_use]
    pub const fn as_map(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Result<Tags, Violation> {
        Tags::parse(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn keys_and_values_are_any_unicode() {
        assert!(tags(&[("a b/é+~%2F", "🦀"), ("k", "")]).is_ok());
        assert!(tags(&[("", "v")]).is_err());
        assert!(tags(&[("aws:x", "v")]).is_err());
        assert!(tags(&[("k", &"v".repeat(257))]).is_err());
    }

    #[test]
    fn keys_may_have_to_differ_in_more_than_case() {
        assert!(tags(&[("team", ""), ("teams", "")]).unwrap().distinct_without_case().is_ok());
        for other in ["TEAM", "Team"] {
            assert!(tags(&[("team", ""), (other, "")]).unwrap().distinct_without_case().is_err());
        }
        assert!(tags(&[("é", ""), ("É", "")]).unwrap().distinct_without_case().is_err());
    }

    #[test]
    fn fifty_tags_and_no_more() {
        let many = |n: usize| Tags::parse((0..n).map(|i| (format!("k{i}"), String::new())).collect());
        let full = many(50).unwrap();
        assert!(many(51).is_err());
        assert!(full.with(&tags(&[("k0", "new")]).unwrap()).is_ok());
        assert!(full.with(&tags(&[("other", "")]).unwrap()).is_err());
        assert!(full.without(&["k0".into(), "nope".into()]).with(&tags(&[("other", "")]).unwrap()).is_ok());
    }
}
