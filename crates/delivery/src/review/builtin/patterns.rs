//! Regular expressions: all of a rule's in one automaton over the text as it was written.
//!
//! Linear time comes from the engine, `regex-automata`, which is what the `regex` crate is made of. It is used directly
//! because it searches for many expressions at once, with positions, and says how much memory it takes.

use super::error::{Problem, RuleError};
use super::limits::{PATTERNS_CACHE_BYTES, PATTERNS_MOST_MEMORY};
use super::text::{Scope, Span};
use regex_automata::meta::{BuildError, Config, Regex};
use regex_automata::util::syntax;
use regex_automata::{Input, PatternSet};

/// The expressions of one rule, as one: `a|b|c`.
#[derive(Debug)]
pub(super) struct Patterns {
    regex: Regex,
}

impl Patterns {
    /// Compiles expressions into at most so many bytes.
    pub(super) fn compile(
        patterns: &[String],
        is_case_insensitive: bool,
        bytes: usize,
    ) -> Result<Self, RuleError> {
        let config = Config::new()
            .nfa_size_limit(Some(bytes))
            .hybrid_cache_capacity(PATTERNS_CACHE_BYTES)
            .onepass(false)
            .dfa(false);
        let syntax = syntax::Config::new().case_insensitive(is_case_insensitive);
        let regex =
            Regex::builder().configure(config).syntax(syntax).build_many(patterns).map_err(explain)?;
        let mut empty = PatternSet::new(regex.pattern_len());
        regex.which_overlapping_matches(&Input::new(""), &mut empty);
        match empty.iter().next() {
            Some(pattern) => Err(RuleError::new(
                format_args!("patterns[{}]", pattern.as_usize()),
                Problem::MatchesEmptyText,
            )),
            None => Ok(Self { regex }),
        }
    }

    /// The bytes that they take.
    pub(super) fn memory(&self) -> usize {
        self.regex.memory_usage()
    }

    pub(super) fn find(&self, content: &str, scope: Scope) -> Vec<Span> {
        match scope {
            Scope::First => self.regex.find(content).map(|found| found.range()).into_iter().collect(),
            Scope::All => self.regex.find_iter(content).map(|found| found.range()).collect(),
        }
    }
}

fn explain(error: BuildError) -> RuleError {
    let problem = match error.size_limit() {
        Some(_) => Problem::Memory { most: PATTERNS_MOST_MEMORY },
        None => Problem::Pattern(error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string)),
    };
    match error.pattern() {
        Some(pattern) => RuleError::new(format_args!("patterns[{}]", pattern.as_usize()), problem),
        None => RuleError::new("patterns", problem),
    }
}
