//! `cargo xtask tidy`: style that fails the build and says what to write instead. The rules are lists of short
//! functions, each over one file's text; only `tree` and `shell` ask git and cargo.

mod arrows;
mod code;
mod links;
mod source;
mod text;
mod tree;

use anyhow::{Result, bail};

use crate::shell;
use source::{Complaint, Source};

/// One rule over one file.
type Rule = fn(&Source) -> Vec<Complaint>;

/// What every text file obeys.
const TEXT_RULES: &[Rule] =
    &[text::registry_hosts, text::absolute_paths, text::trailing_whitespace, text::tabs];

/// What Rust files obey besides.
const RUST_RULES: &[Rule] = &[
    text::line_length,
    code::file_name,
    code::opening,
    code::length,
    code::type_names,
    code::ignored_tests,
    code::wildcard_imports,
    code::debris,
    code::logic_in_roots,
];

/// Checks every tracked file and the arrows between our parts.
pub(crate) fn run(_arguments: &[String]) -> Result<()> {
    let files = tree::read()?;
    let mut complaints = arrows::check(&arrows::arrows(&shell::metadata()?));
    for file in &files {
        complaints.extend(check(file));
    }
    complaints.extend(links::check(&files, &|path| shell::root().join(path).exists()));
    if !complaints.is_empty() {
        let lines: Vec<_> = complaints.iter().map(ToString::to_string).collect();
        bail!("{} complaints\n{}", lines.len(), lines.join("\n"));
    }
    println!("tidy: {} files are in order", files.len());
    Ok(())
}

fn check(file: &Source) -> Vec<Complaint> {
    let rust_rules = if file.is_rust() { RUST_RULES } else { &[] };
    TEXT_RULES.iter().chain(rust_rules).flat_map(|rule| rule(file)).collect()
}
