//! The control plane seen from outside: calls in, responses and announcements out, with the real store in a directory
//! of its own and a bus that writes down what it is asked.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod access;
mod access_keys;
mod accounts;
mod bodies;
mod chat_tokens;
mod errors;
mod explain;
mod hostile;
mod house;
mod limits;
mod logging_configurations;
mod logging_deletions;
mod logging_states;
mod messaging;
mod pages;
mod policies;
mod recording_bus;
mod recording_logs;
mod rooms;
mod sessions;
mod still;
mod tagged_rooms;
mod tags;
mod users;
mod written_audit;
