//! The nouns of IVS Chat and their rules.
//!
//! Every type here is parsed once, at the edge, and then cannot hold a wrong value.
//!
//! **Invariant:** nothing here reads a clock, draws a random number, does I/O or awaits. Time comes in as
//! [`Now`], randomness as bytes.

mod access;
mod account;
mod arn;
mod attributes;
mod capability;
mod id;
mod logging_configuration;
mod name;
mod network;
mod now;
mod operation;
mod quotas;
mod rate;
mod room;
mod tags;
mod user;
mod violation;

pub use access::{
    AccessKey, AccessKeyId, AccessPolicy, AccessUser, Account, KeyStatus, PolicyName, UserName,
};
pub use account::{AccountId, Region};
pub use arn::{ArnError, LoggingConfigurationArn, ResourceArn, ResourceKind, RoomArn};
pub use attributes::{Attributes, EVENT_ATTRIBUTES_MAX_BYTES, MESSAGE_ATTRIBUTES_MAX_BYTES};
pub use capability::{Capabilities, Capability};
pub use id::{Id, LoggingConfigurationKey, RoomKey};
pub use jiff::Timestamp;
pub use logging_configuration::{Destination, LoggingConfiguration, LoggingConfigurationState};
pub use name::{EventName, Reason, ResourceName};
pub use network::Network;
pub use now::{Monotonic, Now};
pub use operation::OperationName;
pub use quotas::{Limit, Quotas};
pub use rate::{Rate, RateLimiter};
pub use room::{FallbackResult, MessageReviewHandler, ReviewHandlerUri, Room};
pub use tags::Tags;
pub use user::UserId;
pub use violation::Violation;
