//! What `grep` looks for. The engine takes linear time, whatever the expression is.

use super::record::Record;
use crate::cli::error::CliError;
use regex_automata::meta::{Config, Regex};
use regex_automata::util::syntax;

/// What the expression may take; it may hold large repetitions.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// A compiled expression.
#[derive(Debug)]
pub(super) struct Pattern(Regex);

impl Pattern {
    /// Compiles an expression, or plain text.
    pub(super) fn compile(text: &str, is_fixed: bool, ignores_case: bool) -> Result<Self, CliError> {
        let config = Config::new().nfa_size_limit(Some(MOST_BYTES));
        let syntax = syntax::Config::new().case_insensitive(ignores_case);
        let expression = if is_fixed { escaped(text) } else { text.to_owned() };
        let regex = Regex::builder().configure(config).syntax(syntax).build(&expression);
        regex.map(Self).map_err(|error| {
            let cause = error.syntax_error().map_or_else(|| error.to_string(), ToString::to_string);
            // The engine draws the expression and points to the place: the last line says what is wrong.
            let cause = cause.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
            CliError::Usage(format!(
                "the pattern is no regular expression: {cause}; correct it, or look for it as it is with --fixed"
            ))
        })
    }

    /// Whether a record has it.
    pub(super) fn is_in(&self, record: &Record) -> bool {
        record.words().any(|text| self.0.is_match(text))
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        if r"\.+*?()|[]{}^$#&-~".contains(char) {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pattern: &str, is_fixed: bool, ignores_case: bool, text: &str, expected: bool) {
        let pattern = Pattern::compile(pattern, is_fixed, ignores_case).unwrap();
        assert_eq!(pattern.0.is_match(text), expected, "{pattern:?} {text}");
    }

    #[test]
    fn expressions_and_plain_text() {
        check("a.c$", false, false, "xabc", true);
        check("a.c$", false, false, "xabC", false);
        check("É", false, true, "née", true);
        check("a.c", true, false, "abc", false);
        check("A.C", true, true, "xa.cx", true);
        for char in ' '..='~' {
            check(&char.to_string(), true, false, &format!("é{char}é"), true);
            check(&format!("x{char}"), true, false, "x", false);
        }
    }

    #[test]
    fn a_wrong_expression_is_one_sentence() {
        for pattern in ["(", "a{", "[b-a]", r"\8", "(?:x{1000}){1000}{1000}"] {
            let error = Pattern::compile(pattern, false, false).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            let said = error.to_string();
            assert!(said.contains("--fixed") && said.lines().count() == 1, "{said}");
        }
    }
}
