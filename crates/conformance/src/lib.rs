//! Real SDKs against the real binary.
