//! One file as the rules see it: its path, its text, and its code with comments and strings blanked out.

use std::fmt;

/// What is wrong where, and what to write instead.
#[derive(Debug, PartialEq)]
pub(crate) struct Complaint {
    /// Path from the root of the repository.
    pub(crate) path: String,
    /// Counted from 1; 0 when the complaint is about the whole file.
    pub(crate) line: usize,
    /// The sentence for the writer.
    pub(crate) advice: String,
}

impl fmt::Display for Complaint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(formatter, "{}: {}", self.path, self.advice),
            line => write!(formatter, "{}:{line}: {}", self.path, self.advice),
        }
    }
}

/// One file.
pub(crate) struct Source {
    /// Path from the root of the repository, with `/`.
    pub(crate) path: String,
    /// The file as it stands.
    pub(crate) text: String,
    /// Of a Rust file: the text with comments, strings and character literals turned to spaces, line by line the same.
    pub(crate) code: String,
}

impl Source {
    /// Takes the file apart.
    pub(crate) fn new(path: &str, text: String) -> Self {
        let code = if path.ends_with(".rs") { blank(&text) } else { String::new() };
        Self { path: path.to_owned(), text, code }
    }

    /// Whether it is a Rust file.
    pub(crate) fn is_rust(&self) -> bool {
        self.path.ends_with(".rs")
    }

    /// The last part of the path.
    pub(crate) fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Whether the whole file is tests.
    pub(crate) fn is_tests(&self) -> bool {
        self.file_name() == "tests.rs" || self.path.contains("/tests/")
    }

    /// How many lines stand before the first inline `#[cfg(test)] mod … {`; all of them when there is none.
    pub(crate) fn lines_before_tests(&self) -> usize {
        let lines: Vec<_> = self.code.lines().map(str::trim).collect();
        let opens_tests = |pair: &[&str]| {
            let is_module = |line: &&str| line.starts_with("mod ") && line.ends_with('{');
            pair.first() == Some(&"#[cfg(test)]") && pair.get(1).is_some_and(is_module)
        };
        lines.windows(2).position(opens_tests).unwrap_or(lines.len())
    }

    /// A complaint about one line (counted from 0).
    pub(crate) fn complaint(&self, index: usize, advice: impl Into<String>) -> Complaint {
        Complaint { path: self.path.clone(), line: index + 1, advice: advice.into() }
    }

    /// A complaint about the file.
    pub(crate) fn whole(&self, advice: impl Into<String>) -> Complaint {
        Complaint { path: self.path.clone(), line: 0, advice: advice.into() }
    }
}

/// Turns comments, strings and character literals to spaces and keeps every line break.
fn blank(text: &str) -> String {
    let mut rest = text;
    let mut code = String::with_capacity(text.len());
    while let Some(first) = rest.chars().next() {
        let after_word = code.ends_with(|last: char| last.is_alphanumeric() || last == '_');
        let hidden = if after_word && first != '"' { 0 } else { hidden_length(rest) };
        let (taken, left) = rest.split_at(if hidden > 0 { hidden } else { first.len_utf8() });
        if hidden > 0 {
            code.extend(taken.chars().map(|char| if char == '\n' { '\n' } else { ' ' }));
        } else {
            code.push_str(taken);
        }
        rest = left;
    }
    code
}

/// The length in bytes of the comment, string or character literal that `text` begins with; 0 when it begins with code.
fn hidden_length(text: &str) -> usize {
    if text.starts_with("//") {
        return text.find('\n').unwrap_or(text.len());
    }
    if text.starts_with("/*") {
        return block_comment_length(text);
    }
    if text.starts_with('\'') {
        return character_length(text);
    }
    let prefixed = text.trim_start_matches(['b', 'c']);
    let prefix = text.len() - prefixed.len();
    if let Some(raw) = prefixed.strip_prefix('r') {
        let hashes = raw.len() - raw.trim_start_matches('#').len();
        let end = format!("\"{}", "#".repeat(hashes));
        let body = raw.trim_start_matches('#').strip_prefix('"');
        let opening = prefix + 1 + hashes + 1;
        return body.map_or(0, |body| body.find(&end).map_or(text.len(), |at| opening + at + end.len()));
    }
    prefixed.strip_prefix('"').map_or(0, |body| prefix + 1 + string_length(body))
}

/// The length of a string's body with its closing quote.
fn string_length(body: &str) -> usize {
    let mut escaped = false;
    for (at, char) in body.char_indices() {
        match char {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    body.len()
}

/// A character literal's length; 0 for a lifetime.
fn character_length(text: &str) -> usize {
    let body = text.get(1..).unwrap_or_default();
    if let Some(escape) = body.strip_prefix('\\') {
        return escape.get(1..).and_then(|tail| tail.find('\'')).map_or(0, |at| at + 4);
    }
    let length = body.chars().next().map_or(0, char::len_utf8);
    if body.get(length..).is_some_and(|tail| tail.starts_with('\'')) { length + 2 } else { 0 }
}

/// Block comments nest.
fn block_comment_length(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(rest) = text.get(at..) {
        if rest.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if rest.starts_with("*/") {
            (depth, at) = (depth.saturating_sub(1), at + 2);
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::{Source, blank};

    #[test]
    fn comments_strings_and_characters_are_blanked() {
        let check = |text: &str, code: &str| assert_eq!(blank(text), code, "{text}");
        check("a // b\nc", "a     \nc");
        check("a /* b /* c */ d */ e", "a                   e");
        check(r#"f("x\"y", 1)"#, "f(      , 1)");
        check("r#\"a\"b\"# + r\"c\" + b\"d\"", "         +      +     ");
        check("r#type = bar\"x\"", "r#type = bar   ");
        check(r"'a' + '\'' + '\u{e9}' + 'é' + f::<'a>", "    +      +          +     + f::<'a>");
        check("\"über\"\nx", "      \nx");
    }

    #[test]
    fn an_open_string_or_comment_ends_with_the_file() {
        assert_eq!(blank("\"abc").trim(), "");
        assert_eq!(blank("/* abc").trim(), "");
    }

    #[test]
    fn inline_tests_end_the_counted_part() {
        let lines = |text: &str| Source::new("a.rs", text.into()).lines_before_tests();
        assert_eq!(lines("one\ntwo\n#[cfg(test)]\nmod tests {\n}\n"), 2);
        assert_eq!(lines("#[cfg(test)]\nmod tests;\nthree\n"), 3);
    }
}
