//! The admin API: accounts, users, access keys and policies, and temporary credentials. Its operations go the way of
//! all the others, [`Admin::run`]: rate, input, policies, act, render. Knows no HTTP and no chat.
//!
//! The shapes are in `docs/admin-api.md`; names, where IAM has them, are IAM's.

mod answers;
mod operations;
mod scope;
mod table;
mod target;

pub use table::{ADMIN_OPERATIONS, AdminRow, admin_route};

use crate::access::Access;
use crate::audit::Audit;
use crate::call::{Call, Response};
use crate::error::{OperationError, Subject};
use crate::gate::Gate;
use crate::input::Input;
use model::{AccountId, Monotonic, Rate, RateLimiter, Region};
use scope::AdminScope;
use serde::Serialize;
use std::collections::HashMap;
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use target::AdminTarget;

/// How many calls an account may make each second. Each change is read back whole.
const CALLS_PER_SECOND: u32 = 50;

/// What an [`Admin`] is made of.
pub struct AdminParts {
    /// The region that the server answers for.
    pub region: Region,
    /// Who may do what.
    pub access: Arc<Access>,
    /// Where decisions are written down.
    pub audit: Arc<dyn Audit>,
    /// Draws 128 random bits that nobody can guess.
    pub random: fn() -> u128,
}

/// Runs calls of the admin API.
pub struct Admin {
    parts: AdminParts,
    calls: Mutex<HashMap<AccountId, RateLimiter>>,
}

/// An operation on its way; ends with the response's body.
type Running<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, OperationError>> + Send + 'a>>;

/// One operation: its input, which can be read, authorized and applied, in this order.
trait AdminOperation: Sized + Send + 'static {
    /// What is rendered into the response's body.
    type Output: Serialize + Send;

    /// Reads the input, less `accountId`; `None` where a violation was kept.
    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError>;

    /// What the policies are asked about, within the account.
    fn target(&self) -> AdminTarget<'_>;

    /// Carries it out.
    fn apply(
        self,
        scope: &AdminScope<'_>,
    ) -> impl Future<Output = Result<Self::Output, OperationError>> + Send;
}

impl Admin {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: AdminParts) -> Self {
        Self { parts, calls: Mutex::default() }
    }

    /// Runs a call of an operation.
    ///
    /// # Errors
    /// Any [`OperationError`] that is not about HTTP.
    pub async fn run(&self, row: &'static AdminRow, call: Call<'_>) -> Result<Response, OperationError> {
        let account = call.caller.account();
        if !self.admit(account, call.now.monotonic) {
            let about = Subject::account(account);
            return Err(OperationError::Throttling { about, limit: CALLS_PER_SECOND });
        }
        let body = (row.run)(self, row, call).await?;
        Ok(Response { status: 200, body })
    }

    fn admit(&self, account: AccountId, now: Monotonic) -> bool {
        let mut calls = self.calls.lock().unwrap_or_else(PoisonError::into_inner);
        calls.entry(account).or_default().admit(Rate::per_second(CALLS_PER_SECOND), now)
    }
}

impl fmt::Debug for Admin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Admin({})", self.parts.region)
    }
}

/// Reads, asks the policies, carries out and renders one operation.
fn perform<'a, O: AdminOperation>(admin: &'a Admin, row: &'static AdminRow, call: Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let mut input = Input::parse(call.body)?;
        let account = input.optional("accountId", AccountId::parse)?;
        let operation = O::parse(&mut input)?;
        let operation = input.finish(|| operation)?;
        let account = account.unwrap_or_else(|| call.caller.account());
        let scope = AdminScope { admin: &admin.parts, caller: call.caller, account, now: call.now };
        authorize(&scope, row, &operation.target())?;
        let output = operation.apply(&scope).await?;
        serde_json::to_vec(&output).map_err(|error| OperationError::internal(error.to_string()))
    })
}

/// Asks the policies. Only callers of the server's own account, the operators, come into another account, and only they
/// have anything to do with accounts as such.
fn authorize(scope: &AdminScope<'_>, row: &AdminRow, target: &AdminTarget<'_>) -> Result<(), OperationError> {
    let AdminScope { admin, caller, account, now } = *scope;
    let gate = Gate { caller, region: &admin.region, now, audit: &*admin.audit };
    let resource = target.arn(account);
    let mut context = gate.context(Some(account));
    let directory = admin.access.directory();
    let tags = target.existing_user().and_then(|name| directory.user(account, name));
    if let Some(known) = &tags {
        let tags = known.user.tags.as_map().iter();
        context.add_tags("aws:ResourceTag/", tags.map(|(key, value)| (key.as_str(), value.as_str())));
    }
    target.describe(&mut context);
    if caller.account() == directory.home() {
        return gate.ask_anywhere(row.action, &resource, &context);
    }
    gate.ask(row.action, &resource, &context)
}
