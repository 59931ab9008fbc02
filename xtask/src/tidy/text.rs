//! Rules over any text file: what must not leak into the repository, and how lines look.

use super::source::{Complaint, Source};

/// Where packages come from is a matter of the machine. Written in halves, so that this file obeys the rule itself.
const HOSTS: &[&str] = &[
    concat!("crates.io", "-index"),
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("pypi", ".org"),
    concat!("pythonhosted", ".org"),
    concat!("registry.npmjs", ".org"),
    concat!("registry.yarnpkg", ".com"),
    concat!("proxy.golang", ".org"),
];

/// What cargo itself writes into `Cargo.lock`, on every machine the same.
const CARGOS_OWN: &str = concat!("crates.io", "-index");

/// Beginnings of paths that exist on one machine only.
const HOMES: &[&str] =
    &[concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!("/wo", "rk/")];

const MOST_COLUMNS: usize = 120;

/// No host name of a package registry.
pub(crate) fn registry_hosts(file: &Source) -> Vec<Complaint> {
    let allowed = |host: &str| file.file_name() == "Cargo.lock" && host == CARGOS_OWN;
    let found = |line: &str| HOSTS.iter().any(|host| line.contains(host) && !allowed(host));
    each_line(file, found, "leave the registry's host out: each machine configures its own")
}

/// No path of somebody's machine.
pub(crate) fn absolute_paths(file: &Source) -> Vec<Complaint> {
    let found = |line: &str| HOMES.iter().any(|home| begins_a_path(line, home));
    each_line(
        file,
        found,
        "write the path from the root of the repository, not from the root of this machine",
    )
}

fn begins_a_path(line: &str, home: &str) -> bool {
    let continues =
        |before: &str| before.ends_with(|last: char| last.is_alphanumeric() || "._-~}/".contains(last));
    line.match_indices(home).any(|(at, _)| !line.get(..at).is_some_and(continues))
}

/// No blanks at the end of a line.
pub(crate) fn trailing_whitespace(file: &Source) -> Vec<Complaint> {
    let found = |line: &str| line.ends_with([' ', '\t']);
    each_line(file, |line| is_ours(file) && found(line), "cut the blanks at the end of the line")
}

/// No tabs.
pub(crate) fn tabs(file: &Source) -> Vec<Complaint> {
    each_line(file, |line| is_ours(file) && line.contains('\t'), "write spaces instead of the tab")
}

/// Rust lines fit a window.
pub(crate) fn line_length(file: &Source) -> Vec<Complaint> {
    let found = |line: &str| line.chars().count() > MOST_COLUMNS;
    each_line(file, found, &format!("break the line: {MOST_COLUMNS} columns are the limit"))
}

/// Whether the file is of a kind that we write by hand.
fn is_ours(file: &Source) -> bool {
    ["rs", "toml", "md", "py", "js", "sh"].iter().any(|kind| file.path.rsplit('.').next() == Some(kind))
}

fn each_line(file: &Source, is_wrong: impl Fn(&str) -> bool, advice: &str) -> Vec<Complaint> {
    let wrong = file.text.lines().enumerate().filter(|(_, line)| is_wrong(line));
    wrong.map(|(index, _)| file.complaint(index, advice)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(rule: fn(&Source) -> Vec<Complaint>, path: &str, text: &str) -> Vec<usize> {
        rule(&Source::new(path, text.into())).iter().map(|complaint| complaint.line).collect()
    }

    #[test]
    fn registries_are_found_but_for_cargos_own_mark() {
        for host in HOSTS {
            assert_eq!(lines(registry_hosts, "a.json", &format!("x\nhttps://{host}/y\n")), [2], "{host}");
        }
        assert!(lines(registry_hosts, "Cargo.lock", CARGOS_OWN).is_empty());
        assert!(lines(registry_hosts, "a.md", "the registry").is_empty());
    }

    #[test]
    fn paths_of_one_machine_are_found() {
        for home in HOMES {
            for text in [format!("{home}me/x"), format!("see `{home}x`"), format!("a={home}x")] {
                assert_eq!(lines(absolute_paths, "a.md", &text), [1], "{text}");
            }
            assert!(lines(absolute_paths, "a.md", &format!("https://example.com{home}x")).is_empty());
            assert!(lines(absolute_paths, "a.md", &format!("$HOME{home}x")).is_empty());
        }
    }

    #[test]
    fn blanks_and_tabs_count_in_our_own_files() {
        assert_eq!(lines(trailing_whitespace, "a.rs", "x \ny\n"), [1]);
        assert_eq!(lines(tabs, "a.py", "\tx\n"), [1]);
        assert!(lines(tabs, "a.bin", "\tx \n").is_empty());
    }

    #[test]
    fn length_is_counted_in_characters() {
        assert!(lines(line_length, "a.rs", &"é".repeat(120)).is_empty());
        assert_eq!(lines(line_length, "a.rs", &"é".repeat(121)), [1]);
    }
}
