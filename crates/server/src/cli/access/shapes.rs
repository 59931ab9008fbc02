//! The shapes of the admin API's answers, as far as they are shown, and how each one looks. What a server leaves out is
//! shown as `-`; what it adds is not looked at.
//!
//! Source: docs/admin-api.md, "Shapes".

use crate::cli::table::{columns, facts};
use serde::Deserialize;
use std::collections::BTreeMap;

/// An account.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Account {
    pub(super) account_id: String,
    #[serde(default)]
    pending_verification: bool,
    #[serde(default)]
    create_time: String,
    #[serde(default)]
    origin: String,
}

/// A user.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct User {
    user_name: String,
    #[serde(default)]
    user_id: String,
    #[serde(default)]
    pub(super) arn: String,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    #[serde(default)]
    policies: Vec<String>,
    #[serde(default)]
    permissions_boundary: String,
    #[serde(default)]
    create_time: String,
    #[serde(default)]
    origin: String,
}

/// An access key, without its secret.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccessKey {
    pub(super) access_key_id: String,
    #[serde(default)]
    status: String,
    #[serde(default)]
    create_time: String,
    #[serde(default)]
    last_used_time: String,
    #[serde(default)]
    origin: String,
}

/// A policy, without its document.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Policy {
    policy_name: String,
    #[serde(default)]
    pub(super) arn: String,
    #[serde(default)]
    create_time: String,
    #[serde(default)]
    update_time: String,
    #[serde(default)]
    origin: String,
}

impl Account {
    pub(super) fn table(accounts: Vec<Self>) -> String {
        let row = |account: Self| {
            [
                account.account_id,
                account.pending_verification.to_string(),
                account.create_time,
                account.origin,
            ]
        };
        columns(["ACCOUNT", "PENDING", "CREATED", "ORIGIN"], accounts.into_iter().map(row))
    }

    pub(super) fn page(self) -> String {
        facts([
            ("account", self.account_id),
            ("pending verification", self.pending_verification.to_string()),
            ("created", self.create_time),
            ("origin", self.origin),
        ])
    }
}

impl User {
    pub(super) fn table(users: Vec<Self>) -> String {
        let row = |user: Self| {
            let policies = user.policies.join(",");
            [user.user_name, policies, user.permissions_boundary, user.create_time, user.origin]
        };
        columns(["NAME", "POLICIES", "BOUNDARY", "CREATED", "ORIGIN"], users.into_iter().map(row))
    }

    pub(super) fn page(self) -> String {
        let tags: Vec<_> = self.tags.iter().map(|(key, value)| format!("{key}={value}")).collect();
        facts([
            ("name", self.user_name),
            ("id", self.user_id),
            ("ARN", self.arn),
            ("tags", tags.join(" ")),
            ("policies", self.policies.join(" ")),
            ("permissions boundary", self.permissions_boundary),
            ("created", self.create_time),
            ("origin", self.origin),
        ])
    }
}

impl AccessKey {
    pub(super) fn table(keys: Vec<Self>) -> String {
        let row =
            |key: Self| [key.access_key_id, key.status, key.create_time, key.last_used_time, key.origin];
        columns(["ACCESS KEY ID", "STATUS", "CREATED", "LAST USED", "ORIGIN"], keys.into_iter().map(row))
    }
}

impl Policy {
    pub(super) fn table(policies: Vec<Self>) -> String {
        let row = |policy: Self| {
            [policy.policy_name, policy.arn, policy.create_time, policy.update_time, policy.origin]
        };
        columns(["NAME", "ARN", "CREATED", "UPDATED", "ORIGIN"], policies.into_iter().map(row))
    }
}
