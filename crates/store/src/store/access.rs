//! Who may do what, as the rest of the house sees it. Knows no policy's meaning and opens no secret.
//!
//! Names of users and policies are found without regard to case. `is_elsewhere` says of a policy that is not in the
//! store whether it exists all the same, because it ships with the server or is declared in a file; it runs on the
//! store's own thread: it must only compute.

use super::Store;
use crate::sqlite::access::{self, accounts, keys, policies, users};
use crate::{AccessError, AllAccess, StoreError, UserKey};
use model::{
    AccessKey, AccessKeyId, AccessPolicy, AccessUser, Account, AccountId, KeyStatus, PolicyName, Tags,
    Timestamp, Violation,
};

impl Store {
    /// Every account, user, key and policy, as they stood at one moment.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn all_access(&self) -> Result<AllAccess, StoreError> {
        self.sqlite.read(access::all).await
    }

    /// Creates an account.
    ///
    /// # Errors
    /// [`AccessError::EntityAlreadyExists`].
    pub async fn create_account(&self, account: Account) -> Result<Account, AccessError> {
        self.sqlite.write(move |database| accounts::create(database, account)).await
    }

    /// Marks an account as pending verification, or no longer so.
    ///
    /// # Errors
    /// [`AccessError::NoSuchEntity`].
    pub async fn set_pending_verification(
        &self,
        id: AccountId,
        pending_verification: bool,
    ) -> Result<Account, AccessError> {
        let change =
            move |database: &_| accounts::set_pending_verification(database, id, pending_verification);
        self.sqlite.write(change).await
    }

    /// Deletes an account that holds no room, logging configuration, user or policy.
    ///
    /// # Errors
    /// [`AccessError::NoSuchEntity`], [`AccessError::DeleteConflict`].
    pub async fn delete_account(&self, id: AccountId) -> Result<(), AccessError> {
        self.sqlite.write(move |database| accounts::delete(database, id)).await
    }

    /// Creates a user with its policies and boundary. A policy that is named twice is attached once. What comes back
    /// names the policies as their owner wrote them.
    ///
    /// # Errors
    /// [`AccessError::NoSuchEntity`] for the account or a policy, [`AccessError::EntityAlreadyExists`],
    /// [`AccessError::LimitExceeded`].
    pub async fn create_access_user(
        &self,
        user: AccessUser,
        is_elsewhere: impl Fn(&PolicyName) -> bool + Send + 'static,
    ) -> Result<AccessUser, AccessError> {
        self.sqlite.write(move |database| users::create(database, user, is_elsewhere)).await
    }

    /// Replaces a user's tags with what `change` makes of them, as [`Store::change_tags`] does a resource's.
    ///
    /// # Errors
    /// [`AccessError::NoSuchEntity`], [`AccessError::Refused`].
    pub async fn change_access_user_tags(
        &self,
        key: UserKey,
        change: impl FnOnce(&Tags) -> Result<Tags, Violation> + Send + 'static,
    ) -> Result<AccessUser, AccessError> {
        self.sqlite.write(move |database| users::change_tags(database, &key, change)).await
    }

    /// Gives a user a permissions boundary, or takes it away.
    ///
    /// # Errors
    /// [`AccessError::NoSuchEntity`] for the user or the policy.
    pub async fn set_boundary(
        &self,
        key: UserKey,
        boundary: Option<PolicyName>,
        is_elsewhere: impl Fn(&PolicyName) -> bool + Send + 'static,
    ) -> Result<AccessUser, AccessError> {
        let change = move |database: &_| users::set_boundary(database, &key, boundary.as_ref(), is_elsewhere);
        self.sqlite.write(change).await
    }

    /// Attaches a policy behind those that are; one that is attached already stays where it is.
    ///
    /// # Errors
    /// [`AccessError::NoSuchEntity`] for the user or the policy, [`AccessError::LimitExceeded`].
    pub async fn attach_policy(
        &self,
        key: UserKey,
        policy: PolicyName,
        is_elsewhere: impl Fn(&PolicyName) -> bool + Send + 'static,
    ) -> Result<AccessUser, AccessError> {
        self.sqlite.write(move |database| users::attach(database, &key, &policy, is_elsewhere)).await
    }

    /// Detaches a policy.
    ///
    /// # Errors
    /// [`AccessError::NoSuchEntity`] for the user, or for the policy where it is not attached.
    pub async fn detach_policy(&self, key: UserKey, policy: PolicyName) -> Result<AccessUser, AccessError> {
        self.sqlite.write(move |database| users::detach(database, &key, &policy)).await
    }

    /// Deletes a user who has no keys and no attached policies; with `force`, together with them.
    ///
    /// # Errors
    /// [`AccessError::NoSuchEntity`], [`AccessError::DeleteConflict`].
    pub async fn delete_access_user(&self, key: UserKey, force: bool) -> Result<(), AccessError> {
        self.sqlite.write(move |database| users::delete(database, &key, force)).await
    }

    /// Creates a key for the user it names.
    ///
    /// # Errors
    /// [`AccessError::NoSuchEntity`] for the user, [`AccessError::EntityAlreadyExists`] where any account has a key
    /// with this id, [`AccessError::LimitExceeded`].
    pub async fn create_access_key(&self, key: AccessKey) -> Result<AccessKey, AccessError> {
        self.sqlite.write(move |database| keys::create(database, key)).await
    }

    /// Makes a key of this user active or inactive.
    ///
    /// # Errors
    /// [`AccessError::NoSuchEntity`] where the user has no such key.
    pub async fn set_key_status(
        &self,
        of: UserKey,
        id: AccessKeyId,
        status: KeyStatus,
    ) -> Result<(), AccessError> {
        self.sqlite.write(move |database| keys::set_status(database, &of, &id, status)).await
    }

    /// Notes that a key was used; false if there is none. The time only goes forward. Each call is a write: the caller
    /// sees to it that they are few.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn touch_key(&self, id: AccessKeyId, at: Timestamp) -> Result<bool, StoreError> {
        self.sqlite.write(move |database| keys::touch(database, &id, at)).await
    }

    /// Deletes a key of this user.
    ///
    /// # Errors
    /// [`AccessError::NoSuchEntity`] where the user has no such key.
    pub async fn delete_access_key(&self, of: UserKey, id: AccessKeyId) -> Result<(), AccessError> {
        self.sqlite.write(move |database| keys::delete(database, &of, &id)).await
    }

    /// Creates a policy; `updated_at` becomes its time of creation.
    ///
    /// # Errors
    /// [`AccessError::NoSuchEntity`] for the account, [`AccessError::EntityAlreadyExists`],
    /// [`AccessError::LimitExceeded`] for their number or the document's size.
    pub async fn create_access_policy(&self, policy: AccessPolicy) -> Result<AccessPolicy, AccessError> {
        self.sqlite.write(move |database| policies::create(database, policy)).await
    }

    /// Replaces a policy's document. Its time of update does not go back.
    ///
    /// # Errors
    /// [`AccessError::NoSuchEntity`], [`AccessError::LimitExceeded`] for the document's size.
    pub async fn update_access_policy(
        &self,
        account: AccountId,
        name: PolicyName,
        document: String,
        now: Timestamp,
    ) -> Result<AccessPolicy, AccessError> {
        self.sqlite.write(move |database| policies::update(database, account, &name, (document, now))).await
    }

    /// Deletes a policy that no user has attached or as a boundary.
    ///
    /// # Errors
    /// [`AccessError::NoSuchEntity`], [`AccessError::DeleteConflict`] with names of users.
    pub async fn delete_access_policy(
        &self,
        account: AccountId,
        name: PolicyName,
    ) -> Result<(), AccessError> {
        self.sqlite.write(move |database| policies::delete(database, account, &name)).await
    }
}
