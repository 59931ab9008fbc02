//! The admin API: accounts, users, access keys and policies, and temporary credentials. Its operations go the way of
//! all the others, [`Admin::run`]: rate, input, policies, act, render. Knows no HTTP and no chat.
//!
//! The shapes are in `docs/admin-api.md`; names, where IAM has them, are IAM's.

mod answers;
mod operations;
mod queue;
mod scope;
mod table;
mod target;

pub use table::{ADMIN_OPERATIONS, AdminRow, admin_route};

use crate::access::Access;
use crate::audit::Audit;
use crate::call::{Call, Caller, Response};
use crate::error::{OperationError, Subject};
use crate::gate::Gate;
use crate::input::Input;
use model::{AccountId, Monotonic, Rate, RateLimiter, Region};
use queue::Queue;
use scope::AdminScope;
use serde::Serialize;
use std::collections::HashMap;
use std::fmt;
use std::iter;
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
    queue: Queue,
}

/// An operation on its way; ends with the response's body.
type Running<'a> = Pin<Box<dyn Future<Output = Result<Vec<u8>, OperationError>> + Send + 'a>>;

/// One operation: its input, which can be read, authorized and applied, in this order.
trait AdminOperation: Sized + Send + 'static {
    /// What is rendered into the response's body.
    type Output: Serialize + Send;

    /// Whether it changes something. Then it waits for its turn, and rights are asked for within it: who lost them
    /// meanwhile has lost them.
    const CHANGES: bool = true;

    /// Whether it hands out credentials. Then no session may call it, or none would ever end.
    const HANDS_OUT_CREDENTIALS: bool = false;

    /// Reads the input, less `accountId`; `None` where a violation was kept.
    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError>;

    /// What the policies are asked about, within the account.
    fn target(&self) -> AdminTarget<'_>;

    /// The actions that are needed besides its own.
    fn also(&self) -> Vec<&'static str> {
        Vec::new()
    }

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
        Self { parts, calls: Mutex::default(), queue: Queue::default() }
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

/// Reads, waits for its turn, asks the policies, carries out and renders one operation.
fn perform<'a, O: AdminOperation>(admin: &'a Admin, row: &'static AdminRow, call: Call<'a>) -> Running<'a> {
    Box::pin(async move {
        let Call { caller, body, now, .. } = call;
        let mut input = Input::parse(body)?;
        let account = input.optional("accountId", AccountId::parse)?;
        let operation = O::parse(&mut input)?;
        let operation = input.finish(|| operation)?;
        let place = if O::CHANGES { Some(admin.queue.enter(caller.account())?) } else { None };
        let changing = match place {
            Some(_) => Some(admin.parts.access.change().await),
            None => None,
        };
        let before = changing.as_ref().map(|changing| Arc::clone(&changing.directory));
        let directory = before.unwrap_or_else(|| admin.parts.access.directory());
        let principal = directory.again(caller.principal, caller.access_key_id);
        let Some(principal) = &principal else { return Err(gone()) };
        let caller = Caller { principal, ..caller };
        let account = account.unwrap_or_else(|| caller.account());
        let scope =
            AdminScope { admin: &admin.parts, caller, account, now, directory, changing: changing.as_ref() };
        authorize(&scope, row, &operation)?;
        let output = operation.apply(&scope).await?;
        serde_json::to_vec(&output).map_err(|error| OperationError::internal(error.to_string()))
    })
}

/// The caller's key or user went while the call waited.
fn gone() -> OperationError {
    OperationError::AccessDenied {
        message: "The security token included in the request is invalid.".to_owned(),
    }
}

/// Asks the policies. Only callers of the server's own account, the operators, come into another account, and only they
/// have anything to do with accounts as such.
fn authorize<O: AdminOperation>(
    scope: &AdminScope<'_>,
    row: &AdminRow,
    operation: &O,
) -> Result<(), OperationError> {
    let AdminScope { admin, caller, account, now, directory, .. } = scope;
    let gate = Gate { caller: *caller, region: &admin.region, now: *now, audit: &*admin.audit };
    let target = operation.target();
    let resource = target.arn(*account, directory);
    if O::HANDS_OUT_CREDENTIALS && caller.principal.is_session() {
        return gate.refuse(row.action, &resource, "temporary credentials make no credentials");
    }
    let is_operator = caller.account() == directory.home();
    let mut context = gate.context(Some(*account));
    // Nobody asks a foreign user's tags out by the words of a refusal.
    let may_see = is_operator || caller.account() == *account;
    let tags = target.existing_user().filter(|_| may_see).and_then(|name| directory.user(*account, name));
    if let Some(known) = &tags {
        let tags = known.user.tags.as_map().iter();
        context.add_tags("aws:ResourceTag/", tags.map(|(key, value)| (key.as_str(), value.as_str())));
    }
    target.describe(&mut context);
    for action in iter::once(row.action).chain(operation.also()) {
        if is_operator {
            gate.ask_anywhere(action, &resource, &context)?;
        } else {
            gate.ask(action, &resource, &context)?;
        }
    }
    Ok(())
}
