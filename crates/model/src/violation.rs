//! What a value broke: the constraint, worded as AWS's servers word it.

/// A constraint of the service model that a value does not meet.
///
/// Source: the wording of Smithy's server validation ("Member must …"), lengths counted in code points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violation {
    /// A required member is absent or null.
    Missing,
    /// A length outside `min..=max`; for strings in Unicode code points, for maps and lists in members.
    Length {
        /// The length that was given.
        actual: usize,
        /// The least that is allowed.
        min: usize,
        /// The most that is allowed.
        max: usize,
    },
    /// A number outside `min..=max`.
    Range {
        /// The least that is allowed.
        min: i64,
        /// The most that is allowed.
        max: i64,
    },
    /// A string that does not match a pattern.
    Pattern(&'static str),
    /// A string that is none of an enumeration's values.
    Enum(&'static [&'static str]),
    /// A rule that no trait of the model expresses; the text is a whole clause.
    Rule(&'static str),
}

impl Violation {
    /// Checks that `text` has `min..=max` code points.
    ///
    /// # Errors
    /// [`Violation::Length`].
    pub fn check_length(text: &str, min: usize, max: usize) -> Result<(), Self> {
        // A code point is at most four bytes: what is longer than that need not be counted to the end.
        let actual = if text.len() > max.saturating_mul(4) { text.len() } else { text.chars().count() };
        if (min..=max).contains(&actual) { Ok(()) } else { Err(Self::Length { actual, min, max }) }
    }

    /// Checks that `count` is in `min..=max`.
    ///
    /// # Errors
    /// [`Violation::Length`].
    pub fn check_count(count: usize, min: usize, max: usize) -> Result<(), Self> {
        if (min..=max).contains(&count) { Ok(()) } else { Err(Self::Length { actual: count, min, max }) }
    }

    /// Checks that every byte of `text` is one that `allowed` takes; `pattern` is what the message shows.
    ///
    /// # Errors
    /// [`Violation::Pattern`].
    pub fn check_bytes(text: &str, pattern: &'static str, allowed: fn(u8) -> bool) -> Result<(), Self> {
        if text.bytes().all(allowed) { Ok(()) } else { Err(Self::Pattern(pattern)) }
    }

    /// The sentence for the member at `path` (`/name`, `/tags/key`). The value itself is never shown: it may be
    /// sensitive.
    #[must_use]
    pub fn describe(&self, path: &str) -> String {
        match self {
            Self::Length { actual, min, max } => format!(
                "Value with length {actual} at '{path}' failed to satisfy constraint: \
                 Member must have length between {min} and {max}, inclusive"
            ),
            Self::Missing => at(path, "Member must not be null"),
            Self::Range { min, max } => {
                at(path, &format!("Member must be between {min} and {max}, inclusive"))
            }
            Self::Pattern(pattern) => {
                at(path, &format!("Member must satisfy regular expression pattern: {pattern}"))
            }
            Self::Enum(values) => {
                at(path, &format!("Member must satisfy enum value set: [{}]", values.join(", ")))
            }
            Self::Rule(rule) => at(path, rule),
        }
    }
}

fn at(path: &str, rule: &str) -> String {
    format!("Value at '{path}' failed to satisfy constraint: {rule}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_count_code_points() {
        assert_eq!(Violation::check_length("héé", 1, 3), Ok(()));
        assert_eq!(Violation::check_length("🦀🦀🦀", 1, 3), Ok(()));
        assert!(Violation::check_length("🦀🦀🦀🦀", 1, 3).is_err());
        assert!(Violation::check_length("", 1, 3).is_err());
    }

    #[test]
    fn the_sentences_are_those_of_smithy() {
        let length = Violation::Length { actual: 129, min: 1, max: 128 };
        assert_eq!(
            length.describe("/x"),
            "Value with length 129 at '/x' failed to satisfy constraint: \
             Member must have length between 1 and 128, inclusive"
        );
        assert_eq!(
            Violation::Enum(&["ALLOW", "DENY"]).describe("/f"),
            "Value at '/f' failed to satisfy constraint: Member must satisfy enum value set: [ALLOW, DENY]"
        );
    }
}
