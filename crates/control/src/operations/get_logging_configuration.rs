//! GetLoggingConfiguration: shows a logging configuration.

use super::logging_configuration::LoggingConfigurationOutput;
use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use crate::{OperationError, Subject};
use model::LoggingConfigurationArn;

pub(crate) struct GetLoggingConfiguration {
    configuration: LoggingConfigurationArn,
}

impl Operation for GetLoggingConfiguration {
    type Output = LoggingConfigurationOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let configuration = input.required("identifier", LoggingConfigurationArn::parse)?;
        input.finish(|| Some(Self { configuration: configuration? }))
    }

    fn target(&self) -> Target<'_> {
        Target::One(self.configuration.resource())
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<LoggingConfigurationOutput, OperationError> {
        let key = scope.logging_configuration_key(&self.configuration)?;
        let found = scope.control.store.logging_configuration(key).await?;
        let configuration = found.ok_or_else(|| Subject::logging_configuration(key.id).not_found())?;
        Ok(LoggingConfigurationOutput::of(&configuration, scope.region()))
    }
}
