//! Who may do what, as it is kept: accounts, users, their access keys, and policies as texts. Does not know what a
//! policy says, nor how a secret is wrapped.

mod name;

pub use name::{AccessKeyId, PolicyName, UserName};

use crate::{AccountId, Tags, Timestamp, Violation};
use std::fmt;

/// An account: whose the rooms, users and policies are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its number.
    pub id: AccountId,
    /// Whether its calls are answered with `PendingVerification`.
    pub pending_verification: bool,
    /// When it was created.
    pub created_at: Timestamp,
}

impl Account {
    /// The most users it may have. Source: IAM user guide, "IAM and AWS STS quotas", users in an account.
    pub const MAX_USERS: u32 = 5_000;
    /// The most bytes that its policies may have together; all of them stand in memory, compiled. IAM's quotas allow
    /// nine million characters.
    pub const MAX_POLICY_BYTES: u32 = 2 * 1024 * 1024;
    /// The most policies it may have. Source: same page, customer managed policies in an account.
    pub const MAX_POLICIES: u32 = 1_500;
}

/// A user who signs calls to the control plane; not one who chats.
///
/// Source: IAM API reference, `User`, `AttachedPolicy`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessUser {
    /// Whose user it is.
    pub account: AccountId,
    /// The name, unique within the account without regard to case.
    pub name: UserName,
    /// The user's tags, `aws:PrincipalTag` of policies.
    pub tags: Tags,
    /// The attached policies in the order of attachment, at most [`Self::MAX_POLICIES`].
    pub policies: Vec<PolicyName>,
    /// The permissions boundary.
    pub boundary: Option<PolicyName>,
    /// When the user was created.
    pub created_at: Timestamp,
}

impl AccessUser {
    /// The most policies that may be attached. Source: IAM user guide, "IAM and AWS STS quotas", managed policies
    /// attached to an IAM user.
    pub const MAX_POLICIES: u32 = 10;
    /// The most access keys. Source: same page, access keys assigned to an IAM user.
    pub const MAX_KEYS: u32 = 2;
}

/// Whether a key may sign. Source: IAM API reference, `AccessKey`, `Status`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyStatus {
    /// It may.
    Active,
    /// It may not, until it is made active again.
    Inactive,
}

impl KeyStatus {
    /// Parses the API's spelling.
    ///
    /// # Errors
    /// [`Violation::Enum`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        match text {
            "Active" => Ok(Self::Active),
            "Inactive" => Ok(Self::Inactive),
            _ => Err(Violation::Enum(&["Active", "Inactive"])),
        }
    }

    /// The API's spelling.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Inactive => "Inactive",
        }
    }
}

/// A user's access key. Source: IAM API reference, `AccessKey`, `AccessKeyLastUsed`.
#[derive(Clone, PartialEq, Eq)]
pub struct AccessKey {
    /// Its id.
    pub id: AccessKeyId,
    /// The user's account.
    pub account: AccountId,
    /// Whose key it is.
    pub user: UserName,
    /// Whether it may sign.
    pub status: KeyStatus,
    /// The secret, wrapped by the master key; `Debug` does not show it.
    pub wrapped_secret: Vec<u8>,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it was last used, as far as that was noted.
    pub last_used_at: Option<Timestamp>,
}

impl fmt::Debug for AccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessKey")
            .field("id", &self.id)
            .field("account", &self.account)
            .field("user", &self.user)
            .field("status", &self.status)
            .field("wrapped_secret", &format_args!("***"))
            .field("created_at", &self.created_at)
            .field("last_used_at", &self.last_used_at)
            .finish()
    }
}

/// A policy as its owner wrote it. Source: IAM API reference, `Policy`, `PolicyVersion`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessPolicy {
    /// Whose policy it is.
    pub account: AccountId,
    /// The name, unique within the account without regard to case.
    pub name: PolicyName,
    /// The JSON text as it was given, at most [`Self::MAX_BYTES`] long.
    pub document: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its document was last written.
    pub updated_at: Timestamp,
}

impl AccessPolicy {
    /// The most bytes of a document. IAM takes 6,144 characters and does not count blanks ("IAM and AWS STS quotas"),
    /// within a text of 131,072 (API reference, `CreatePolicy`); ours counts all and lies between.
    pub const MAX_BYTES: u32 = 64 * 1024;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_one_of_two_words() {
        for status in [KeyStatus::Active, KeyStatus::Inactive] {
            assert_eq!(KeyStatus::parse(status.as_str()), Ok(status));
        }
        for wrong in ["", "active", "Expired"] {
            assert!(KeyStatus::parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_secret_is_not_shown() {
        let key = AccessKey {
            id: AccessKeyId::permanent(7),
            account: AccountId::parse("123456789012").unwrap(),
            user: UserName::parse("alice").unwrap(),
            status: KeyStatus::Active,
            wrapped_secret: vec![201, 202, 203],
            created_at: Timestamp::UNIX_EPOCH,
            last_used_at: None,
        };
        let shown = format!("{key:?} {key:#?}");
        assert!(shown.contains("***") && shown.contains("alice"), "{shown}");
        assert!(!shown.contains("201") && !shown.contains("202"), "{shown}");
    }
}
