//! What can be wrong with a rule set, and where.

use std::fmt;
use std::io;

/// A rule set that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {problem}")]
pub struct RuleError {
    /// Where it is, in the words of the definition: `rule[3].patterns[0]`.
    pub path: String,
    /// What it is.
    #[source]
    pub problem: Problem,
}

/// What is wrong.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// A name that cannot stand in a function's ARN.
    #[error("must be 1 to 64 characters of [a-zA-Z0-9_-]")]
    Name,
    /// More than the limit.
    #[error("too many: at most {most} in a rule set")]
    TooMany {
        /// The limit.
        most: usize,
    },
    /// A text that is too long or empty.
    #[error("must have 1 to {most} characters")]
    Length {
        /// The limit.
        most: usize,
    },
    /// A number out of its range.
    #[error("must be between {least} and {most}")]
    Number {
        /// The smallest.
        least: u64,
        /// The largest.
        most: u64,
    },
    /// Words that have too many characters together.
    #[error("too large: the words of a rule set have at most {most} characters")]
    Characters {
        /// The limit.
        most: usize,
    },
    /// A list of nothing.
    #[error("is empty: the rule would never apply")]
    Empty,
    /// A file that could not be read.
    #[error("cannot be read: {0}")]
    File(#[source] io::Error),
    /// A word of which nothing remains.
    #[error("holds neither a letter nor a digit nor a picture")]
    NoWord,
    /// A sign in a word which parts words in messages, so that the word would never be found as it is written.
    #[error("holds `{0}`, which cannot be a part of a word: use a regex")]
    Sign(char),
    /// A regular expression that does not parse.
    #[error("not a regular expression: {0}")]
    Pattern(String),
    /// A regular expression that applies to everything.
    #[error("matches the empty text, and so every message")]
    MatchesEmptyText,
    /// Expressions that take too much memory.
    #[error("too large: the set's regular expressions would take more than {most} bytes")]
    Memory {
        /// The limit.
        most: usize,
    },
    /// Not a host.
    #[error("not a host such as `example.com` or `*.example.com`")]
    Host,
    /// A mask that would not hide or could be read.
    #[error("must be one visible character that is no letter, digit, space or any of !$@+|€£¢")]
    Mask,
    /// An action that the kind of rule does not know.
    #[error("this kind of rule can only deny")]
    CannotMask,
}

impl RuleError {
    pub(super) fn new(path: impl fmt::Display, problem: Problem) -> Self {
        Self { path: path.to_string(), problem }
    }

    /// The same error, seen from further above.
    pub(super) fn within(self, outer: impl fmt::Display) -> Self {
        Self { path: format!("{outer}.{}", self.path), problem: self.problem }
    }
}
