//! The table of the admin API: one row for each operation.

use super::{Admin, Running, operations, perform};
use crate::call::Call;
use crate::error::OperationError;
use std::fmt;

/// One operation of the admin API.
pub struct AdminRow {
    /// Its name, which is the last part of its path.
    pub name: &'static str,
    /// The policy action that permits it.
    pub action: &'static str,
    /// Its path; the method is always `POST`.
    pub path: &'static str,
    /// Reads, decides and carries out.
    pub(super) run: for<'a> fn(&'a Admin, &'static AdminRow, Call<'a>) -> Running<'a>,
}

impl fmt::Debug for AdminRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AdminRow({})", self.name)
    }
}

macro_rules! table {
    ($($name:ident)*) => {
        /// All operations of the admin API.
        pub static ADMIN_OPERATIONS: &[AdminRow] = &[$(AdminRow {
            name: stringify!($name),
            action: concat!("hubbub:", stringify!($name)),
            path: concat!("/admin/", stringify!($name)),
            run: perform::<operations::$name>,
        }),*];
    };
}

table! {
    CreateAccount
    ListAccounts
    GetAccount
    UpdateAccount
    DeleteAccount
    CreateUser
    ListUsers
    GetUser
    DeleteUser
    TagUser
    UntagUser
    AttachUserPolicy
    DetachUserPolicy
    PutUserPermissionsBoundary
    DeleteUserPermissionsBoundary
    CreateAccessKey
    UpdateAccessKey
    DeleteAccessKey
    CreatePolicy
    ListPolicies
    GetPolicy
    UpdatePolicy
    DeletePolicy
    AssumeUser
    ExplainAccess
}

/// Finds the operation of the admin API for `method` and `raw_path`; `None` where the path is not under `/admin/`.
///
/// # Errors
/// As [`crate::route()`].
pub fn admin_route(method: &str, raw_path: &str) -> Option<Result<&'static AdminRow, OperationError>> {
    if !raw_path.starts_with("/admin/") {
        return None;
    }
    Some(match ADMIN_OPERATIONS.iter().find(|row| row.path == raw_path) {
        None => Err(OperationError::UnknownOperation),
        Some(_) if method != "POST" => Err(OperationError::MethodNotAllowed),
        Some(row) => Ok(row),
    })
}
