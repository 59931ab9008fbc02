//! The binary: HTTP, configuration, metrics, command line.
//!
//! **Invariant:** no rule of the domain is here. This is where the clock, randomness, files and sockets come from that
//! the other parts are given.

pub mod cli;
mod clock;
pub mod config;
mod credentials_file;
mod entropy;
mod house;
mod http;
mod log;
mod metrics;
mod root_key;
mod secret_file;
pub mod serve;
mod tls;
mod token_keys;
