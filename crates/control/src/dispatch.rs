//! The way of a call, the same for every operation: rate, verification, input, policies, act, render.
//!
//! **Invariant:** an operation cannot forget to authorize, because it is not the one who does: it says what it wants
//! to act on, and acts only when called from here. Whether a resource exists is found out after that, so a caller
//! without rights learns nothing.

use crate::gate::Gate;
use crate::scope::Scope;
use crate::target::Target;
use crate::{Call, Control, OperationError, OperationRow, Response, Subject};
use model::{OperationName, Quotas, Tags};
use serde::Serialize;
use std::iter;
use std::pin::Pin;

/// An operation on its way; ends with the response's body.
pub(crate) type Running<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, OperationError>> + Send + 'a>>;

/// What an operation reads its input from.
pub(crate) struct Request<'a> {
    pub(crate) resource_arn: Option<&'a str>,
    pub(crate) query: &'a str,
    pub(crate) body: &'a [u8],
    pub(crate) quotas: &'a Quotas,
}

/// One operation: its input, which can be read, authorized and applied, in this order.
pub(crate) trait Operation: Sized + Send + 'static {
    /// What is rendered into the response's body; where the status is 204, nothing is.
    type Output: Serialize + Send;

    /// Reads the input.
    fn parse(request: &Request<'_>) -> Result<Self, OperationError>;

    /// What the policies are asked about.
    fn target(&self) -> Target<'_>;

    /// Carries it out.
    fn apply(self, scope: &Scope<'_>) -> impl Future<Output = Result<Self::Output, OperationError>> + Send;
}

impl Control {
    /// Runs a call of an operation.
    ///
    /// # Errors
    /// Any [`OperationError`] that is not about HTTP.
    pub async fn run(&self, row: &'static OperationRow, call: Call<'_>) -> Result<Response, OperationError> {
        let account = call.caller.account();
        let limit = self.quotas.call_rate(row.name);
        self.call_rates.admit(account, row.name, limit, call.now.monotonic).map_err(|limit| {
            let about = Subject { id: account.to_string(), kind: row.kind.into() };
            OperationError::Throttling { about, limit }
        })?;
        if row.needs_verification && self.access.directory().is_pending_verification(account) {
            return Err(OperationError::PendingVerification);
        }
        let outcome = (row.run)(self, row, call).await;
        if matches!(outcome, Err(OperationError::AccessDenied { .. })) {
            self.call_rates.give_back(account, row.name, limit);
        }
        Ok(Response { status: row.success_status, body: outcome? })
    }
}

/// Reads, asks the policies, carries out and renders one operation.
pub(crate) fn perform<'a, O: Operation>(
    control: &'a Control,
    row: &'static OperationRow,
    call: Call<'a>,
) -> Running<'a> {
    Box::pin(async move {
        let Call { caller, resource_arn, query, body, now } = call;
        let operation = O::parse(&Request { resource_arn, query, body, quotas: &control.quotas })?;
        let scope = Scope { control, operation: row.name, caller, now };
        authorize(&scope, &operation.target()).await?;
        let output = operation.apply(&scope).await?;
        if row.success_status == 204 {
            return Ok(Vec::new());
        }
        serde_json::to_vec(&output).map_err(|error| OperationError::internal(error.to_string()))
    })
}

/// Asks the policies, once for each action that the operation needs.
async fn authorize(scope: &Scope<'_>, target: &Target<'_>) -> Result<(), OperationError> {
    let Scope { caller, now, .. } = *scope;
    let gate = Gate { caller, region: scope.region(), now, audit: &*scope.control.audit };
    let resource = target.arn(scope.region(), scope.account());
    let tags = resource_tags(scope, target).await?;
    let mut context = gate.context(auth::account_of(&resource));
    let tags = tags.as_map().iter().map(|(key, value)| (key.as_str(), value.as_str()));
    context.add_tags("aws:ResourceTag/", tags);
    target.describe(&mut context);
    let tagging = target.is_tagged().then_some(OperationName::TagResource);
    for action in iter::once(scope.operation).chain(tagging) {
        gate.ask(action.action(), &resource, &context)?;
    }
    Ok(())
}

/// The tags that the resource has now; none where the answer cannot depend on them, where it does not exist, and where
/// it is not the caller's.
async fn resource_tags(scope: &Scope<'_>, target: &Target<'_>) -> Result<Tags, OperationError> {
    let existing = target.existing().filter(|_| scope.caller.principal.reads_resource_tags());
    let Some(key) = existing.and_then(|arn| scope.resource_key(arn).ok()) else {
        return Ok(Tags::default());
    };
    Ok(scope.control.store.tags(key).await?.unwrap_or_default())
}
