//! Every developer command, in Rust.
fn main() {}
