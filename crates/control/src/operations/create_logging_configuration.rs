//! CreateLoggingConfiguration: makes a logging configuration, and sees whether its destination can be written to.

use super::creation::with_fresh_id;
use super::logging_configuration::{LoggingConfigurationOutput, require_destination};
use crate::OperationError;
use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use model::{
    Destination, Id, LoggingConfiguration, LoggingConfigurationKey, LoggingConfigurationState, ResourceKind,
    ResourceName, Tags,
};

pub(crate) struct CreateLoggingConfiguration {
    name: ResourceName,
    destination: Destination,
    tags: Tags,
}

impl Operation for CreateLoggingConfiguration {
    type Output = LoggingConfigurationOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let name = input.or_default("name", "", ResourceName::parse)?;
        let destination = require_destination(&mut input)?;
        let tags = input.tags()?;
        input.finish(|| Some(Self { name: name?, destination: destination?, tags: tags.unwrap_or_default() }))
    }

    fn target(&self) -> Target<'_> {
        Target::New(ResourceKind::LoggingConfiguration, &self.tags)
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<LoggingConfigurationOutput, OperationError> {
        let account = scope.account();
        let draft = LoggingConfiguration {
            key: LoggingConfigurationKey { account, id: Id::from_random(0) },
            name: self.name,
            create_time: scope.now.wall,
            update_time: scope.now.wall,
            destination: self.destination,
            state: LoggingConfigurationState::Creating,
            tags: self.tags,
        };
        let quota = scope.control.quotas.logging_configurations;
        let created = with_fresh_id(scope, ResourceKind::LoggingConfiguration, quota, |id| {
            let key = LoggingConfigurationKey { account, id };
            let configuration = LoggingConfiguration { key, ..draft.clone() };
            scope.control.logging_writes.create(configuration, quota)
        });
        Ok(LoggingConfigurationOutput::of(&created.await?, scope.region()))
    }
}
