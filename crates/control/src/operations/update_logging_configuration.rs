//! UpdateLoggingConfiguration: changes the name, the destination, or both; a destination is replaced whole.

use super::logging_configuration::{LoggingConfigurationOutput, read_destination};
use super::room::set;
use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use crate::{OperationError, Subject};
use model::{Destination, LoggingConfiguration, LoggingConfigurationArn, ResourceName};
use store::UpdateError;

pub(crate) struct UpdateLoggingConfiguration {
    configuration: LoggingConfigurationArn,
    name: Option<ResourceName>,
    destination: Option<Destination>,
}

impl Operation for UpdateLoggingConfiguration {
    type Output = LoggingConfigurationOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let configuration = input.required("identifier", LoggingConfigurationArn::parse)?;
        let name = input.optional("name", ResourceName::parse)?;
        let destination = read_destination(&mut input)?;
        input.finish(|| Some(Self { configuration: configuration?, name, destination }))
    }

    fn target(&self) -> Target<'_> {
        Target::One(self.configuration.resource())
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<LoggingConfigurationOutput, OperationError> {
        let key = scope.logging_configuration_key(&self.configuration)?;
        let Self { name, destination, .. } = self;
        let change = |configuration: &mut LoggingConfiguration| {
            set(&mut configuration.name, name);
            set(&mut configuration.destination, destination);
        };
        match scope.control.store.update_logging_configuration(key, scope.now.wall, change).await {
            Ok(configuration) => Ok(LoggingConfigurationOutput::of(&configuration, scope.region())),
            Err(UpdateError::Store(error)) => Err(error.into()),
            Err(_) => Err(Subject::logging_configuration(key.id).not_found()),
        }
    }
}
