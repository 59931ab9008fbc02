//! Each rule on small strings.

use super::*;

fn lines(rule: fn(&Source) -> Vec<Complaint>, path: &str, text: &str) -> Vec<usize> {
    rule(&Source::new(path, text.into())).iter().map(|complaint| complaint.line).collect()
}

#[test]
fn drawers_are_refused_by_name() {
    for path in
        ["crates/x/src/mod.rs", "crates/x/src/utils.rs", "crates/x/src/helpers.rs", "crates/x/src/common.rs"]
    {
        assert_eq!(lines(file_name, path, ""), [0], "{path}");
    }
    for path in ["crates/x/tests/common.rs", "crates/x/src/room.rs"] {
        assert!(lines(file_name, path, "").is_empty(), "{path}");
    }
}

#[test]
fn a_file_opens_with_what_it_is() {
    assert!(lines(opening, "a.rs", "//! What it is.\n").is_empty());
    assert_eq!(lines(opening, "a.rs", "use std::fmt;\n"), [1]);
}

#[test]
fn length_counts_no_tests_and_spares_lists() {
    let long = "x\n".repeat(401);
    assert!(lines(length, "a.rs", &"x\n".repeat(400)).is_empty());
    assert_eq!(lines(length, "a.rs", &long), [0]);
    assert!(lines(length, "a/tests.rs", &long).is_empty());
    assert!(lines(length, "a/tests/it.rs", &long).is_empty());
    assert!(lines(length, "a.rs", &format!("{LIST_MARK}\n{long}")).is_empty());
    assert!(lines(length, "a.rs", &format!("#[cfg(test)]\nmod tests {{\n{long}}}\n")).is_empty());
}

#[test]
fn vague_types_are_refused() {
    assert_eq!(lines(type_names, "a.rs", "pub struct RoomManager;\nenum Util {}\nstruct Room;\n"), [1, 2]);
    assert!(
        lines(type_names, "a.rs", "// struct RoomManager\nlet manager = \"struct XHelper\";\n").is_empty()
    );
}

#[test]
fn tests_run() {
    assert_eq!(lines(ignored_tests, "a.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}\n"), [2]);
    assert!(lines(ignored_tests, "a.rs", "// #[ignore]\n").is_empty());
}

#[test]
fn only_tests_import_everything_above() {
    assert_eq!(lines(wildcard_imports, "a.rs", "use super::*;\nuse a::{b::*};\n"), [1, 2]);
    assert!(lines(wildcard_imports, "a.rs", "#[cfg(test)]\nmod tests {\n    use super::*;\n}\n").is_empty());
    assert_eq!(lines(wildcard_imports, "a/tests.rs", "use super::*;\nuse a::*;\n"), [2]);
}

#[test]
fn unfinished_code_is_refused() {
    assert_eq!(lines(debris, "a.rs", "fn f() { todo!() }\nfn g() { unimplemented!() }\n// todo!\n"), [1, 2]);
}

#[test]
fn roots_hold_no_logic() {
    assert_eq!(lines(logic_in_roots, "crates/x/src/lib.rs", "pub mod a;\npub fn b() {}\n"), [2]);
    assert!(lines(logic_in_roots, "crates/x/src/room.rs", "pub fn b() {}\n").is_empty());
    let main = |lines: usize| format!("async fn main() {{\n{}}}\n", "x;\n".repeat(lines));
    assert!(lines(logic_in_roots, "xtask/src/main.rs", &main(10)).is_empty());
    assert_eq!(lines(logic_in_roots, "xtask/src/main.rs", &main(11)), [1]);
    assert!(lines(logic_in_roots, "xtask/src/main.rs", "mod a;\nfn main() {}\n").is_empty());
}
