//! The spool: what was said and is not delivered yet, on disk. Knows no destination.
//!
//! `segment` is the form of a file, `files` the files of a lane, `queue` what waits for the disk, `writer` the thread
//! that brings it there: with `bundle`, what it holds, `open_files`, and `progress`, how far it is.

mod bundle;
pub(super) mod files;
mod open_files;
mod place;
mod progress;
pub(super) mod queue;
#[cfg(test)]
pub(super) mod samples;
pub(super) mod segment;
pub(super) mod writer;

pub(super) use place::{Place, Segment};
