//! DeleteLoggingConfiguration: forgets a logging configuration that no room has attached, once what it accepted
//! has been delivered.

use super::logging_configuration::refused;
use crate::OperationError;
use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use model::LoggingConfigurationArn;

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
        scope.control.logging_writes.delete(key).await.map_err(|error| refused(error, key))
    }
}
