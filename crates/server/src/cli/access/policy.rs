//! `hubbub access policy`. Knows no server; `check` needs none.

use super::Task;
use super::ask::{AccountArg, Ask, member};
use super::document::Document;
use super::shapes::Policy;
use crate::cli::error::CliError;
use crate::cli::printable::{printable, printable_json};
use clap::{Args, Subcommand, ValueHint, value_parser};
use serde::Deserialize;
use serde_json::{Value, from_value};
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  hubbub access policy check red.json
  hubbub access policy create red red.json
  hubbub access policy show HubbubModerator > mine.json
  hubbub access policy update red - < red.json
  hubbub access policy list

A document is an IAM policy in JSON, of version 2012-10-17 or 2008-10-17, at most 64 KiB.";

/// Make, change, list, check and delete policies
#[derive(Debug, Args)]
#[command(long_about = None, after_help = EXAMPLES, arg_required_else_help = true)]
pub(super) struct PolicyArgs {
    #[command(flatten)]
    account: AccountArg,

    #[command(subcommand)]
    command: PolicyCommand,
}

/// What to do with policies.
#[derive(Debug, Subcommand)]
enum PolicyCommand {
    /// Make a policy from a document and print its ARN
    Create(WithDocument),
    /// List all policies in order of name, those that come with the server too
    List,
    /// Print a policy's document
    Show(Named),
    /// Put another document in place of a policy's
    Update(WithDocument),
    /// Delete a policy that no user has
    Delete(Named),
    /// Say nothing and exit with 0 if a document is a policy
    ///
    /// Done on this machine: no server is asked, and nothing is written.
    Check(FromFile),
}

/// Which policy.
#[derive(Debug, Args)]
struct Named {
    /// Name of the policy
    #[arg(value_name = "NAME")]
    name: String,
}

/// Where the document is.
#[derive(Debug, Args)]
struct FromFile {
    /// File of the document; - is standard input
    #[arg(value_name = "FILE", value_hint = ValueHint::FilePath, value_parser = value_parser!(PathBuf))]
    file: PathBuf,
}

/// Which policy, and where its document is.
#[derive(Debug, Args)]
struct WithDocument {
    #[command(flatten)]
    policy: Named,

    #[command(flatten)]
    document: FromFile,
}

#[derive(Deserialize)]
struct One {
    policy: Policy,
}

#[derive(Deserialize)]
struct Whole {
    document: String,
}

#[derive(Deserialize)]
struct Many {
    policies: Vec<Policy>,
}

impl PolicyArgs {
    /// The request, or what comes of `check`.
    pub(super) fn task(self) -> Result<Task, CliError> {
        let account = self.account.member();
        let name = |policy: Named| member("policyName", policy.name);
        let write = |operation, WithDocument { policy, document }, show| {
            let document = member("document", Document::from(document.file).read()?);
            Ok::<_, CliError>(Ask::shown(operation, [account.clone(), name(policy), document], show))
        };
        let ask = match self.command {
            PolicyCommand::Create(args) => write("CreatePolicy", args, arn)?,
            PolicyCommand::Update(args) => write("UpdatePolicy", args, |_| Ok(String::new()))?,
            PolicyCommand::List => Ask::list("ListPolicies", "policies", [account], table),
            PolicyCommand::Show(policy) => Ask::shown("GetPolicy", [account, name(policy)], document),
            PolicyCommand::Delete(policy) => Ask::silent("DeletePolicy", [account, name(policy)]),
            PolicyCommand::Check(document) => {
                return check(&document.file.into()).map(|()| Task::Done);
            }
        };
        Ok(Task::Ask(ask))
    }
}

fn check(document: &Document) -> Result<(), CliError> {
    match auth::Policy::parse(&document.read()?) {
        Ok(_) => Ok(()),
        Err(error) => Err(CliError::BadDocument { file: document.name(), error }),
    }
}

fn arn(answer: Value) -> Result<String, serde_json::Error> {
    Ok(printable(&from_value::<One>(answer)?.policy.arn) + "\n")
}

fn table(answer: Value) -> Result<String, serde_json::Error> {
    Ok(Policy::table(from_value::<Many>(answer)?.policies))
}

/// As it was written, so that it can be changed and sent back.
fn document(answer: Value) -> Result<String, serde_json::Error> {
    let document = printable_json(&from_value::<Whole>(answer)?.document);
    Ok(document.trim_end().to_owned() + "\n")
}
