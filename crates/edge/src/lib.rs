//! The sockets: one event loop per core.
