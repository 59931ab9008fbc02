//! What an operation sees while it acts: the house, the caller, the moment.

use crate::call::Caller;
use crate::{Control, OperationError, Subject};
use model::{
    AccountId, Id, LoggingConfigurationArn, LoggingConfigurationKey, Now, OperationName, Region, ResourceArn,
    ResourceKind, ReviewHandlerUri, RoomArn, RoomKey,
};
use store::ResourceKey;

/// One call that the policies have let through.
pub(crate) struct Scope<'a> {
    pub(crate) control: &'a Control,
    pub(crate) operation: OperationName,
    pub(crate) caller: Caller<'a>,
    pub(crate) now: Now,
}

impl Scope<'_> {
    pub(crate) fn account(&self) -> AccountId {
        self.caller.account()
    }

    pub(crate) const fn region(&self) -> &Region {
        &self.control.region
    }

    pub(crate) fn random(&self) -> u128 {
        (self.control.random)()
    }

    pub(crate) fn new_id(&self) -> Id {
        Id::from_random(self.random())
    }

    /// Whether the room's messages may be given to this handler: it is mapped to something, and it is not that of
    /// another account of this server. An empty URI is none.
    pub(crate) fn may_call(&self, uri: &ReviewHandlerUri) -> bool {
        let owner = auth::account_of(uri.as_str());
        let directory = self.control.access.directory();
        let is_foreign = owner.is_some_and(|id| id != self.account() && directory.account(id).is_some());
        uri.as_str().is_empty() || (!is_foreign && (self.control.has_handler)(uri))
    }

    /// Where the room is, if it could be one of the account's.
    pub(crate) fn room_key(&self, arn: &RoomArn) -> Result<RoomKey, OperationError> {
        arn.locate(self.region(), self.account()).map_err(|_| Subject::named(arn.resource()).not_found())
    }

    /// Where the logging configuration is, if it could be one of the account's.
    pub(crate) fn logging_configuration_key(
        &self,
        arn: &LoggingConfigurationArn,
    ) -> Result<LoggingConfigurationKey, OperationError> {
        arn.locate(self.region(), self.account()).map_err(|_| Subject::named(arn.resource()).not_found())
    }

    /// Where the resource is, if it could be one of the account's.
    pub(crate) fn resource_key(&self, arn: &ResourceArn) -> Result<ResourceKey, OperationError> {
        let account = self.account();
        let id = arn.locate(self.region(), account).map_err(|_| Subject::named(arn).not_found())?;
        Ok(match arn.kind() {
            ResourceKind::Room => ResourceKey::Room(RoomKey { account, id }),
            ResourceKind::LoggingConfiguration => {
                ResourceKey::LoggingConfiguration(LoggingConfigurationKey { account, id })
            }
        })
    }
}
