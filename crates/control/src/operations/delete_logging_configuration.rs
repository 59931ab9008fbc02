//! DeleteLoggingConfiguration: forgets a logging configuration that no room has attached.

use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use crate::{OperationError, Subject};
use model::LoggingConfigurationArn;
use store::DeleteError;

pub(crate) struct DeleteLoggingConfiguration {
    configuration: LoggingConfigurationArn,
}

impl Operation for DeleteLoggingConfiguration {
    type Output = ();

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let configuration = input.required("identifier", LoggingConfigurationArn::parse)?;
        input.finish(|| Some(Self { configuration: configuration? }))
    }

    fn target(&self) -> Target<'_> {
        Target::One(self.configuration.resource())
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<(), OperationError> {
        let key = scope.logging_configuration_key(&self.configuration)?;
        let about = Subject::logging_configuration(key.id);
        match scope.control.store.delete_logging_configuration(key).await {
            Ok(()) => Ok(()),
            Err(DeleteError::NotFound) => Err(about.not_found()),
            Err(DeleteError::InUse) => Err(about.conflict("is attached to a room")),
            Err(DeleteError::Store(error)) => Err(error.into()),
        }
    }
}
