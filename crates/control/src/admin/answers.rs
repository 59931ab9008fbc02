//! The shapes of answers, as `docs/admin-api.md` describes them.

use auth::{KnownAccessKey, KnownPolicy, KnownUser, Origin};
use model::{Account, KeyStatus, Timestamp};
use serde::Serialize;
use std::collections::BTreeMap;

/// `{}`
#[derive(Serialize)]
pub(super) struct Nothing {}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccountShape {
    account_id: String,
    pending_verification: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_time: Option<String>,
    origin: &'static str,
}

impl AccountShape {
    pub(super) fn of((account, origin): (&Account, Origin)) -> Self {
        Self {
            account_id: account.id.to_string(),
            pending_verification: account.pending_verification,
            create_time: time(account.created_at, origin),
            origin: origin.as_str(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UserShape {
    user_name: String,
    user_id: String,
    arn: String,
    tags: BTreeMap<String, String>,
    policies: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    permissions_boundary: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_time: Option<String>,
    origin: &'static str,
}

impl UserShape {
    pub(super) fn of(known: &KnownUser) -> Self {
        let user = &known.user;
        Self {
            user_name: user.name.to_string(),
            user_id: known.id.clone(),
            arn: known.arn(),
            tags: user.tags.as_map().clone(),
            policies: user.policies.iter().map(ToString::to_string).collect(),
            permissions_boundary: user.boundary.as_ref().map(ToString::to_string),
            create_time: time(user.created_at, known.origin),
            origin: known.origin.as_str(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AccessKeyShape {
    access_key_id: String,
    user_name: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_used_time: Option<String>,
    origin: &'static str,
}

impl AccessKeyShape {
    pub(super) fn of(known: &KnownAccessKey, last_use: Option<Timestamp>) -> Self {
        let key = &known.key;
        Self {
            access_key_id: key.id.to_string(),
            user_name: key.user.to_string(),
            status: KeyStatus::as_str(key.status),
            create_time: time(key.created_at, known.origin),
            last_used_time: last_use.map(|at| at.to_string()),
            origin: known.origin.as_str(),
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PolicyShape {
    policy_name: String,
    arn: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    create_time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    update_time: Option<String>,
    origin: &'static str,
}

impl PolicyShape {
    pub(super) fn of(known: &KnownPolicy) -> Self {
        let policy = &known.policy;
        Self {
            policy_name: policy.name.to_string(),
            arn: format!("arn:aws:iam::{}:policy/{}", policy.account, policy.name),
            create_time: time(policy.created_at, known.origin),
            update_time: time(policy.updated_at, known.origin),
            origin: known.origin.as_str(),
        }
    }
}

/// Only what is in the store has times.
fn time(at: Timestamp, origin: Origin) -> Option<String> {
    (origin == Origin::Stored).then(|| at.to_string())
}

#[derive(Serialize)]
pub(super) struct AccountAnswer {
    pub(super) account: AccountShape,
}

#[derive(Serialize)]
pub(super) struct UserAnswer {
    pub(super) user: UserShape,
}

#[derive(Serialize)]
pub(super) struct PolicyAnswer {
    pub(super) policy: PolicyShape,
}
