//! The binary: HTTP, configuration, metrics, command line.

pub mod cli;
pub mod config;
pub mod serve;
