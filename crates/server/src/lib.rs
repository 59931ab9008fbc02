//! The binary: HTTP, configuration, metrics, command line.

pub mod config;
