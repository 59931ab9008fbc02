//! The 17 operations and the table that names them; beside them the admin API, and who may do what now.
//!
//! The server finds a row with [`route()`] and gives it, with the signed caller and the body, to [`Control::run`],
//! which checks the rate, reads the input, asks the policies about the resource that the input names, and only then
//! lets the operation act. The admin API goes the same way with [`admin_route()`] and [`Admin::run`]. Both ask the
//! directory of [`Access`].
//!
//! **Invariant:** nothing here knows HTTP's types, sockets or configuration, and nothing here reads a clock or draws
//! a random number: time comes with the call, randomness from [`ControlParts::random`]. Where a logging configuration's
//! destination takes its time, the runtime's timer says for how long an answer waits.

mod access;
mod admin;
mod audit;
mod call;
mod call_rates;
mod chat_logs;
mod control;
mod dispatch;
mod document;
mod error;
mod gate;
mod input;
mod logging_writes;
mod operations;
mod page_token;
mod percent;
mod room_writes;
mod route;
mod scope;
mod table;
mod target;
mod turns;
mod violations;

pub use access::{Access, AccessOpenError, AccessParts, DeclareError};
pub use admin::{ADMIN_OPERATIONS, Admin, AdminParts, AdminRow, admin_route};
pub use audit::{Audit, AuditLine};
pub use call::{Call, Caller, Response};
pub use chat_logs::{BoxFuture, ChatLogs};
pub use control::{Control, ControlParts};
pub use error::{OperationError, Subject, SubjectKind};
pub use route::{Route, route};
pub use table::{OPERATIONS, OperationRow};
pub use violations::FieldViolation;
