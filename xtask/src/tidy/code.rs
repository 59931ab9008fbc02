//! Rules over Rust files: names, sizes, and what must not stand in them. They see the code without comments and
//! strings.

use super::source::{Complaint, Source};

const MOST_LINES: usize = 400;
const MOST_LINES_OF_MAIN: usize = 10;
const LIST_MARK: &str = "//! tidy: a list of like things";

/// A file name that is a drawer says nothing; `mod.rs` hides which module it is.
pub(crate) fn file_name(file: &Source) -> Vec<Complaint> {
    let advice = match file.file_name() {
        "mod.rs" => "write `name.rs` beside the folder `name/` instead of `mod.rs`",
        "common.rs" if file.is_tests() => return Vec::new(),
        "util.rs" | "utils.rs" | "helper.rs" | "helpers.rs" | "common.rs" | "misc.rs" => {
            "name the file after what it holds; a drawer for everything holds nothing"
        }
        _ => return Vec::new(),
    };
    vec![file.whole(advice)]
}

/// A file opens with what it is.
pub(crate) fn opening(file: &Source) -> Vec<Complaint> {
    if file.text.starts_with("//!") {
        return Vec::new();
    }
    vec![file.complaint(0, "open the file with `//!`: what it is and what it must not know")]
}

/// A file stops at 400 lines without its tests, unless it is a list of like things and says so.
pub(crate) fn length(file: &Source) -> Vec<Complaint> {
    let lines = file.lines_before_tests();
    let is_list = file.text.lines().any(|line| line.starts_with(LIST_MARK));
    if lines <= MOST_LINES || file.is_tests() || is_list {
        return Vec::new();
    }
    vec![file.whole(format!(
        "{lines} lines without tests, {MOST_LINES} are the limit: split it along its meaning, or write `{LIST_MARK}`"
    ))]
}

/// A type is named for what it is, not for being in charge.
pub(crate) fn type_names(file: &Source) -> Vec<Complaint> {
    let is_vague =
        |name: &str| ["Manager", "Helper", "Helpers", "Util", "Utils"].iter().any(|end| name.ends_with(end));
    let mut complaints = Vec::new();
    for (index, line) in file.code.lines().enumerate() {
        let words: Vec<_> = words(line).collect();
        for pair in words.windows(2) {
            if let [kind, name] = pair
                && ["struct", "enum", "trait", "type", "union"].contains(kind)
                && is_vague(name)
            {
                complaints
                    .push(file.complaint(index, format!("`{name}`: name the type for what it is or knows")));
            }
        }
    }
    complaints
}

/// A test that does not run proves nothing.
pub(crate) fn ignored_tests(file: &Source) -> Vec<Complaint> {
    lines_with(file, "#[ignore", "assert what happens today and say why it is wrong, instead of `#[ignore]`")
}

/// A page says where its names come from.
pub(crate) fn wildcard_imports(file: &Source) -> Vec<Complaint> {
    let tests_start = if file.is_tests() { 0 } else { file.lines_before_tests() };
    let mut complaints =
        lines_with(file, "::*", "import the names one by one; only tests may `use super::*`");
    let is_free = |line: usize| {
        line > tests_start
            && file.code.lines().nth(line - 1).is_some_and(|line| line.trim() == "use super::*;")
    };
    complaints.retain(|complaint| !is_free(complaint.line));
    complaints
}

/// What is not written yet is not merged.
pub(crate) fn debris(file: &Source) -> Vec<Complaint> {
    let advice = "write it, or return an error that says what is missing";
    ["todo!", "unimplemented!"].iter().flat_map(|word| lines_with(file, word, advice)).collect()
}

/// `lib.rs` and `main.rs` are tables of contents: `main` may have ten lines, and nothing else a body.
pub(crate) fn logic_in_roots(file: &Source) -> Vec<Complaint> {
    if !["src/lib.rs", "src/main.rs"].iter().any(|root| file.path.ends_with(root)) {
        return Vec::new();
    }
    let mut complaints = Vec::new();
    for (index, line) in file.code.lines().enumerate().take(file.lines_before_tests()) {
        let mut words = words(line).skip_while(|word| *word != "fn");
        let (Some(_), Some(name)) = (words.next(), words.next()) else { continue };
        let is_main = name == "main" && file.file_name() == "main.rs";
        if !is_main {
            complaints
                .push(file.complaint(index, format!("move `{name}` to a module: this file only lists them")));
        } else if body_lines(&file.code, index) > MOST_LINES_OF_MAIN {
            complaints.push(
                file.complaint(index, format!("`main` has over {MOST_LINES_OF_MAIN} lines: move them")),
            );
        }
    }
    complaints
}

/// How many lines stand between the braces of the function that begins at this line.
fn body_lines(code: &str, start: usize) -> usize {
    let (mut depth, mut lines) = (0_usize, 0_usize);
    for line in code.lines().skip(start) {
        let opened = line.matches('{').count();
        let closed = line.matches('}').count();
        depth = (depth + opened).saturating_sub(closed);
        if depth == 0 && opened + closed > 0 {
            break;
        }
        lines += 1;
    }
    lines.saturating_sub(1)
}

fn lines_with(file: &Source, pattern: &str, advice: &str) -> Vec<Complaint> {
    let found = file.code.lines().enumerate().filter(|(_, line)| line.contains(pattern));
    found.map(|(index, _)| file.complaint(index, advice)).collect()
}

fn words(line: &str) -> impl Iterator<Item = &str> {
    line.split(|char: char| !char.is_alphanumeric() && char != '_').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests;
