//! One character many times in a row.

use super::fold::Unit;
use super::text::Span;

/// The longest row that may be.
#[derive(Debug)]
pub(super) struct Runs {
    pub(super) most: usize,
}

impl Runs {
    /// What is too much of each row.
    pub(super) fn find(&self, units: &[Unit]) -> Vec<Span> {
        let too_much = |run: &[Unit]| {
            let (first, last) = (run.get(self.most)?, run.last()?);
            Some(first.span().start..last.span().end)
        };
        units.chunk_by(|one, next| one.base == next.base).filter_map(too_much).collect()
    }
}
