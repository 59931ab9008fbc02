//! The messaging protocol's JSON.
