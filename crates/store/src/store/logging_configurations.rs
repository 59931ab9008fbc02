//! Logging configurations as the rest of the house sees them in the store.

use crate::sqlite::logging_configurations;
use crate::{CreateError, Cursor, LoggingConfigurationError, Store, StoreError};
use model::{
    AccountId, Limit, LoggingConfiguration, LoggingConfigurationKey, LoggingConfigurationState, Timestamp,
};

impl Store {
    /// Creates a logging configuration, as [`Store::create_room`] does a room.
    ///
    /// # Errors
    /// Any [`CreateError`] but `LoggingConfigurationMissing`.
    pub async fn create_logging_configuration(
        &self,
        configuration: LoggingConfiguration,
        quota: Limit,
    ) -> Result<LoggingConfiguration, CreateError> {
        self.sqlite
            .write(move |database| logging_configurations::create(database, configuration, quota))
            .await
    }

    /// Finds a logging configuration.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn logging_configuration(
        &self,
        key: LoggingConfigurationKey,
    ) -> Result<Option<LoggingConfiguration>, StoreError> {
        self.sqlite.read(move |database| logging_configurations::find(database, key)).await
    }

    /// Changes a logging configuration whose state allows an update, as [`Store::update_room`] does a room. The state
    /// is `change`'s to set.
    ///
    /// # Errors
    /// Any [`LoggingConfigurationError`] but `InUse`.
    pub async fn update_logging_configuration(
        &self,
        key: LoggingConfigurationKey,
        now: Timestamp,
        change: impl FnOnce(&mut LoggingConfiguration) + Send + 'static,
    ) -> Result<LoggingConfiguration, LoggingConfigurationError> {
        self.sqlite.write(move |database| logging_configurations::update(database, key, now, change)).await
    }

    /// Moves a logging configuration to another state, if it still stands as it was `seen`: in that state, not updated
    /// since. False if it does not, or is gone. Its update time stays.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn settle_logging_configuration(
        &self,
        seen: &LoggingConfiguration,
        state: LoggingConfigurationState,
    ) -> Result<bool, StoreError> {
        let seen = seen.clone();
        self.sqlite.write(move |database| logging_configurations::settle(database, &seen, state)).await
    }

    /// Moves a logging configuration that no room has, and whose state allows a deletion, to DELETING: no room can have
    /// it any more. Gives it back as it was before. Its update time stays.
    ///
    /// # Errors
    /// Any [`LoggingConfigurationError`].
    pub async fn begin_deleting_logging_configuration(
        &self,
        key: LoggingConfigurationKey,
    ) -> Result<LoggingConfiguration, LoggingConfigurationError> {
        self.sqlite.write(move |database| logging_configurations::begin_deletion(database, key)).await
    }

    /// Deletes a logging configuration that is DELETING; false if there is none that is.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn delete_logging_configuration(
        &self,
        key: LoggingConfigurationKey,
    ) -> Result<bool, StoreError> {
        self.sqlite.write(move |database| logging_configurations::delete(database, key)).await
    }

    /// At most `limit` of an account's logging configurations, as [`Store::list_rooms`] lists rooms.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn list_logging_configurations(
        &self,
        account: AccountId,
        after: Option<Cursor>,
        limit: u32,
    ) -> Result<Vec<LoggingConfiguration>, StoreError> {
        self.sqlite.read(move |database| logging_configurations::list(database, account, after, limit)).await
    }

    /// Every logging configuration of every account, as they stood at one moment, in the order of account and id.
    ///
    /// # Errors
    /// Any [`StoreError`].
    pub async fn all_logging_configurations(&self) -> Result<Vec<LoggingConfiguration>, StoreError> {
        self.sqlite.read(logging_configurations::all).await
    }
}
