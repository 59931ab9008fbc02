//! The page that promises compatibility says what the operation table says.

#![expect(clippy::unwrap_used, reason = "a test")]

use control::OPERATIONS;
use std::collections::BTreeSet;

#[test]
fn the_page_lists_every_operation_as_the_table_has_it() {
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/compatibility.md")).unwrap();
    let names: BTreeSet<&str> = OPERATIONS.iter().map(|row| row.name.as_str()).collect();
    let of_operations = |line: &&str| {
        let first = line.trim_matches('|').split('|').next().unwrap_or_default().trim();
        line.starts_with('|') && names.contains(first)
    };
    let listed: Vec<&str> = page.lines().filter(of_operations).collect();
    let expected: Vec<String> = OPERATIONS
        .iter()
        .map(|row| {
            let pending = if row.needs_verification { "yes" } else { "no" };
            format!("| {} | {} | `{}` | {} | {pending} |", row.name, row.method, row.path, row.success_status)
        })
        .collect();
    assert_eq!(listed, expected);
}
