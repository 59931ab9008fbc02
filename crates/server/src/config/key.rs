//! The list of keys, read off the settings' own description, and the names that each has.
//!
//! Knows names, docs and defaults; never a value that someone gave.

use super::settings::Settings;
use confique::Config as _;
use confique::meta::{Expr, Field, FieldKind, LeafKind};
use std::fmt;
use std::sync::LazyLock;

/// The prefix of every environment variable of ours.
pub(super) const PREFIX: &str = "HUBBUB_";

/// How alike a wrong name must be to a right one to be taken for it; 1 is the same.
const ALIKE: f64 = 0.6;

/// A key that can be set.
#[derive(Debug)]
pub(super) struct Key {
    /// The section that it stands in; none for the top level.
    pub(super) section: Option<&'static str>,
    /// Its name within the section.
    pub(super) name: &'static str,
    /// The whole name: `shards`, `limits.rooms`.
    pub(super) path: String,
    /// Its documentation, line by line.
    pub(super) docs: Vec<&'static str>,
    /// Its default, where it has one of its own.
    pub(super) default: Option<toml::Value>,
}

/// A part of the file with a heading.
pub(super) struct Section {
    /// What stands between the brackets.
    pub(super) name: &'static str,
    /// Its documentation, line by line.
    pub(super) docs: Vec<&'static str>,
}

static KEYS: LazyLock<Vec<Key>> = LazyLock::new(|| {
    let leaves =
        |section, fields: &'static [Field]| fields.iter().filter_map(move |field| Key::of(section, field));
    let top = leaves(None, Settings::META.fields);
    let nested = Settings::META.fields.iter().filter_map(|field| match field.kind {
        FieldKind::Nested { meta } => Some((field.name, meta)),
        FieldKind::Leaf { .. } => None,
    });
    top.chain(nested.flat_map(|(section, meta)| leaves(Some(section), meta.fields))).collect()
});

impl Key {
    /// All of them: the top level's first, then section by section.
    pub(super) fn all() -> &'static [Self] {
        &KEYS
    }

    /// The key with this whole name.
    pub(super) fn find(path: &str) -> Option<&'static Self> {
        Self::all().iter().find(|key| key.path == path)
    }

    /// The key that someone who wrote `wrong` most likely meant.
    pub(super) fn meant_by(wrong: &str) -> Option<&'static Self> {
        closest(wrong, Self::all(), |key| &key.path)
    }

    /// The environment variable: `HUBBUB_LIMITS_ROOMS`.
    pub(super) fn variable(&self) -> String {
        format!("{PREFIX}{}", self.path.replace('.', "_").to_ascii_uppercase())
    }

    /// The flag, without its dashes: `limits-rooms`.
    pub(super) fn flag(&self) -> String {
        self.path.replace(['.', '_'], "-")
    }

    fn of(section: Option<&'static str>, field: &'static Field) -> Option<Self> {
        let FieldKind::Leaf { kind, .. } = &field.kind else {
            return None;
        };
        let default = match kind {
            LeafKind::Required { default } => default.as_ref().and_then(value_of),
            LeafKind::Optional => None,
        };
        let path =
            section.map_or_else(|| field.name.to_owned(), |section| format!("{section}.{}", field.name));
        Some(Self { section, name: field.name, path, docs: lines(field.doc), default })
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

impl Section {
    /// All of them, in the order of the file.
    pub(super) fn all() -> Vec<Self> {
        let nested =
            Settings::META.fields.iter().filter(|field| matches!(field.kind, FieldKind::Nested { .. }));
        nested.map(|field| Self { name: field.name, docs: lines(field.doc) }).collect()
    }

    /// Whether there is one of this name.
    pub(super) fn exists(name: &str) -> bool {
        Self::all().iter().any(|section| section.name == name)
    }

    /// The section that someone who wrote `wrong` most likely meant.
    pub(super) fn meant_by(wrong: &str) -> Option<&'static str> {
        closest(wrong, &Self::all(), |section| section.name).map(|section| section.name)
    }
}

fn value_of(default: &Expr) -> Option<toml::Value> {
    toml::Value::try_from(default).ok()
}

fn lines(docs: &[&'static str]) -> Vec<&'static str> {
    docs.iter().map(|line| line.trim()).collect()
}

fn closest<'a, T>(wrong: &str, all: &'a [T], name: impl Fn(&T) -> &str) -> Option<&'a T> {
    let scored = all.iter().map(|one| (likeness(wrong, name(one)), one));
    let (score, best) = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (score >= ALIKE).then_some(best)
}

/// The last part alone counts nearly as much, so that a right name in the wrong section finds its own.
fn likeness(wrong: &str, right: &str) -> f64 {
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let whole = strsim::normalized_damerau_levenshtein(wrong, right);
    whole.max(0.9 * strsim::normalized_damerau_levenshtein(&last(wrong), &last(right)))
}
