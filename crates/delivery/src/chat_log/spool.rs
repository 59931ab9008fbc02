//! The spool: what was said and is not delivered yet, on disk. Knows no destination.
//!
//! `segment` is the form of a file, `files` the files of a lane, `queue` what waits for the disk, `writer` the thread
//! that brings it there.

pub(super) mod files;
mod place;
pub(super) mod queue;
pub(super) mod segment;
pub(super) mod writer;

pub(super) use place::{Place, Segment};
