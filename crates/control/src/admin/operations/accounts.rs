//! Accounts: made, listed, marked as pending verification, deleted.

use super::page::PageMembers;
use crate::OperationError;
use crate::admin::AdminOperation;
use crate::admin::answers::{AccountAnswer, AccountShape, Nothing};
use crate::admin::scope::{AdminScope, check_changeable, refused};
use crate::admin::target::AdminTarget;
use crate::error::Subject;
use crate::input::Input;
use auth::{AccessDirectory, Origin};
use model::Account;
use serde::Serialize;

pub(crate) struct CreateAccount {
    pending_verification: bool,
}

pub(crate) struct ListAccounts {
    page: PageMembers,
}

pub(crate) struct GetAccount;

pub(crate) struct UpdateAccount {
    pending_verification: bool,
}

pub(crate) struct DeleteAccount;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountsAnswer {
    accounts: Vec<AccountShape>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
}

impl AdminOperation for CreateAccount {
    type Output = AccountAnswer;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        input.require("accountId")?;
        let pending_verification = input.boolean("pendingVerification")?.unwrap_or_default();
        Ok(Some(Self { pending_verification }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::Account
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<AccountAnswer, OperationError> {
        if scope.directory.account(scope.account).is_some() {
            return Err(Subject::account(scope.account).conflict("exists already"));
        }
        let pending_verification = self.pending_verification;
        let account = Account { id: scope.account, pending_verification, created_at: scope.now.wall };
        let created = scope.admin.access.store.create_account(account).await;
        created.map_err(|error| refused(error, Subject::account(scope.account)))?;
        answer(scope, &*scope.finish().await?)
    }
}

impl AdminOperation for ListAccounts {
    type Output = AccountsAnswer;
    const CHANGES: bool = false;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        Ok(Some(Self { page: PageMembers::read(input)? }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::Accounts
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<AccountsAnswer, OperationError> {
        let directory = &scope.directory;
        let after = self.page.after.as_deref().unwrap_or_default();
        let behind = directory.accounts().skip_while(|(account, _)| *account.id.to_string() <= *after);
        let (accounts, next_token) =
            self.page.cut(behind, |(account, _)| account.id.to_string(), AccountShape::of);
        Ok(AccountsAnswer { accounts, next_token })
    }
}

impl AdminOperation for GetAccount {
    type Output = AccountAnswer;
    const CHANGES: bool = false;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        input.require("accountId")?;
        Ok(Some(Self))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::Account
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<AccountAnswer, OperationError> {
        answer(scope, &scope.admin.access.directory())
    }
}

impl AdminOperation for UpdateAccount {
    type Output = AccountAnswer;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        input.require("accountId")?;
        input.require("pendingVerification")?;
        let pending_verification = input.boolean("pendingVerification")?.unwrap_or_default();
        Ok(Some(Self { pending_verification }))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::Account
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<AccountAnswer, OperationError> {
        check_stored(scope, &scope.directory)?;
        let set = scope.admin.access.store.set_pending_verification(scope.account, self.pending_verification);
        set.await.map_err(|error| refused(error, Subject::account(scope.account)))?;
        answer(scope, &*scope.finish().await?)
    }
}

impl AdminOperation for DeleteAccount {
    type Output = Nothing;

    fn parse(input: &mut Input) -> Result<Option<Self>, OperationError> {
        input.require("accountId")?;
        Ok(Some(Self))
    }

    fn target(&self) -> AdminTarget<'_> {
        AdminTarget::Account
    }

    async fn apply(self, scope: &AdminScope<'_>) -> Result<Nothing, OperationError> {
        let about = || Subject::account(scope.account);
        check_stored(scope, &scope.directory)?;
        if scope.account == scope.directory.home() {
            return Err(about().conflict("is the server's own account"));
        }
        let declares = |origin: Origin| origin == Origin::Declared;
        let users = scope.directory.users(scope.account, None).any(|known| declares(known.origin));
        let policies = scope.directory.policies(scope.account, None).any(|known| declares(known.origin));
        if users || policies {
            return Err(about().conflict("has users or policies in the access file"));
        }
        scope
            .admin
            .access
            .store
            .delete_account(scope.account)
            .await
            .map_err(|error| refused(error, about()))?;
        scope.finish().await?;
        Ok(Nothing {})
    }
}

fn check_stored(scope: &AdminScope<'_>, directory: &AccessDirectory) -> Result<(), OperationError> {
    let about = || Subject::account(scope.account);
    let (_, origin) = directory.account(scope.account).ok_or_else(|| about().not_found())?;
    check_changeable(origin, about)
}

fn answer(scope: &AdminScope<'_>, directory: &AccessDirectory) -> Result<AccountAnswer, OperationError> {
    let found = directory.account(scope.account);
    let found = found.ok_or_else(|| Subject::account(scope.account).not_found())?;
    Ok(AccountAnswer { account: AccountShape::of(found) })
}
