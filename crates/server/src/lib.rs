//! The binary: HTTP, configuration, metrics, command line.
