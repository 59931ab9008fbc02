//! Putting the directory together out of its sources, and telling what does not fit.

use super::{
    AccessDirectory, AccessProblem, AccessRecords, Attached, KnownAccessKey, KnownPolicy, KnownUser, Origin,
    Rights, RootKey,
};
use crate::SecretKey;
use crate::policy::{Policy, PolicyError, READY_POLICIES};
use aws_lc_rs::digest::{SHA256, digest};
use model::{AccessKey, AccessKeyId, AccessPolicy, AccessUser, Account, AccountId, PolicyName, Timestamp};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

impl AccessDirectory {
    /// Puts together what is in the store and what is declared. The server's own account is always there; `home` says
    /// how it is configured. What does not fit is told, and opens nothing. Policies that are as they were in `previous`
    /// are not compiled anew.
    #[must_use]
    pub fn build(
        home: &Account,
        root: RootKey,
        stored: &AccessRecords,
        declared: &AccessRecords,
        previous: Option<&Self>,
    ) -> (Self, Vec<AccessProblem>) {
        let is_home_pending = home.pending_verification;
        let directory = Self {
            home: home.id,
            root,
            accounts: [(home.id, (home.clone(), Origin::Ready))].into(),
            users: BTreeMap::new(),
            policies: BTreeMap::new(),
            keys: HashMap::new(),
        };
        let mut builder = Builder { directory, previous, is_home_pending, problems: Vec::new() };
        let sources = [(stored, Origin::Stored), (declared, Origin::Declared)];
        for (records, origin) in sources {
            records.accounts.iter().for_each(|account| builder.account(account, origin));
        }
        builder.ready_policies();
        for (records, origin) in sources {
            records.policies.iter().for_each(|policy| builder.policy(policy, origin));
        }
        for (records, origin) in sources {
            records.users.iter().for_each(|user| builder.user(user, origin));
        }
        for (records, origin) in sources {
            records.keys.iter().for_each(|(key, secret)| builder.key(key, secret.as_ref(), origin));
        }
        (builder.directory, builder.problems)
    }
}

struct Builder<'a> {
    directory: AccessDirectory,
    previous: Option<&'a AccessDirectory>,
    is_home_pending: bool,
    problems: Vec<AccessProblem>,
}

