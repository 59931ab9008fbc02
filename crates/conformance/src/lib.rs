//! Real SDKs against the real binary: what starts `hubbub serve` and what runs a suite of checks against it. The
//! suites themselves are scripts under `suites/` and the Rust one under `tests/`. Nothing here may know the
//! server's own parts: only what an operator and a client can see.

mod access;
mod server;
mod suite;
mod watched;
mod worked_handler;

pub use server::{ACCESS_KEY_ID, ACCOUNT_ID, Quotas, REGION, SECRET_ACCESS_KEY, Server};
pub use suite::Suite;
pub use worked_handler::WorkedHandler;
