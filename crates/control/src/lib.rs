//! The 17 operations and the table that names them.
//!
//! The server finds a row with [`route()`] and gives it, with the signed caller and the body, to [`Control::run`],
//! which checks the rate, reads the input, asks the policies about the resource that the input names, and only then
//! lets the operation act.
//!
//! **Invariant:** nothing here knows HTTP's types, sockets or configuration, and nothing here reads a clock or draws
//! a random number: time comes with the call, randomness from [`ControlParts::random`].

mod call;
mod call_rates;
mod control;
mod dispatch;
mod document;
mod error;
mod input;
mod operations;
mod page_token;
mod percent;
mod room_writes;
mod route;
mod scope;
mod table;
mod target;
mod violations;

pub use call::{Call, Response};
pub use control::{Control, ControlParts};
pub use error::{OperationError, Subject};
pub use route::{Route, route};
pub use table::{OPERATIONS, OperationRow};
pub use violations::FieldViolation;
