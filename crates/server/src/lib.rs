//! The binary: HTTP, configuration, metrics, command line.
//!
//! **Invariant:** no rule of the domain is here. This is where the clock, randomness, files and sockets come from that
//! the other parts are given.

mod access;
mod access_file;
mod audit;
mod chat_log;
pub mod cli;
mod clock;
pub mod config;
mod credentials_file;
mod declared_file;
mod entropy;
mod house;
mod http;
mod log;
mod master_key;
mod metrics;
mod offline;
mod review;
mod root_key;
mod secret_file;
pub mod serve;
mod tls;
mod token_keys;
