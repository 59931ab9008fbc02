//! A message's text while it is under review: what it says now, and what it is folded to, worked out once.

use super::fold::{Unit, fold};
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;

/// A part of a text, in bytes.
pub(super) type Span = Range<usize>;

/// How much is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Scope {
    /// Whether there is anything.
    First,
    /// All there is.
    All,
}

/// A text under review.
#[derive(Debug)]
pub(super) struct Text<'a> {
    content: Cow<'a, str>,
    units: OnceCell<Vec<Unit>>,
}

impl<'a> Text<'a> {
    pub(super) fn new(content: &'a str) -> Self {
        Self { content: Cow::Borrowed(content), units: OnceCell::new() }
    }

    pub(super) fn content(&self) -> &str {
        &self.content
    }

    pub(super) fn units(&self) -> &[Unit] {
        self.units.get_or_init(|| fold(&self.content))
    }

    /// Takes another text, and says whether it is another.
    pub(super) fn replace(&mut self, content: String) -> bool {
        if content == *self.content {
            return false;
        }
        self.content = Cow::Owned(content);
        self.units = OnceCell::new();
        true
    }

    /// The text, if it is not what was said.
    pub(super) fn into_changed(self) -> Option<String> {
        match self.content {
            Cow::Borrowed(_) => None,
            Cow::Owned(content) => Some(content),
        }
    }
}
