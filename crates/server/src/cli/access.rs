//! `hubbub access`: accounts, users, access keys and policies, through the admin API of a running server or in the
//! folder of a stopped one. The parts: one file for each noun, which makes requests of arguments and text of answers;
//! `ask` is such a request; `place` and `door` are where it is carried out. None of them knows what a policy means.

mod account;
mod ask;
mod assume;
mod document;
mod door;
mod explain;
mod key;
mod pages;
mod place;
mod policy;
mod shapes;
#[cfg(test)]
mod tests;
mod user;

use super::connection::{ServerArgs, block_on};
use super::error::CliError;
use super::output;
use super::printable::printable_json;
use crate::config;
use ask::Ask;
use clap::{ArgMatches, Args, Command, FromArgMatches as _, Subcommand};
use door::Door;
use place::Place;

const LONG_ABOUT: &str = "\
Say who may do what: accounts, users, access keys and IAM policies.

A user has access keys to sign with and policies that say what it may do; without a policy it may do nothing. A change \
is in effect at once, without a restart.

The commands ask a running server. When none listens at http://127.0.0.1:8080 and none was named with --endpoint or \
HUBBUB_ENDPOINT, they work on the folder of the stopped server, as `hubbub serve` would find it, and say so.";

const EXAMPLES: &str = "\
Examples:
  hubbub access user create tool --policy HubbubModerator
  hubbub access key create --user tool         prints the key's id and, this once, its secret
  hubbub access policy create red red.json     a policy of your own, from a file
  hubbub access user attach tool red
  hubbub access explain --user tool --action ivschat:DeleteMessage \\
                        --resource arn:aws:ivschat:us-east-1:123456789012:room/AbCdEfGhIjKl
  hubbub access assume --user tool             keys that expire

Policies that come with the server: HubbubFullAccess, HubbubReadOnlyAccess, HubbubTokenIssuer, HubbubModerator.";

/// `access`: what all of its commands take, and which one.
#[derive(Debug, Args)]
struct AccessArgs {
    /// Print the whole answer as JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    server: ServerArgs,

    #[command(subcommand)]
    command: AccessCommand,
}

/// The nouns, and the two questions.
#[derive(Debug, Subcommand)]
enum AccessCommand {
    Account(account::AccountArgs),
    User(user::UserArgs),
    Key(key::KeyArgs),
    Policy(policy::PolicyArgs),
    Assume(assume::AssumeArgs),
    Explain(explain::ExplainArgs),
}

/// What a command comes to.
enum Task {
    /// A request, wherever it is carried out.
    Ask(Ask),
    /// It was done here, without any server.
    Done,
}

/// `access` with its help. What all commands take may stand behind each of them.
pub(super) fn command() -> Command {
    let file = config::file_flag().help_heading("Server");
    AccessArgs::augment_args(Command::new("access"))
        .arg(file)
        .mut_args(|argument| argument.global(true))
        .about("Say who may do what: accounts, users, access keys, policies")
        .long_about(LONG_ABOUT)
        .after_help(EXAMPLES)
        .arg_required_else_help(true)
}

/// Does what was asked for.
pub(super) fn run(matches: &ArgMatches) -> Result<(), CliError> {
    let args = AccessArgs::from_arg_matches(matches)?;
    match args.command.task()? {
        Task::Done => Ok(()),
        Task::Ask(ask) => {
            let place = Place::find(matches, args.server, config::environment().collect())?;
            block_on(carry_out(ask, place, args.json))
        }
    }
}

impl AccessCommand {
    fn task(self) -> Result<Task, CliError> {
        match self {
            Self::Account(args) => Ok(Task::Ask(args.ask())),
            Self::User(args) => Ok(Task::Ask(args.ask())),
            Self::Key(args) => Ok(Task::Ask(args.ask())),
            Self::Policy(args) => args.task(),
            Self::Assume(args) => Ok(Task::Ask(args.ask()?)),
            Self::Explain(args) => Ok(Task::Ask(args.ask()?)),
        }
    }
}

async fn carry_out(ask: Ask, place: Place, json: bool) -> Result<(), CliError> {
    let door = Door::open(place).await?;
    let call = async |input: &_| door.call(ask.operation, input).await;
    let answer = match ask.list {
        None => call(&ask.input).await?,
        Some(list) => pages::all(list, ask.input, call).await?.ok_or_else(|| door.alien(pages::ENDLESS))?,
    };
    let text = if json {
        printable_json(&format!("{answer:#}\n"))
    } else {
        let shown = (ask.show)(answer);
        shown.map_err(|error| door.alien(&format!("{}: {error}", ask.operation)))?
    };
    Ok(output::write(&text)?)
}
