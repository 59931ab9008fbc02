//! What an operation of the admin API sees while it acts, and what may not be changed.

use super::AdminParts;
use crate::access::Changing;
use crate::call::Caller;
use crate::error::{OperationError, Subject, SubjectKind};
use crate::violations::violated;
use auth::{AccessDirectory, KnownPolicy, KnownUser, Origin};
use model::{AccountId, Now, PolicyName, UserName};
use std::sync::Arc;
use store::{AccessError, Conflict, Entity, UserKey};

/// One call that the policies have let through.
pub(super) struct AdminScope<'a> {
    pub(super) admin: &'a AdminParts,
    pub(super) caller: Caller<'a>,
    /// The account that is acted on.
    pub(super) account: AccountId,
    pub(super) now: Now,
    /// Everyone, as they stood when the policies were asked.
    pub(super) directory: Arc<AccessDirectory>,
    /// The change that is under way, if this is one.
    pub(super) changing: Option<&'a Changing<'a>>,
}

impl AdminScope<'_> {
    /// Reads back what was changed. From here on requests are decided by it.
    pub(super) async fn finish(&self) -> Result<Arc<AccessDirectory>, OperationError> {
        let changing = self.changing.ok_or_else(|| OperationError::internal("it was to change nothing"))?;
        Ok(changing.finish().await?)
    }

    pub(super) fn random(&self) -> u128 {
        (self.admin.random)()
    }

    pub(super) fn nonce<const N: usize>(&self) -> [u8; N] {
        let bytes = self.random().to_be_bytes();
        bytes.first_chunk::<N>().copied().unwrap_or([0; N])
    }

    /// A user of the account.
    pub(super) fn user<'d>(
        &self,
        directory: &'d AccessDirectory,
        name: &UserName,
    ) -> Result<&'d Arc<KnownUser>, OperationError> {
        directory.user(self.account, name).ok_or_else(|| user(name).not_found())
    }

    /// The key to a user of the account who may be changed here.
    pub(super) fn changeable_user(&self, name: &UserName) -> Result<UserKey, OperationError> {
        check_changeable(self.user(&self.directory, name)?.origin, || user(name))?;
        Ok(UserKey { account: self.account, name: name.clone() })
    }

    /// A policy of the account.
    pub(super) fn policy<'d>(
        &self,
        directory: &'d AccessDirectory,
        name: &PolicyName,
    ) -> Result<&'d KnownPolicy, OperationError> {
        directory.policy(self.account, name).ok_or_else(|| policy(name).not_found())
    }

    /// Whether a policy that is not in the store is there all the same.
    pub(super) fn is_elsewhere(&self) -> impl Fn(&PolicyName) -> bool + Send + 'static {
        let (directory, account) = (Arc::clone(&self.directory), self.account);
        move |name| directory.policy(account, name).is_some_and(|known| known.origin != Origin::Stored)
    }
}

/// What was not made by this API is not changed by it.
pub(super) fn check_changeable(origin: Origin, about: impl Fn() -> Subject) -> Result<(), OperationError> {
    match origin {
        Origin::Stored => Ok(()),
        Origin::Declared => Err(about().conflict("is declared in the access file; change it there")),
        Origin::Ready => Err(about().conflict("comes with the server and cannot be changed")),
    }
}

pub(super) fn user(name: &UserName) -> Subject {
    Subject { id: name.to_string(), kind: SubjectKind::User }
}

pub(super) fn policy(name: &PolicyName) -> Subject {
    Subject { id: name.to_string(), kind: SubjectKind::Policy }
}

pub(super) fn access_key(id: impl ToString) -> Subject {
    Subject { id: id.to_string(), kind: SubjectKind::AccessKey }
}

/// What the store refused; `about` is what the operation acts on.
pub(super) fn refused(error: AccessError, about: Subject) -> OperationError {
    match error {
        AccessError::NoSuchEntity(entity) => named(&entity).not_found(),
        AccessError::EntityAlreadyExists(entity) => named(&entity).conflict("exists already"),
        AccessError::DeleteConflict(conflict) => about.conflict(in_the_way(&conflict)),
        AccessError::LimitExceeded { limit, .. } => OperationError::ServiceQuotaExceeded { about, limit },
        AccessError::Refused(violation) => violated("tags", &violation),
        AccessError::Store(error) => error.into(),
    }
}

fn named(entity: &Entity) -> Subject {
    match entity {
        Entity::Account(id) => Subject::account(*id),
        Entity::User(name) => user(name),
        Entity::Key(id) => access_key(id),
        Entity::Policy(name) => policy(name),
    }
}

/// The end of a sentence that begins with what was to be deleted.
fn in_the_way(conflict: &Conflict) -> String {
    let what = match conflict {
        Conflict::UserHasKeys => "access keys",
        Conflict::UserHasPolicies => "attached policies",
        Conflict::AccountHasRooms => "rooms",
        Conflict::AccountHasLoggingConfigurations => "logging configurations",
        Conflict::AccountHasUsers => "users",
        Conflict::AccountHasPolicies => "policies",
        Conflict::PolicyInUse(users) => return is_in_use(users),
    };
    format!("has {what}; delete them first")
}

/// Why a policy stays.
pub(super) fn is_in_use(users: &[UserName]) -> String {
    let names: Vec<_> = users.iter().map(UserName::as_str).collect();
    format!("is attached to, or the boundary of, {}", names.join(", "))
}
