//! The binary `hubbub`.
fn main() {}
