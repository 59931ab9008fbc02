//! The gate before every operation: the policies are asked, and the answer is written down.
//!
//! **Invariant:** nothing is decided elsewhere, and nothing that is decided goes unwritten.

use crate::audit::{Audit, AuditLine};
use crate::call::Caller;
use crate::error::OperationError;
use auth::{Context, Decision, Request};
use model::{AccountId, Now, Region};

/// What the policies are told of a call, whatever it is about.
pub(crate) struct Gate<'a> {
    pub(crate) caller: Caller<'a>,
    pub(crate) region: &'a Region,
    pub(crate) now: Now,
    pub(crate) audit: &'a dyn Audit,
}

impl<'a> Gate<'a> {
    /// The condition keys that every call has; none for the root, whom no policy is asked about. `owner` is the account
    /// of the resource.
    ///
    /// Source: IAM user guide, "AWS global condition context keys".
    pub(crate) fn context(&self, owner: Option<AccountId>) -> Context<'a> {
        let mut context = Context::new();
        let Caller { principal, source_ip, is_secure, user_agent, .. } = self.caller;
        if principal.is_root() {
            return context;
        }
        principal.describe(&mut context);
        context.add_source_ip(source_ip);
        context.add("aws:SecureTransport", if is_secure { "true" } else { "false" });
        context.add_time(self.now.wall);
        context.add("aws:RequestedRegion", self.region.as_str());
        if let Some(user_agent) = user_agent {
            context.add("aws:UserAgent", user_agent);
        }
        if let Some(owner) = owner {
            context.add("aws:ResourceAccount", owner.to_string());
        }
        context
    }

    /// Asks for something of the caller's own account.
    pub(crate) fn ask(
        &self,
        action: &str,
        resource: &str,
        context: &Context<'_>,
    ) -> Result<(), OperationError> {
        let request = Request { action, resource, context };
        self.note(&request, auth::authorize(self.caller.principal, &request))
    }

    /// Asks for something wherever it is.
    pub(crate) fn ask_anywhere(
        &self,
        action: &str,
        resource: &str,
        context: &Context<'_>,
    ) -> Result<(), OperationError> {
        let request = Request { action, resource, context };
        self.note(&request, self.caller.principal.decide(&request))
    }

    /// Refuses what no policy can allow.
    pub(crate) fn refuse(&self, action: &str, resource: &str, why: &str) -> Result<(), OperationError> {
        let message = format!(
            "User: {} is not authorized to perform: {action} on resource: {resource} because {why}",
            self.caller.principal.arn()
        );
        let context = Context::new();
        let request = Request { action, resource, context: &context };
        self.note(&request, Decision::Refused { message, by: why.to_owned() })
    }

    fn note(&self, request: &Request<'_>, decision: Decision) -> Result<(), OperationError> {
        let (outcome, by) = match decision {
            Decision::Allowed => (Ok(()), None),
            Decision::Refused { message, by } => (Err(OperationError::AccessDenied { message }), Some(by)),
        };
        self.audit.note(&AuditLine {
            at: self.now.wall,
            request_id: self.caller.request_id,
            account: self.caller.account(),
            principal: self.caller.principal.arn(),
            access_key_id: self.caller.access_key_id,
            source_ip: self.caller.source_ip,
            action: request.action,
            resource: request.resource,
            refused_by: by.as_deref(),
        });
        outcome
    }
}
