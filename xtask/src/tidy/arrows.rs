//! Who may know whom: the arrows between our own parts, as cargo knows them, against the table of the architecture.

use serde_json::Value;

use super::source::Complaint;

/// A part, and whom it may use. `ANY` may use every part.
const TABLE: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("websocket", &[]),
    ("wire", &["model"]),
    ("auth", &["model"]),
    ("store", &["model"]),
    ("engine", &["wire", "model"]),
    ("edge", &["engine", "wire", "websocket", "model"]),
    ("control", &["engine", "store", "auth", "model"]),
    ("delivery", &["engine", "auth", "model"]),
    ("loadgen", &["wire", "websocket", "auth", "model"]),
    (
        "hubbub",
        &["model", "websocket", "wire", "auth", "store", "engine", "edge", "control", "delivery", "loadgen"],
    ),
    ("testkit", &[ANY]),
    ("conformance", &[]),
    ("xtask", &[]),
];

const ANY: &str = "*";

/// One part uses another.
#[derive(Debug, PartialEq)]
pub(crate) struct Arrow {
    from: String,
    to: Option<String>,
}

/// Reads the normal dependencies between our packages out of `cargo metadata --no-deps`; dev-dependencies are free. A
/// package stands for itself with an arrow to nothing, so that a new one is noticed.
pub(crate) fn arrows(metadata: &Value) -> Vec<Arrow> {
    let list =
        |value: &Value, key: &str| value.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let name = |value: &Value| value.get("name").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut arrows = Vec::new();
    for package in list(metadata, "packages") {
        arrows.push(Arrow { from: name(&package), to: None });
        for dependency in list(&package, "dependencies") {
            let is_ours = dependency.get("path").is_some_and(Value::is_string);
            let is_dev = dependency.get("kind").and_then(Value::as_str) == Some("dev");
            if is_ours && !is_dev {
                arrows.push(Arrow { from: name(&package), to: Some(name(&dependency)) });
            }
        }
    }
    arrows
}

/// Complains of each arrow that is not in the table.
pub(crate) fn check(arrows: &[Arrow]) -> Vec<Complaint> {
    arrows
        .iter()
        .filter_map(forbidden)
        .map(|advice| Complaint { path: "Cargo.toml".into(), line: 0, advice })
        .collect()
}

fn forbidden(arrow: &Arrow) -> Option<String> {
    let Arrow { from, to } = arrow;
    let Some((_, allowed)) = TABLE.iter().find(|(part, _)| part == from) else {
        return to
            .is_none()
            .then(|| format!("`{from}` is new: say whom it may use, in xtask/src/tidy/arrows.rs"));
    };
    let to = to.as_deref()?;
    if allowed.contains(&to) || allowed.contains(&ANY) {
        return None;
    }
    Some(format!("`{from}` must not know `{to}`: it may use {}", spoken(allowed)))
}

fn spoken(allowed: &[&str]) -> String {
    if allowed.is_empty() { "none of our parts".into() } else { allowed.join(", ") }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Arrow, arrows, check};

    fn advice(from: &str, to: Option<&str>) -> Vec<String> {
        let arrow = Arrow { from: from.into(), to: to.map(str::to_owned) };
        check(&[arrow]).into_iter().map(|complaint| complaint.advice).collect()
    }

    #[test]
    fn an_arrow_in_the_table_is_free_and_any_other_is_named() {
        assert!(advice("edge", Some("wire")).is_empty());
        assert!(advice("testkit", Some("hubbub")).is_empty());
        assert_eq!(advice("wire", Some("store")), ["`wire` must not know `store`: it may use model"]);
        assert_eq!(
            advice("model", Some("wire")),
            ["`model` must not know `wire`: it may use none of our parts"]
        );
        assert_eq!(advice("conformance", Some("model")).len(), 1);
        assert_eq!(advice("hubbub", Some("testkit")).len(), 1);
    }

    #[test]
    fn a_part_without_a_row_is_noticed_once() {
        assert_eq!(advice("gossip", None).len(), 1);
        assert!(advice("gossip", Some("model")).is_empty());
    }

    #[test]
    fn only_our_own_normal_dependencies_are_arrows() {
        let metadata = json!({ "packages": [{ "name": "wire", "dependencies": [
            { "name": "model", "kind": null, "path": "somewhere" },
            { "name": "serde", "kind": null },
            { "name": "testkit", "kind": "dev", "path": "somewhere" },
            { "name": "edge", "kind": "build", "path": "somewhere" },
        ]}]});
        let to: Vec<_> = arrows(&metadata).into_iter().map(|arrow| arrow.to).collect();
        assert_eq!(to, [None, Some("model".into()), Some("edge".into())]);
    }
}
