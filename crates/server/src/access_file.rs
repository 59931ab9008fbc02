//! The access file: accounts, users, keys and policies of people who keep their set-up in files. Read whole and
//! strictly; a secret that stands elsewhere, in a variable of the environment or a file of its own, is fetched from
//! there.
//!
//! It knows neither what is in the store nor what a policy says: [`auth::AccessDirectory`] judges that.

use crate::declared_file::{self, DeclaredFileError};
use auth::{AccessRecords, SecretKey};
use model::{
    AccessKey, AccessKeyId, AccessPolicy, AccessUser, Account, AccountId, KeyStatus, PolicyName, Tags,
    Timestamp, UserName, Violation,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use zeroize::Zeroizing;

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Document {
    account: Vec<DeclaredAccount>,
    policy: Vec<DeclaredPolicy>,
    user: Vec<DeclaredUser>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredAccount {
    id: String,
    #[serde(default)]
    pending_verification: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredPolicy {
    account: Option<String>,
    name: String,
    /// The JSON as a string, or as a table of the file's own language.
    document: Option<serde_json::Value>,
    /// A file that holds it, beside this one.
    file: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredUser {
    account: Option<String>,
    name: String,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    #[serde(default)]
    policies: Vec<String>,
    permissions_boundary: Option<String>,
    #[serde(default)]
    key: Vec<DeclaredKey>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeclaredKey {
    id: String,
    secret: Option<Zeroizing<String>>,
    secret_env: Option<String>,
    secret_file: Option<PathBuf>,
    status: Option<String>,
}

/// Reads the file. What names no account is of `home`; `variable` looks into the environment.
///
/// # Errors
/// [`DeclaredFileError`]
pub(crate) fn read(
    path: &Path,
    home: AccountId,
    variable: impl Fn(&str) -> Option<String>,
) -> Result<AccessRecords, DeclaredFileError> {
    let document: Document = declared_file::read(path)?;
    if document.user.iter().flat_map(|user| &user.key).any(|key| key.secret.is_some()) {
        crate::secret_file::warn_if_open(path);
    }
    let malformed = |detail: String| DeclaredFileError::Malformed { path: path.to_owned(), detail };
    let folder = path.parent().unwrap_or(Path::new("."));
    Reading { home, folder, variable, malformed }.records(document)
}

struct Reading<'a, V, M> {
    home: AccountId,
    folder: &'a Path,
    variable: V,
    malformed: M,
}

impl<V: Fn(&str) -> Option<String>, M: Fn(String) -> DeclaredFileError> Reading<'_, V, M> {
    fn records(&self, document: Document) -> Result<AccessRecords, DeclaredFileError> {
        let mut records = AccessRecords::default();
        for account in &document.account {
            let id = self.parse(&format!("account {:?}: id", account.id), AccountId::parse(&account.id))?;
            let pending_verification = account.pending_verification;
            records.accounts.push(Account { id, pending_verification, created_at: Timestamp::UNIX_EPOCH });
        }
        for policy in &document.policy {
            records.policies.push(self.policy(policy)?);
        }
        for user in document.user {
            let known = self.user(&user)?;
            let keys = user.key.iter().map(|key| self.key(&known, key)).collect::<Result<Vec<_>, _>>()?;
            if keys.len() > AccessUser::MAX_KEYS as usize {
                return Err((self.malformed)(format!("user {:?}: more than two keys", user.name)));
            }
            records.users.push(known);
            records.keys.extend(keys);
        }
        Ok(records)
    }

    fn policy(&self, policy: &DeclaredPolicy) -> Result<AccessPolicy, DeclaredFileError> {
        let what = format!("policy {:?}", policy.name);
        let document = match (&policy.document, &policy.file) {
            (Some(serde_json::Value::String(text)), None) => text.clone(),
            (Some(table), None) => table.to_string(),
            (None, Some(file)) => declared_file::read_text(&self.folder.join(file))?.to_string(),
            _ => return Err((self.malformed)(format!("{what}: needs `document` or `file`, one of them"))),
        };
        Ok(AccessPolicy {
            account: self.account(&what, policy.account.as_deref())?,
            name: self.parse(&format!("{what}: name"), PolicyName::parse(&policy.name))?,
            document,
            created_at: Timestamp::UNIX_EPOCH,
            updated_at: Timestamp::UNIX_EPOCH,
        })
    }

    fn user(&self, user: &DeclaredUser) -> Result<AccessUser, DeclaredFileError> {
        let what = format!("user {:?}", user.name);
        let named = |name: &String| self.parse(&format!("{what}: policy {name:?}"), PolicyName::parse(name));
        let policies = user.policies.iter().map(named).collect::<Result<Vec<_>, _>>()?;
        if policies.len() > AccessUser::MAX_POLICIES as usize {
            return Err((self.malformed)(format!("{what}: more than ten policies")));
        }
        Ok(AccessUser {
            account: self.account(&what, user.account.as_deref())?,
            name: self.parse(&format!("{what}: name"), UserName::parse(&user.name))?,
            tags: self.parse(
                &format!("{what}: tags"),
                Tags::parse(user.tags.clone()).and_then(Tags::distinct_without_case),
            )?,
            policies,
            boundary: user.permissions_boundary.as_ref().map(named).transpose()?,
            created_at: Timestamp::UNIX_EPOCH,
        })
    }

    fn key(
        &self,
        user: &AccessUser,
        key: &DeclaredKey,
    ) -> Result<(AccessKey, Option<Arc<SecretKey>>), DeclaredFileError> {
        let what = format!("user {:?}, key {:?}", user.name.as_str(), key.id);
        let secret = self.secret(&what, key)?;
        let secret = SecretKey::parse(secret.trim_end_matches(['\r', '\n']));
        let secret = secret.map_err(|error| (self.malformed)(format!("{what}: {error}")))?;
        let status = key.status.as_deref().unwrap_or(KeyStatus::Active.as_str());
        let key = AccessKey {
            id: self.parse(&format!("{what}: id"), AccessKeyId::parse(&key.id))?,
            account: user.account,
            user: user.name.clone(),
            status: self.parse(&format!("{what}: status"), KeyStatus::parse(status))?,
            wrapped_secret: Vec::new(),
            created_at: Timestamp::UNIX_EPOCH,
            last_used_at: None,
        };
        Ok((key, Some(Arc::new(secret))))
    }

    fn secret(&self, what: &str, key: &DeclaredKey) -> Result<Zeroizing<String>, DeclaredFileError> {
        match (&key.secret, &key.secret_env, &key.secret_file) {
            (Some(secret), None, None) => Ok(secret.clone()),
            (None, Some(name), None) if is_variable(name) => (self.variable)(name)
                .map(Zeroizing::new)
                .ok_or_else(|| (self.malformed)(format!("{what}: the environment has no variable {name}"))),
            // What is no name is not shown, and neither is a path: they may be the secret itself.
            (None, Some(_), None) => {
                Err((self.malformed)(format!("{what}: `secret_env` is not the name of a variable")))
            }
            (None, None, Some(file)) => declared_file::read_text(&self.folder.join(file))
                .map_err(|_| (self.malformed)(format!("{what}: the file of `secret_file` cannot be read"))),
            _ => Err((self.malformed)(format!(
                "{what}: needs `secret`, `secret_env` or `secret_file`, one of them"
            ))),
        }
    }

    fn account(&self, what: &str, given: Option<&str>) -> Result<AccountId, DeclaredFileError> {
        given.map_or(Ok(self.home), |id| self.parse(&format!("{what}: account"), AccountId::parse(id)))
    }

    fn parse<T>(&self, what: &str, parsed: Result<T, Violation>) -> Result<T, DeclaredFileError> {
        parsed.map_err(|violation| (self.malformed)(format!("{what}: {}", violation.describe("/"))))
    }
}

fn is_variable(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_')
}

#[cfg(test)]
mod tests;
