//! What all lanes are delivered with.

use super::back_off::BackOff;
use super::sinks::LogSinks;
use super::trouble::Trouble;
use model::Now;
use std::sync::Arc;

/// What all lanes are delivered with.
pub(super) struct Means {
    pub(super) sinks: Arc<dyn LogSinks>,
    pub(super) clock: fn() -> Now,
    pub(super) random: fn() -> u128,
    pub(super) back_off: BackOff,
    pub(super) trouble: Arc<Trouble>,
}