impl Builder<'_> {
    /// An account has a row in the store wherever it was written, and what is declared of it goes over that. The
    /// server's own is pending too if its configuration says so.
    fn account(&mut self, account: &Account, origin: Origin) {
        let is_own_pending = account.id == self.directory.home && self.is_home_pending;
        let pending_verification = account.pending_verification || is_own_pending;
        let account = Account { pending_verification, ..account.clone() };
        let before = self.directory.accounts.insert(account.id, (account, origin));
        if let Some((before, from)) = before
            && from == origin
        {
            self.problems.push(AccessProblem::Twice(format!("the account {}", before.id)));
        }
    }

    fn is_account(&mut self, account: AccountId, what: impl Fn() -> String) -> bool {
        let is_known = self.directory.accounts.contains_key(&account);
        if !is_known {
            self.problems.push(AccessProblem::NoAccount { what: what(), account });
        }
        is_known
    }

    fn ready_policies(&mut self) {
        let accounts: Vec<_> = self.directory.accounts.keys().copied().collect();
        for ready in READY_POLICIES {
            let Ok(name) = PolicyName::parse(ready.name) else { continue };
            for account in &accounts {
                let policy = AccessPolicy {
                    account: *account,
                    name: name.clone(),
                    document: ready.document.to_owned(),
                    created_at: Timestamp::UNIX_EPOCH,
                    updated_at: Timestamp::UNIX_EPOCH,
                };
                self.policy(&policy, Origin::Ready);
            }
        }
    }

    fn policy(&mut self, policy: &AccessPolicy, origin: Origin) {
        let what = || format!("the policy {} of account {}", policy.name, policy.account);
        if !self.is_account(policy.account, what) {
            return;
        }
        let place = (policy.account, policy.name.folded());
        if self.directory.policies.contains_key(&place) {
            return self.problems.push(AccessProblem::Twice(what()));
        }
        let compiled = match self.compile(policy) {
            Ok(compiled) => Some(compiled),
            Err(error) => {
                let (account, policy) = (policy.account, policy.name.clone());
                self.problems.push(AccessProblem::BadPolicy { account, policy, error });
                None
            }
        };
        self.directory.policies.insert(place, KnownPolicy { policy: policy.clone(), origin, compiled });
    }

    fn compile(&self, policy: &AccessPolicy) -> Result<Arc<Policy>, PolicyError> {
        let before = self.previous.and_then(|previous| previous.policy(policy.account, &policy.name));
        let same = before.filter(|before| before.policy.document == policy.document);
        match same.and_then(|known| known.compiled.clone()) {
            Some(compiled) => Ok(compiled),
            None => Policy::parse(&policy.document).map(Arc::new),
        }
    }

    fn user(&mut self, user: &AccessUser, origin: Origin) {
        let what = || format!("the user {} of account {}", user.name, user.account);
        if !self.is_account(user.account, what) {
            return;
        }
        let place = (user.account, user.name.folded());
        if self.directory.users.contains_key(&place) {
            return self.problems.push(AccessProblem::Twice(what()));
        }
        let rights = self.rights(user).unwrap_or_default();
        let known = KnownUser { user: user.clone(), id: user_id(user), origin, rights };
        self.directory.users.insert(place, Arc::new(known));
    }

    /// `None` if any policy cannot be had: that one may have been what denied.
    fn rights(&mut self, user: &AccessUser) -> Option<Rights> {
        let identity: Vec<_> = user.policies.iter().map(|name| self.attached(user, name)).collect();
        let boundary = user.boundary.as_ref().map(|name| self.attached(user, name));
        Some(Rights {
            identity: identity.into_iter().collect::<Option<_>>()?,
            boundary: match boundary {
                Some(attached) => Some(attached?),
                None => None,
            },
        })
    }

    fn attached(&mut self, user: &AccessUser, name: &PolicyName) -> Option<Attached> {
        let Some(known) = self.directory.policy(user.account, name) else {
            let (account, user, policy) = (user.account, user.name.clone(), name.clone());
            self.problems.push(AccessProblem::NoPolicy { account, user, policy });
            return None;
        };
        // What is wrong with it was told when it was met.
        let policy = known.compiled.clone()?;
        Some(Attached { name: known.policy.name.clone(), policy })
    }

    fn key(&mut self, key: &AccessKey, secret: Option<&Arc<SecretKey>>, origin: Origin) {
        let id = key.id.as_str();
        if id == self.directory.root.access_key_id || self.directory.keys.contains_key(id) {
            return self.problems.push(AccessProblem::Twice(format!("the access key {id}")));
        }
        let Some(user) = self.directory.user(key.account, &key.user).cloned() else {
            let (key, user) = (id.to_owned(), key.user.clone());
            return self.problems.push(AccessProblem::NoUser { key, user });
        };
        if secret.is_none() {
            self.problems.push(AccessProblem::NoSecret(id.to_owned()));
        }
        let known = KnownAccessKey { key: key.clone(), origin, user, secret: secret.cloned() };
        self.directory.keys.insert(id.to_owned(), known);
    }
}

/// 80 bits of a hash over what makes a user itself. Source: IAM user guide, "IAM identifiers", unique identifiers.
fn user_id(user: &AccessUser) -> String {
    let made_at = user.created_at.as_nanosecond();
    let hash = digest(&SHA256, format!("{}/{}/{made_at}", user.account, user.name.folded()).as_bytes());
    let bits = hash.as_ref().first_chunk::<16>().map_or(0, |bytes| u128::from_be_bytes(*bytes));
    AccessKeyId::permanent(bits).as_str().replacen("AKIA", "AIDA", 1)
}
