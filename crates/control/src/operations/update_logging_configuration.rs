//! UpdateLoggingConfiguration: changes the name, the destination, or both; a destination is replaced whole, once the
//! new one is seen to take what is written to it.

use super::logging_configuration::{LoggingConfigurationOutput, read_destination, refused};
use crate::OperationError;
use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::logging_writes::LoggingChange;
use crate::scope::Scope;
use crate::target::Target;
use model::{Destination, LoggingConfigurationArn, ResourceName};

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
        let change = LoggingChange { name, destination };
        match scope.control.logging_writes.update(key, scope.now.wall, change).await {
            Ok(configuration) => Ok(LoggingConfigurationOutput::of(&configuration, scope.region())),
            Err(error) => Err(refused(error, key)),
        }
    }
}
