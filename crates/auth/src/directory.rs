//! Who there is and what they may: accounts, users, access keys and policies, compiled once per change and asked by
//! every request. It knows neither where they are kept nor who changes them.
//!
//! **Invariant:** what cannot be made sense of opens nothing. A user one of whose policies is missing or cannot be read
//! may do nothing; a key whose secret cannot be opened signs nothing.

mod builder;
#[cfg(test)]
mod tests;

use crate::policy::{NamedPolicy, Policy};
use crate::principal::Principal;
use crate::session::{SessionClaims, open_session};
use crate::sigv4::{Presented, SecretKey, SignatureError};
use crate::{MasterKey, PolicyError};
use model::{
    AccessKey, AccessPolicy, AccessUser, Account, AccountId, KeyStatus, PolicyName, Timestamp, UserName,
};
use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::Arc;

/// Where a thing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// In the store, by the admin API.
    Stored,
    /// In the access file.
    Declared,
    /// It comes with the server.
    Ready,
}

impl Origin {
    /// As the admin API spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Stored => "stored",
            Self::Declared => "declared",
            Self::Ready => "ready",
        }
    }
}

/// Accounts, users, keys and policies out of one source.
#[derive(Debug, Clone, Default)]
pub struct AccessRecords {
    /// The accounts.
    pub accounts: Vec<Account>,
    /// The users.
    pub users: Vec<AccessUser>,
    /// The keys with their secrets; none where it could not be opened.
    pub keys: Vec<(AccessKey, Option<Arc<SecretKey>>)>,
    /// The policies.
    pub policies: Vec<AccessPolicy>,
}

/// The key that may do everything in the server's own account.
#[derive(Debug, Clone)]
pub struct RootKey {
    /// Its id.
    pub access_key_id: String,
    /// Its secret.
    pub secret: Arc<SecretKey>,
}

/// What does not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccessProblem {
    /// Two of one name, of which at most one is in the store.
    #[error(
        "{0} is there twice; names are compared without case, and what is declared must not be in the database too"
    )]
    Twice(String),
    /// Something of an account that there is not.
    #[error("{what} cannot be: there is no account {account}")]
    NoAccount {
        /// What.
        what: String,
        /// Of which account.
        account: AccountId,
    },
    /// A key of a user that there is not.
    #[error("the access key {key} is of user {user}, who does not exist")]
    NoUser {
        /// Which key.
        key: String,
        /// Of which user.
        user: UserName,
    },
    /// A user with a policy that there is not; the user may do nothing.
    #[error("the user {user} of account {account} has the policy {policy}, which does not exist")]
    NoPolicy {
        /// Of which account.
        account: AccountId,
        /// Which user.
        user: UserName,
        /// Which policy.
        policy: PolicyName,
    },
    /// A policy that cannot be read; whoever has it may do nothing.
    #[error("the policy {policy} of account {account}: {error}")]
    BadPolicy {
        /// Of which account.
        account: AccountId,
        /// Which policy.
        policy: PolicyName,
        /// What is wrong with it, and where.
        error: PolicyError,
    },
    /// A key whose secret cannot be opened; it signs nothing.
    #[error("the secret of the access key {0} cannot be opened: it was wrapped under another master key")]
    NoSecret(String),
}

/// A user as requests meet it.
#[derive(Debug)]
pub struct KnownUser {
    /// The user.
    pub user: AccessUser,
    /// The unique id, `AIDA…`: who is made again under the same name gets another.
    pub id: String,
    /// Where it was written.
    pub origin: Origin,
    pub(crate) rights: Rights,
}

impl KnownUser {
    /// The user's ARN.
    #[must_use]
    pub fn arn(&self) -> String {
        format!("arn:aws:iam::{}:user/{}", self.user.account, self.user.name)
    }
}

/// What is attached to a user. With nothing attached nothing is allowed.
#[derive(Debug, Default)]
pub(crate) struct Rights {
    pub(crate) identity: Vec<Attached>,
    pub(crate) boundary: Option<Attached>,
}

