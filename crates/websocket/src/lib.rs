//! RFC 6455 as pure functions over bytes.
