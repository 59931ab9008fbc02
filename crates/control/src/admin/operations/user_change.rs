//! A change of one user: begun where it is allowed, answered with how the user is then.

use crate::OperationError;
use crate::admin::answers::{UserAnswer, UserShape};
use crate::admin::scope::{AdminScope, refused, user};
use model::{AccessUser, PolicyName, UserName};
use store::{AccessError, UserKey};

/// A change under way; others wait for it.
pub(super) struct UserChange<'a> {
    scope: &'a AdminScope<'a>,
    key: UserKey,
}

impl<'a> UserChange<'a> {
    /// Begins to change a user who may be changed here.
    pub(super) fn begin(scope: &'a AdminScope<'a>, name: UserName) -> Result<Self, OperationError> {
        let key = scope.changeable_user(&name)?;
        Ok(Self { scope, key })
    }

    /// Where the store finds the user.
    pub(super) fn key(&self) -> UserKey {
        self.key.clone()
    }

    /// Whether a policy that is not in the store is there all the same.
    pub(super) fn is_elsewhere(&self) -> impl Fn(&PolicyName) -> bool + Send + 'static {
        self.scope.is_elsewhere()
    }

    /// Ends it with what the store said.
    pub(super) async fn finish(
        self,
        changed: Result<AccessUser, AccessError>,
    ) -> Result<UserAnswer, OperationError> {
        changed.map_err(|error| refused(error, user(&self.key.name)))?;
        let directory = self.scope.finish().await?;
        Ok(UserAnswer { user: UserShape::of(self.scope.user(&directory, &self.key.name)?) })
    }
}