impl Rights {
    pub(crate) fn policies(&self) -> impl Iterator<Item = &Policy> {
        self.identity.iter().chain(&self.boundary).map(|attached| &*attached.policy)
    }
}

/// A policy and what it is called.
#[derive(Debug)]
pub(crate) struct Attached {
    pub(crate) name: PolicyName,
    pub(crate) policy: Arc<Policy>,
}

impl Attached {
    pub(crate) fn named(&self) -> NamedPolicy<'_> {
        NamedPolicy { name: self.name.as_str(), policy: &self.policy }
    }
}

/// A policy as it was written, and where.
#[derive(Debug)]
pub struct KnownPolicy {
    /// The policy.
    pub policy: AccessPolicy,
    /// Where it was written.
    pub origin: Origin,
    compiled: Option<Arc<Policy>>,
}

/// A user's key.
#[derive(Debug)]
pub struct KnownAccessKey {
    /// The key.
    pub key: AccessKey,
    /// Where it was written.
    pub origin: Origin,
    user: Arc<KnownUser>,
    /// `None` where it could not be opened: the key is there, can be deleted, and signs nothing.
    secret: Option<Arc<SecretKey>>,
}

/// Whose key a request was signed with, and what the signature is verified against.
pub struct KeyHolder {
    /// Who asks, if the signature is right.
    pub principal: Principal,
    /// The key's secret.
    pub secret: Arc<SecretKey>,
    /// The session token that belongs to it, if it is temporary.
    pub session_token: Option<String>,
}

/// The session token is a secret.
impl fmt::Debug for KeyHolder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyHolder({:?}, ***)", self.principal.arn())
    }
}

/// Everyone, as they stood at one moment.
#[derive(Debug)]
pub struct AccessDirectory {
    home: AccountId,
    root: RootKey,
    accounts: BTreeMap<AccountId, (Account, Origin)>,
    users: BTreeMap<(AccountId, String), Arc<KnownUser>>,
    policies: BTreeMap<(AccountId, String), KnownPolicy>,
    keys: HashMap<String, KnownAccessKey>,
}

impl AccessDirectory {
    /// The server's own account, whose root is the operator.
    #[must_use]
    pub const fn home(&self) -> AccountId {
        self.home
    }

    /// Whose key a request was signed with; `None` for a key that is unknown or inactive, or a session token that is
    /// not the key's.
    ///
    /// # Errors
    /// [`SignatureError::ExpiredToken`] for temporary credentials whose time has passed.
    pub fn holder(
        &self,
        presented: &Presented,
        master: &MasterKey,
        now: Timestamp,
    ) -> Result<Option<KeyHolder>, SignatureError> {
        let id = presented.access_key_id();
        if let Some(token) = presented.session_token() {
            return match open_session(token, id, master) {
                Ok(claims) if now >= claims.expires_at => Err(SignatureError::ExpiredToken),
                Ok(claims) => Ok(self.session(claims, token)),
                Err(_) => Ok(None),
            };
        }
        if id == self.root.access_key_id {
            let (principal, secret) = (Principal::root(self.home), Arc::clone(&self.root.secret));
            return Ok(Some(KeyHolder { principal, secret, session_token: None }));
        }
        let known = self.keys.get(id).filter(|known| known.key.status == KeyStatus::Active);
        Ok(known.and_then(|known| {
            // The secret first: a key without one must cost what an unknown key costs.
            let secret = known.secret.clone()?;
            Some(KeyHolder {
                principal: Principal::user(Arc::clone(&known.user)),
                secret,
                session_token: None,
            })
        }))
    }

