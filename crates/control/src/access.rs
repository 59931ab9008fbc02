//! Who may do what now: the directory that requests ask, kept in step with the store and with what is declared.
//!
//! **Invariant:** requests take no lock; they see the directory of before a change or of after it, whole. Changes come
//! one after the other, and a change is in the directory before it is answered.

use arc_swap::ArcSwap;
use auth::{
    AccessDirectory, AccessProblem, AccessRecords, KeyHolder, MasterKey, Presented, RootKey, SignatureError,
};
use jiff::SignedDuration;
use model::{AccessKey, AccessKeyId, Account, Timestamp};
use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use store::{AccessError, AllAccess, Store, StoreError};
use tokio::sync::{Mutex as Turn, MutexGuard};

/// How often the use of a key is noted at most: each time is a write.
const NOTE_USE_EVERY: SignedDuration = SignedDuration::from_mins(1);

/// What an [`Access`] is made of.
pub struct AccessParts {
    /// Where it is kept.
    pub store: Store,
    /// What wraps the secrets.
    pub master: Arc<MasterKey>,
    /// The root's key.
    pub root: RootKey,
    /// The server's own account, as it is configured.
    pub home: Account,
    /// What is declared in the access file.
    pub declared: AccessRecords,
}

/// Why there is no directory.
#[derive(Debug, thiserror::Error)]
pub enum AccessOpenError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What is declared does not fit.
    #[error(transparent)]
    Declared(#[from] DeclareError),
}

/// What is declared does not fit together, or not with what is in the store; nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", sentences(.0))]
pub struct DeclareError(pub Vec<AccessProblem>);

/// Who may do what.
pub struct Access {
    pub(crate) store: Store,
    pub(crate) master: Arc<MasterKey>,
    root: RootKey,
    home: Account,
    directory: ArcSwap<AccessDirectory>,
    /// Whose turn it is to change something, and what is declared.
    changes: Turn<AccessRecords>,
    /// Whether a change is in the store that the directory may not have.
    is_stale: AtomicBool,
    noted: Mutex<HashMap<String, Timestamp>>,
}

/// A change under way: others wait for it.
pub(crate) struct Changing<'a> {
    access: &'a Access,
    declared: MutexGuard<'a, AccessRecords>,
    /// As it stands before the change.
    pub(crate) directory: Arc<AccessDirectory>,
}

impl Access {
    /// Reads what is kept, and puts it together with what is declared. The server's own account is made if it is not
    /// there. Answers what is wrong in the store too: it opens nothing, and somebody should be told.
    ///
    /// # Errors
    /// [`AccessOpenError`]
    pub async fn open(parts: AccessParts) -> Result<(Self, Vec<AccessProblem>), AccessOpenError> {
        let AccessParts { store, master, root, home, declared } = parts;
        let own = Account { pending_verification: false, ..home.clone() };
        make_accounts(&store, [&own].into_iter().chain(&declared.accounts)).await?;
        let stored = records(&master, store.all_access().await?);
        let (alone, before) =
            AccessDirectory::build(&home, root.clone(), &stored, &AccessRecords::default(), None);
        let (directory, problems) =
            AccessDirectory::build(&home, root.clone(), &stored, &declared, Some(&alone));
        check_declared(&before, &problems)?;
        let access = Self {
            store,
            master,
            root,
            home,
            directory: ArcSwap::from_pointee(directory),
            changes: Turn::new(declared),
            is_stale: AtomicBool::new(false),
            noted: Mutex::default(),
        };
        Ok((access, problems))
    }

    /// Everyone, as they stand now.
    #[must_use]
    pub fn directory(&self) -> Arc<AccessDirectory> {
        self.directory.load_full()
    }

    /// Whose key a request was signed with: see [`AccessDirectory::holder`].
    ///
    /// # Errors
    /// [`SignatureError::ExpiredToken`]
    pub fn holder(&self, presented: &Presented, now: Timestamp) -> Result<Option<KeyHolder>, SignatureError> {
        self.directory.load().holder(presented, &self.master, now)
    }

