//! The operations of the admin API by what they act on: what each reads, what it acts on, what it does.

mod accounts;
mod explain;
mod keys;
mod page;
mod policies;
mod sessions;
mod user_change;
mod user_policies;
mod users;

pub(super) use accounts::{CreateAccount, DeleteAccount, GetAccount, ListAccounts, UpdateAccount};
pub(super) use explain::ExplainAccess;
pub(super) use keys::{CreateAccessKey, DeleteAccessKey, UpdateAccessKey};
pub(super) use policies::{CreatePolicy, DeletePolicy, GetPolicy, ListPolicies, UpdatePolicy};
pub(super) use sessions::AssumeUser;
pub(super) use user_policies::{
    AttachUserPolicy, DeleteUserPermissionsBoundary, DetachUserPolicy, PutUserPermissionsBoundary,
};
pub(super) use users::{CreateUser, DeleteUser, GetUser, ListUsers, TagUser, UntagUser};
