//! Links in Markdown files: one that points into the repository must point at something.

use super::source::{Complaint, Source};

/// Complains of each link whose file is missing; `exists` answers for a path from the root of the repository.
pub(crate) fn check(files: &[Source], exists: &dyn Fn(&str) -> bool) -> Vec<Complaint> {
    let pages = files.iter().filter(|file| file.path.ends_with(".md"));
    pages.flat_map(|page| broken(page, exists)).collect()
}

fn broken(page: &Source, exists: &dyn Fn(&str) -> bool) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    let mut in_code = false;
    for (index, line) in page.text.lines().enumerate() {
        in_code ^= line.trim_start().starts_with("```");
        if in_code {
            continue;
        }
        for target in targets(line) {
            let missing = local(&page.path, target).filter(|path| !exists(path));
            complaints.extend(
                missing.map(|path| page.complaint(index, format!("the link's file `{path}` is missing"))),
            );
        }
    }
    complaints
}

/// The targets of `[text](target)` and of `[name]: target` in one line; code between backticks holds no links.
fn targets(line: &str) -> Vec<&str> {
    let prose = line.split('`').step_by(2);
    let inline =
        prose.flat_map(|part| part.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next()));
    let definition =
        line.strip_prefix('[').and_then(|rest| rest.split_once("]: ")).map(|(_, target)| target.trim());
    inline.chain(definition).collect()
}

/// The path from the root that a relative link means; nothing for links to elsewhere or within the page.
fn local(page: &str, target: &str) -> Option<String> {
    let path = target.split('#').next().unwrap_or_default();
    if path.is_empty() || target.contains(':') {
        return None;
    }
    let mut parts: Vec<_> = page.split('/').collect();
    parts.pop();
    if path.starts_with('/') {
        parts.clear();
    }
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(text: &str) -> Vec<String> {
        let page = Source::new("docs/a.md", text.into());
        check(&[page], &|path| path == "README.md").into_iter().map(|complaint| complaint.advice).collect()
    }

    #[test]
    fn links_into_the_repository_must_hit() {
        assert!(missing("see [the README](../README.md#start) and [here](#below)\n").is_empty());
        assert_eq!(missing("[b](b.md) and [c](../c.md)\n").len(), 2);
        assert_eq!(missing("[b]: b.md\n"), ["the link's file `docs/b.md` is missing"]);
    }

    #[test]
    fn links_elsewhere_and_code_are_left_alone() {
        assert!(missing("[x](https://example.com/b.md) [y](mailto:a@example.com)\n").is_empty());
        assert!(missing("```\n[b](b.md)\n```\n`[b](b.md)`\n").is_empty());
    }
}
