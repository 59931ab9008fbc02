//! ListLoggingConfigurations: an account's logging configurations, newest update first, in pages.

use super::logging_configuration::LoggingConfigurationOutput;
use super::page::PageMembers;
use crate::OperationError;
use crate::dispatch::{Operation, Request};
use crate::input::Input;
use crate::scope::Scope;
use crate::target::Target;
use model::ResourceKind;
use serde::Serialize;

pub(crate) struct ListLoggingConfigurations {
    page: PageMembers,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoggingConfigurationsOutput {
    logging_configurations: Vec<LoggingConfigurationOutput>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl Operation for ListLoggingConfigurations {
    type Output = LoggingConfigurationsOutput;

    fn parse(request: &Request<'_>) -> Result<Self, OperationError> {
        let mut input = Input::parse(request.body)?;
        let page = PageMembers::read(&mut input)?;
        input.finish(|| Some(Self { page }))
    }

    fn target(&self) -> Target<'_> {
        Target::All(ResourceKind::LoggingConfiguration)
    }

    async fn apply(self, scope: &Scope<'_>) -> Result<LoggingConfigurationsOutput, OperationError> {
        let after = self.page.after(scope, &[])?;
        let store = &scope.control.store;
        let mut found = store.list_logging_configurations(scope.account(), after, self.page.reach()).await?;
        let next_token = self.page.cut(scope, &[], &mut found);
        let shown = |configuration| LoggingConfigurationOutput::of(configuration, scope.region());
        Ok(LoggingConfigurationsOutput {
            logging_configurations: found.iter().map(shown).collect(),
            next_token,
        })
    }
}
