//! A request to the admin API as a value: which operation, with what, and how its answer is shown. Knows no server.
//!
//! Source: docs/admin-api.md.

use clap::Args;
use model::AccountId;
use serde_json::Value;

/// A request, and how its answer is shown.
pub(super) struct Ask {
    /// Such as `CreateUser`.
    pub(super) operation: &'static str,
    /// The request's members.
    pub(super) input: Value,
    /// The member of the answer that comes in pages, if it does.
    pub(super) list: Option<&'static str>,
    /// The answer as a person reads it.
    pub(super) show: Show,
}

/// Makes text of an answer, or says what in it is not as it should be.
pub(super) type Show = fn(Value) -> Result<String, serde_json::Error>;

impl Ask {
    /// A request whose answer nobody needs to see.
    pub(super) fn silent<const N: usize>(operation: &'static str, members: [Member; N]) -> Self {
        Self::shown(operation, members, |_| Ok(String::new()))
    }

    /// A request whose answer is shown.
    pub(super) fn shown<const N: usize>(operation: &'static str, members: [Member; N], show: Show) -> Self {
        Self { operation, input: input(members), list: None, show }
    }

    /// A request for all pages of a list; `show` is given them as one answer.
    pub(super) fn list<const N: usize>(
        operation: &'static str,
        list: &'static str,
        members: [Member; N],
        show: Show,
    ) -> Self {
        Self { list: Some(list), ..Self::shown(operation, members, show) }
    }
}

/// A member of a request; without a value it is left to the server.
pub(super) type Member = (&'static str, Option<Value>);

/// A member that is there.
pub(super) fn member(name: &'static str, value: impl Into<Value>) -> Member {
    (name, Some(value.into()))
}

/// A list that is there unless it is empty.
pub(super) fn names(name: &'static str, values: Vec<String>) -> Member {
    (name, Some(values).filter(|values| !values.is_empty()).map(Value::from))
}

fn input<const N: usize>(members: [Member; N]) -> Value {
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}

/// In which account.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct AccountArg {
    /// Account to work in, twelve digits; only the server's own may name another [default: the access key's]
    #[arg(long, value_name = "ID", global = true, value_parser = account_id)]
    account: Option<AccountId>,
}

impl AccountArg {
    /// `accountId`, if one was named.
    pub(super) fn member(self) -> Member {
        ("accountId", self.account.map(|account| account.to_string().into()))
    }
}

/// Parses an account's number.
pub(super) fn account_id(text: &str) -> Result<AccountId, String> {
    AccountId::parse(text).map_err(|_| "expected twelve digits, such as 123456789012".to_owned())
}
