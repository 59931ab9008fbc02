//! The signing half against the published vectors, and the table of refusals.

mod refusals;
mod vectors;
