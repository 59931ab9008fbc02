//! What creating a room and creating a logging configuration have in common: an id that is free, and a quota.

use crate::scope::Scope;
use crate::{OperationError, Subject};
use model::{Id, Limit, ResourceKind};
use store::CreateError;

/// How many ids are drawn; that even two are needed is as good as impossible with a sound source of randomness.
const DRAWS: usize = 4;

/// Creates something of `kind` under a fresh id, unless the account has as many as `quota` allows.
pub(super) async fn with_fresh_id<T, F>(
    scope: &Scope<'_>,
    kind: ResourceKind,
    quota: Limit,
    create: impl Fn(Id) -> F,
) -> Result<T, OperationError>
where
    F: Future<Output = Result<T, CreateError>>,
{
    for _ in 0..DRAWS {
        match create(scope.new_id()).await {
            Ok(created) => return Ok(created),
            Err(CreateError::IdTaken) => {}
            Err(CreateError::QuotaExceeded) => {
                let about = Subject { id: scope.account().to_string(), kind: kind.into() };
                let limit = quota.get().unwrap_or(u32::MAX);
                return Err(OperationError::ServiceQuotaExceeded { about, limit });
            }
            Err(CreateError::LoggingConfigurationMissing(id)) => {
                return Err(Subject::logging_configuration(id).not_found());
            }
            Err(CreateError::Store(error)) => return Err(error.into()),
        }
    }
    Err(OperationError::internal("every id that was drawn is taken"))
}