    /// Takes what is declared now in the place of what was.
    ///
    /// # Errors
    /// [`AccessOpenError`]; then everything stays as it was.
    pub async fn declare(&self, declared: AccessRecords) -> Result<(), AccessOpenError> {
        let mut changing = self.change().await;
        make_accounts(&self.store, &declared.accounts).await?;
        let stored = records(&self.master, self.store.all_access().await?);
        let build = |declared| {
            AccessDirectory::build(
                &self.home,
                self.root.clone(),
                &stored,
                declared,
                Some(&changing.directory),
            )
        };
        let ((_, before), (directory, after)) = (build(&changing.declared), build(&declared));
        check_declared(&before, &after)?;
        *changing.declared = declared;
        self.put_in_force(directory);
        Ok(())
    }

    /// Catches up with the store if a change could not be read back. To be called now and then.
    ///
    /// # Errors
    /// Any [`StoreError`]; the directory then stays as it was.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        if self.is_stale.load(Ordering::Relaxed) {
            self.change().await.finish().await?;
        }
        Ok(())
    }

    /// Whether this use of a key is one to be noted with [`Access::note_use`]. The root's key and temporary ones are
    /// not.
    #[must_use]
    pub fn is_use_to_note(&self, access_key_id: &str, now: Timestamp) -> Option<AccessKeyId> {
        let directory = self.directory.load();
        let known = directory.key(access_key_id).filter(|known| known.origin == auth::Origin::Stored)?;
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        let last = noted.get(access_key_id).copied().or(known.key.last_used_at);
        if last.is_some_and(|last| now.duration_since(last) < NOTE_USE_EVERY) {
            return None;
        }
        noted.retain(|id, _| directory.key(id).is_some());
        noted.insert(access_key_id.to_owned(), now);
        Some(known.key.id.clone())
    }

    /// Notes that a key was used.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn note_use(&self, id: AccessKeyId, now: Timestamp) -> Result<(), StoreError> {
        self.store.touch_key(id, now).await.map(drop)
    }

    /// When a key was last used.
    pub(crate) fn last_use(&self, key: &AccessKey) -> Option<Timestamp> {
        let noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.get(key.id.as_str()).copied().max(key.last_used_at)
    }

    /// From here on requests are decided by this directory, which is as the store is.
    fn put_in_force(&self, directory: AccessDirectory) -> Arc<AccessDirectory> {
        let directory = Arc::new(directory);
        self.directory.store(Arc::clone(&directory));
        self.is_stale.store(false, Ordering::Relaxed);
        directory
    }

    /// Begins a change, when those before it are done.
    pub(crate) async fn change(&self) -> Changing<'_> {
        let declared = self.changes.lock().await;
        // Whatever becomes of the change, the directory is looked after.
        self.is_stale.store(true, Ordering::Relaxed);
        Changing { access: self, declared, directory: self.directory() }
    }
}

impl Changing<'_> {
    /// Reads back what is in the store now, and puts it in force.
    pub(crate) async fn finish(&self) -> Result<Arc<AccessDirectory>, StoreError> {
        let Self { access, declared, directory: before } = self;
        let stored = records(&access.master, access.store.all_access().await?);
        let root = access.root.clone();
        let (directory, _) = AccessDirectory::build(&access.home, root, &stored, declared, Some(before));
        Ok(access.put_in_force(directory))
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Access({})", self.home.id)
    }
}

/// Rooms and users hang on an account's row, wherever the account was written.
async fn make_accounts(
    store: &Store,
    accounts: impl IntoIterator<Item = &Account>,
) -> Result<(), StoreError> {
    for account in accounts {
        match store.create_account(account.clone()).await {
            Ok(_) | Err(AccessError::EntityAlreadyExists(_)) => {}
            Err(AccessError::Store(error)) => return Err(error),
            Err(other) => return Err(StoreError::Corrupt { detail: other.to_string() }),
        }
    }
    Ok(())
}

fn records(master: &MasterKey, all: AllAccess) -> AccessRecords {
    let AllAccess { accounts, users, keys, policies } = all;
    let open = |key: AccessKey| {
        let secret = master.unwrap_secret(&key.id, &key.wrapped_secret).ok();
        (key, secret.map(Arc::new))
    };
    AccessRecords { accounts, users, keys: keys.into_iter().map(open).collect(), policies }
}

/// What was wrong before is not the declaration's doing.
fn check_declared(before: &[AccessProblem], after: &[AccessProblem]) -> Result<(), DeclareError> {
    let new: Vec<_> = after.iter().filter(|problem| !before.contains(problem)).cloned().collect();
    if new.is_empty() { Ok(()) } else { Err(DeclareError(new)) }
}

fn sentences(problems: &[AccessProblem]) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
}
