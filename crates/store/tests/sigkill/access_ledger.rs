//! What the writer told of users, keys and policies, and whether the store still has it.

use model::{AccessKey, AccessUser, KeyStatus};
use std::collections::{BTreeMap, BTreeSet};
use store::AllAccess;

#[derive(Default)]
pub(crate) struct AccessLedger {
    /// The last count that was acknowledged of each policy that may not be gone.
    policies: BTreeMap<String, u64>,
    users: BTreeSet<String>,
    attached: BTreeSet<String>,
    keys: BTreeSet<String>,
    inactive: BTreeSet<String>,
    /// What was acknowledged to be deleted.
    deleted: BTreeSet<String>,
}

impl AccessLedger {
    /// Notes a line if it is one of these; says whether it was, and whether it acknowledges a write.
    pub(crate) fn note(&mut self, words: &[&str]) -> Option<bool> {
        let name = || words[1].to_owned();
        match words[0] {
            "policy" => drop(self.policies.insert(name(), words[2].parse().unwrap())),
            "user" => drop(self.users.insert(name())),
            "attached" => drop(self.attached.insert(name())),
            "key" => drop(self.keys.insert(name())),
            "inactive" => drop(self.inactive.insert(name())),
            // From here on they may be gone, told or not; the user's policy goes next.
            "deleting-key" => drop(self.keys.remove(words[1])),
            "deleting-user" => self.forget_user(words),
            "deleted-key" => drop(self.deleted.insert(name())),
            "deleted-user" => self.deleted.extend([format!("user {}", words[1]), words[2].into()]),
            "deleted-policy" => drop(self.deleted.insert(format!("policy {}", words[1]))),
            _ => return None,
        }
        Some(!words[0].starts_with("deleting"))
    }

    fn forget_user(&mut self, words: &[&str]) {
        self.users.remove(words[1]);
        self.attached.remove(words[1]);
        self.policies.remove(words[1]);
        self.keys.remove(words[2]);
        self.inactive.remove(words[2]);
    }

    pub(crate) fn check(&self, found: &AllAccess) {
        assert_eq!(found.accounts.len(), 1);
        self.check_policies(found);
        let users: BTreeMap<&str, &AccessUser> =
            found.users.iter().map(|user| (user.name.as_str(), user)).collect();
        for name in &self.users {
            let user = users.get(name.as_str()).unwrap_or_else(|| unreachable!("user {name} is lost"));
            let is_attached = user.policies.iter().any(|policy| policy.as_str() == name);
            assert!(is_attached || !self.attached.contains(name), "the policy of user {name} is lost");
        }
        for name in users.keys() {
            assert!(!self.deleted.contains(&format!("user {name}")), "the deletion of user {name} is lost");
        }
        self.check_keys(&found.keys.iter().map(|key| (key.id.as_str(), key)).collect());
    }

    fn check_policies(&self, found: &AllAccess) {
        let documents: BTreeMap<&str, u64> = found
            .policies
            .iter()
            .map(|policy| (policy.name.as_str(), policy.document.parse().unwrap()))
            .collect();
        for (name, count) in &self.policies {
            let kept = documents.get(name.as_str()).unwrap_or_else(|| unreachable!("policy {name} is lost"));
            assert!(kept >= count, "an update of policy {name} is lost");
        }
        for name in documents.keys() {
            assert!(!self.deleted.contains(&format!("policy {name}")), "the deletion of {name} is lost");
        }
        for user in &found.users {
            let all_there = user.policies.iter().all(|policy| documents.contains_key(policy.as_str()));
            assert!(all_there, "user {} has a policy that is gone", user.name);
        }
    }

    fn check_keys(&self, found: &BTreeMap<&str, &AccessKey>) {
        for id in &self.keys {
            let key = found.get(id.as_str()).unwrap_or_else(|| unreachable!("key {id} is lost"));
            assert_eq!(key.wrapped_secret, id.as_bytes());
            let is_inactive = key.status == KeyStatus::Inactive;
            assert!(is_inactive || !self.inactive.contains(id), "key {id} is active again");
        }
        for id in found.keys() {
            assert!(!self.deleted.contains(*id), "the deletion of key {id} is lost");
        }
    }

    /// Fails if the rounds together were too short to mean anything.
    pub(crate) fn check_is_telling(&self) {
        let told =
            [&self.users, &self.attached, &self.keys, &self.inactive, &self.deleted].map(BTreeSet::len);
        assert!(self.policies.len() > 10 && told.iter().all(|told| *told > 10), "{told:?}");
    }
}
