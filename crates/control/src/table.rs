//! The operation table: one row for each of the 17. Routing, authorization, the rates, the metrics' labels and the
//! documentation are all made of it.
//!
//! Source: API reference of IVS Chat, API version 2020-07-14; the columns are those of its service model.

use crate::Control;
use crate::call::Call;
use crate::dispatch::{Running, perform};
use crate::operations;
use model::{OperationName, ResourceKind};
use std::fmt;

/// One operation.
pub struct OperationRow {
    /// Its name; with it go its policy action ([`OperationName::action`]) and its call rate
    /// ([`model::Quotas::call_rate`]).
    pub name: OperationName,
    /// The HTTP method.
    pub method: &'static str,
    /// The path; `{resourceArn}` stands for one percent-encoded segment.
    pub path: &'static str,
    /// The status of success; 204 has no body.
    pub success_status: u16,
    /// Whether it is refused while the account is pending verification: whether the model declares
    /// `PendingVerification` for it.
    pub needs_verification: bool,
    /// What it is about; what a `ThrottlingException` gives as its `resourceType`.
    pub kind: ResourceKind,
    /// Reads, decides and carries out.
    pub(crate) run: for<'a> fn(&'a Control, &'static OperationRow, Call<'a>) -> Running<'a>,
}

impl fmt::Debug for OperationRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OperationRow({})", self.name)
    }
}

const NEEDS_VERIFICATION: bool = true;
const ALWAYS: bool = false;

macro_rules! table {
    ($($name:ident $method:literal $path:literal $status:literal $verification:ident $kind:ident;)*) => {
        /// All operations, in the order of [`OperationName::ALL`].
        pub static OPERATIONS: [OperationRow; OperationName::ALL.len()] = [$(OperationRow {
            name: OperationName::$name,
            method: $method,
            path: $path,
            success_status: $status,
            needs_verification: $verification,
            kind: ResourceKind::$kind,
            run: perform::<operations::$name>,
        }),*];
    };
}

table! {
    CreateChatToken            "POST"   "/CreateChatToken"            200 NEEDS_VERIFICATION Room;
    CreateLoggingConfiguration "POST"   "/CreateLoggingConfiguration" 200 NEEDS_VERIFICATION LoggingConfiguration;
    CreateRoom                 "POST"   "/CreateRoom"                 200 NEEDS_VERIFICATION Room;
    DeleteLoggingConfiguration "POST"   "/DeleteLoggingConfiguration" 204 NEEDS_VERIFICATION LoggingConfiguration;
    DeleteMessage              "POST"   "/DeleteMessage"              200 NEEDS_VERIFICATION Room;
    DeleteRoom                 "POST"   "/DeleteRoom"                 204 NEEDS_VERIFICATION Room;
    DisconnectUser             "POST"   "/DisconnectUser"             200 NEEDS_VERIFICATION Room;
    GetLoggingConfiguration    "POST"   "/GetLoggingConfiguration"    200 ALWAYS             LoggingConfiguration;
    GetRoom                    "POST"   "/GetRoom"                    200 ALWAYS             Room;
    ListLoggingConfigurations  "POST"   "/ListLoggingConfigurations"  200 ALWAYS             LoggingConfiguration;
    ListRooms                  "POST"   "/ListRooms"                  200 ALWAYS             Room;
    ListTagsForResource        "GET"    "/tags/{resourceArn}"         200 ALWAYS             Room;
    SendEvent                  "POST"   "/SendEvent"                  200 NEEDS_VERIFICATION Room;
    TagResource                "POST"   "/tags/{resourceArn}"         200 ALWAYS             Room;
    UntagResource              "DELETE" "/tags/{resourceArn}"         200 ALWAYS             Room;
    UpdateLoggingConfiguration "POST"   "/UpdateLoggingConfiguration" 200 NEEDS_VERIFICATION LoggingConfiguration;
    UpdateRoom                 "POST"   "/UpdateRoom"                 200 NEEDS_VERIFICATION Room;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rows_are_in_the_order_of_the_names() {
        let names: Vec<_> = OPERATIONS.iter().map(|row| row.name).collect();
        assert_eq!(names, OperationName::ALL);
    }
}
