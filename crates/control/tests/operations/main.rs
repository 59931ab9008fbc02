//! The control plane seen from outside: calls in, responses and announcements out, with the real store in a directory
//! of its own and a bus that writes down what it is asked.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod access;
mod bodies;
mod chat_tokens;
mod errors;
mod house;
mod limits;
mod logging_configurations;
mod messaging;
mod pages;
mod recording_bus;
mod rooms;
mod tags;
