//! `hubbub access account`. Knows no server.

use super::ask::{Ask, account_id, member};
use super::shapes::Account;
use crate::cli::printable::printable;
use clap::{Args, Subcommand, ValueEnum};
use model::AccountId;
use serde::Deserialize;
use serde_json::{Value, from_value};

const EXAMPLES: &str = "\
Examples:
  hubbub access account create 210987654321
  hubbub access user create admin --account 210987654321 --policy HubbubFullAccess
  hubbub access account set-verification 210987654321 pending
  hubbub access account list

Nothing of an account can be seen from another, and quotas count for each by itself. Only users of the server's own \
account may be allowed to work on accounts.";

/// Make, list and delete accounts
#[derive(Debug, Args)]
#[command(long_about = None, after_help = EXAMPLES, arg_required_else_help = true)]
pub(super) struct AccountArgs {
    #[command(subcommand)]
    command: AccountCommand,
}

/// What to do with accounts.
#[derive(Debug, Subcommand)]
enum AccountCommand {
    /// Make an account and print its number
    Create {
        /// Number of the account: twelve digits
        #[arg(value_name = "ID", value_parser = account_id)]
        id: AccountId,

        /// Mark it as pending verification from the start
        #[arg(long)]
        pending_verification: bool,
    },
    /// List all accounts
    List,
    /// Show one account
    Show {
        /// Number of the account
        #[arg(value_name = "ID", value_parser = account_id)]
        id: AccountId,
    },
    /// Say whether an account is pending verification
    ///
    /// While it is, every call of its users is refused with PendingVerification, as AWS refuses it.
    SetVerification {
        /// Number of the account
        #[arg(value_name = "ID", value_parser = account_id)]
        id: AccountId,

        /// What holds from now on
        #[arg(value_name = "STATE")]
        state: Verification,
    },
    /// Delete an account in which nothing is left
    Delete {
        /// Number of the account
        #[arg(value_name = "ID", value_parser = account_id)]
        id: AccountId,
    },
}

/// Whether an account has been verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Verification {
    /// Its calls are refused
    Pending,
    /// It works
    Verified,
}

#[derive(Deserialize)]
struct One {
    account: Account,
}

#[derive(Deserialize)]
struct Many {
    accounts: Vec<Account>,
}

impl AccountArgs {
    /// The request.
    pub(super) fn ask(self) -> Ask {
        let number = |id: AccountId| member("accountId", id.to_string());
        let pending = |pending: bool| member("pendingVerification", pending);
        match self.command {
            AccountCommand::Create { id, pending_verification } => {
                Ask::shown("CreateAccount", [number(id), pending(pending_verification)], name)
            }
            AccountCommand::List => Ask::list("ListAccounts", "accounts", [], table),
            AccountCommand::Show { id } => Ask::shown("GetAccount", [number(id)], page),
            AccountCommand::SetVerification { id, state } => {
                Ask::silent("UpdateAccount", [number(id), pending(state == Verification::Pending)])
            }
            AccountCommand::Delete { id } => Ask::silent("DeleteAccount", [number(id)]),
        }
    }
}

fn name(answer: Value) -> Result<String, serde_json::Error> {
    Ok(printable(&from_value::<One>(answer)?.account.account_id) + "\n")
}

fn table(answer: Value) -> Result<String, serde_json::Error> {
    Ok(Account::table(from_value::<Many>(answer)?.accounts))
}

fn page(answer: Value) -> Result<String, serde_json::Error> {
    Ok(from_value::<One>(answer)?.account.page())
}
