//! The names of the 17 operations.

use std::fmt;

macro_rules! operations {
    ($($name:ident)*) => {
        /// An operation of the control plane. Source: API reference, "Actions", API version 2020-07-14.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum OperationName {
            $(
                #[doc = concat!("`", stringify!($name), "`")]
                $name,
            )*
        }

        impl OperationName {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name as AWS writes it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }

            /// The policy action that permits it, as AWS writes it.
            #[must_use]
            pub const fn action(self) -> &'static str {
                match self { $(Self::$name => concat!("ivschat:", stringify!($name)),)* }
            }
        }
    };
}

operations! {
    CreateChatToken
    CreateLoggingConfiguration
    CreateRoom
    DeleteLoggingConfiguration
    DeleteMessage
    DeleteRoom
    DisconnectUser
    GetLoggingConfiguration
    GetRoom
    ListLoggingConfigurations
    ListRooms
    ListTagsForResource
    SendEvent
    TagResource
    UntagResource
    UpdateLoggingConfiguration
    UpdateRoom
}

impl fmt::Display for OperationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