    /// The same caller as they stand now; `None` if the user, or the key that was used, is no longer what it was.
    #[must_use]
    pub fn again(&self, principal: &Principal, access_key_id: &str) -> Option<Principal> {
        let Some(before) = principal.known() else { return Some(principal.clone()) };
        let user = self.user(before.user.account, &before.user.name).filter(|user| user.id == before.id)?;
        let is_live = |known: &KnownAccessKey| known.key.status == KeyStatus::Active;
        if !principal.is_session() && !self.keys.get(access_key_id).is_some_and(is_live) {
            return None;
        }
        Some(principal.now_as(Arc::clone(user)))
    }

    /// A session ends with its user. A session policy that this version cannot read lets nothing through.
    fn session(&self, claims: SessionClaims, token: &str) -> Option<KeyHolder> {
        let user = self.user(claims.account, &claims.user).filter(|user| user.id == claims.user_id)?;
        let policy = match &claims.policy {
            Some(document) => Some(Arc::new(Policy::parse(document).ok()?)),
            None => None,
        };
        let principal = Principal::session(Arc::clone(user), claims.issued_at, policy);
        let session_token = Some(token.to_owned());
        Some(KeyHolder { principal, secret: Arc::new(claims.secret), session_token })
    }

    /// An account, if the server serves it.
    #[must_use]
    pub fn account(&self, id: AccountId) -> Option<(&Account, Origin)> {
        self.accounts.get(&id).map(|(account, origin)| (account, *origin))
    }

    /// All accounts, by number.
    pub fn accounts(&self) -> impl Iterator<Item = (&Account, Origin)> {
        self.accounts.values().map(|(account, origin)| (account, *origin))
    }

    /// Whether the account's calls are answered with `PendingVerification`; so are those of an account that there is
    /// not.
    #[must_use]
    pub fn is_pending_verification(&self, id: AccountId) -> bool {
        self.accounts.get(&id).is_none_or(|(account, _)| account.pending_verification)
    }

    /// A user, found without regard to case.
    #[must_use]
    pub fn user(&self, account: AccountId, name: &UserName) -> Option<&Arc<KnownUser>> {
        self.users.get(&(account, name.folded()))
    }

    /// An account's users by folded name, from the first behind `after`.
    pub fn users(&self, account: AccountId, after: Option<&str>) -> impl Iterator<Item = &Arc<KnownUser>> {
        self.users
            .range(behind(account, after)..)
            .map_while(move |((of, _), user)| (*of == account).then_some(user))
    }

    /// A policy, found without regard to case.
    #[must_use]
    pub fn policy(&self, account: AccountId, name: &PolicyName) -> Option<&KnownPolicy> {
        self.policies.get(&(account, name.folded()))
    }

    /// An account's policies by folded name, from the first behind `after`.
    pub fn policies(&self, account: AccountId, after: Option<&str>) -> impl Iterator<Item = &KnownPolicy> {
        let all = self.policies.range(behind(account, after)..);
        all.map_while(move |((of, _), policy)| (*of == account).then_some(policy))
    }

    /// A key by its id.
    #[must_use]
    pub fn key(&self, id: &str) -> Option<&KnownAccessKey> {
        self.keys.get(id)
    }

    /// The keys of a user, oldest first.
    #[must_use]
    pub fn keys(&self, of: &KnownUser) -> Vec<&KnownAccessKey> {
        let mut keys: Vec<_> = self.keys.values().filter(|known| std::ptr::eq(&*known.user, of)).collect();
        keys.sort_by_key(|known| (known.key.created_at, known.key.id.clone()));
        keys
    }

    /// Every user who has this policy attached or as the boundary.
    pub fn users_with(
        &self,
        account: AccountId,
        policy: &PolicyName,
    ) -> impl Iterator<Item = &Arc<KnownUser>> {
        let folded = policy.folded();
        self.users(account, None).filter(move |known| {
            let user = &known.user;
            user.policies.iter().chain(&user.boundary).any(|name| name.folded() == folded)
        })
    }
}

fn behind(account: AccountId, after: Option<&str>) -> (AccountId, String) {
    // The least text behind a text is that text and a zero.
    (account, after.map_or_else(String::new, |after| format!("{after}\0")))
}
