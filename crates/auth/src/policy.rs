//! The door where policies decide, and behind it IAM's policy language: [`Policy::parse`] reads, [`evaluate()`]
//! decides, [`explain()`] says why. The door itself knows one rule today: the root of an account may do everything in
//! it. It knows no operation's input and no resource but its ARN.

mod condition;
mod context;
mod document;
mod error;
mod evaluate;
mod explain;
mod glob;
mod json;
mod operand;
mod operator;
mod pattern;
mod ready;

#[cfg(test)]
mod tests;

pub use context::{Context, Request};
pub use document::{Effect, Policy};
pub use error::{PolicyError, PolicyFault};
pub use evaluate::{NamedPolicy, PolicyKind, PolicySet, Verdict, evaluate};
pub use explain::{Explanation, Outcome, explain};
pub use ready::{READY_POLICIES, ReadyPolicy};

use model::{AccountId, OperationName};

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal {
    /// Whose account it is.
    pub account: AccountId,
    /// The principal's own ARN.
    pub arn: String,
    /// Whether it is the account's root.
    pub is_root: bool,
}

/// What the policies say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// Go on.
    Allow,
    /// `AccessDeniedException`, 403.
    Deny {
        /// The message for the caller.
        message: String,
    },
}

/// Decides whether `principal` may perform `operation` on the resource of this ARN. Operations on many resources ask
/// for `room/*` or `logging-configuration/*`. An operation asks once for each action that it needs.
#[must_use]
pub fn authorize(principal: &Principal, operation: OperationName, resource: &str) -> Decision {
    let is_own = account_of(resource) == Some(principal.account);
    if principal.is_root && is_own {
        return Decision::Allow;
    }
    Decision::Deny { message: refusal(&principal.arn, operation.action(), resource) }
}

fn account_of(arn: &str) -> Option<AccountId> {
    arn.split(':').nth(4).and_then(|account| AccountId::parse(account).ok())
}

/// Source: IAM user guide, "Troubleshoot access denied error messages", implicit denial.
fn refusal(arn: &str, action: &str, resource: &str) -> String {
    format!(
        "User: {arn} is not authorized to perform: {action} on resource: {resource} \
         because no identity-based policy allows the {action} action"
    )
}

#[cfg(test)]
mod door_tests {
    use super::*;

    #[test]
    fn root_may_everything_in_its_own_account_and_nobody_else_anything() {
        let check = |is_root: bool, resource: &str| {
            let account = AccountId::parse("123456789012").unwrap();
            let arn = "arn:aws:iam::123456789012:root".to_owned();
            authorize(&Principal { account, arn, is_root }, OperationName::GetRoom, resource)
        };
        let own = "arn:aws:ivschat:us-west-2:123456789012:room/AbCdEfGhIjKl";
        assert_eq!(check(true, own), Decision::Allow);
        assert_eq!(check(true, "arn:aws:ivschat:us-west-2:123456789012:room/*"), Decision::Allow);
        let foreign = "arn:aws:ivschat:us-west-2:210987654321:room/AbCdEfGhIjKl";
        for resource in [foreign, "*", "", "arn:aws:ivschat:us-west-2:12345678901:room/x"] {
            assert_ne!(check(true, resource), Decision::Allow, "{resource}");
        }
        let message = format!(
            "User: arn:aws:iam::123456789012:root is not authorized to perform: ivschat:GetRoom on resource: {own} \
             because no identity-based policy allows the ivschat:GetRoom action"
        );
        assert_eq!(check(false, own), Decision::Deny { message });
    }
}
