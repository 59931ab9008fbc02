//! The command line: which commands there are, and how what went wrong is told.
//!
//! Each command is one file under `cli/`: its help and its doing. `room`, `token`, `chat` and `bench` know the server's
//! public API only, `access` the admin API, `logs` the files of local chat logs. **Invariant:** nothing here touches
//! the engine, the store or the edge, with two exceptions: `serve`, and `access`, which works on the folder of a
//! stopped server through `crate::offline`.

mod access;
mod api;
mod bench;
mod chat;
mod clock;
mod config;
mod connection;
mod credentials;
mod error;
mod logs;
mod output;
mod pair;
mod printable;
mod room;
mod serve;
mod table;
#[cfg(test)]
mod tests;
mod token;

use clap::error::ErrorKind;
use clap::{ArgMatches, Command, FromArgMatches as _};
use error::CliError;
use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

const ABOUT: &str = "Self-hosted live chat that speaks the Amazon IVS Chat API";

const LONG_ABOUT: &str = "\
Self-hosted live chat that speaks the Amazon IVS Chat API.

An application that uses an AWS SDK or the AWS CLI, and a viewer's client that uses an IVS Chat messaging SDK, work \
against `hubbub serve` when nothing but the endpoint is changed. All state is in one folder, ./hubbub-data unless told \
otherwise; nothing has to be set up. Not affiliated with Amazon.";

const EXAMPLES: &str = "\
Two terminals that talk, a minute after cloning:
  hubbub serve                                 in a first terminal; leave it running
  hubbub room create --name lobby              prints the room's ARN
  hubbub chat --room lobby --user ann          in a second terminal
  hubbub chat --room lobby --user bob          in a third

Access keys and IAM policies for everyone who should not have the root key:
  hubbub access user create tool --policy HubbubModerator

Exit codes: 0 done, 1 failed (one sentence on standard error says why), 2 wrongly called.
`hubbub help COMMAND` and `hubbub COMMAND --help` are the manual of each command.";

/// The whole command line, for `main`: parses the arguments of this process, does what they say and gives the exit
/// code: 0 done, 1 failed, 2 wrongly called.
#[must_use]
pub fn run() -> ExitCode {
    run_with(std::env::args_os())
}

fn run_with(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match command().try_get_matches_from(arguments) {
        Ok(matches) => match dispatch(&matches) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => report(&error),
        },
        Err(error) => refuse(&error),
    }
}

/// Every command with its help.
fn command() -> Command {
    Command::new("hubbub")
        .version(env!("CARGO_PKG_VERSION"))
        .about(ABOUT)
        .long_about(LONG_ABOUT)
        .after_help(EXAMPLES)
        .max_term_width(110)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(serve::command())
        .subcommand(config::command())
        .subcommand(room::command())
        .subcommand(token::command())
        .subcommand(chat::command())
        .subcommand(access::command())
        .subcommand(logs::command())
        .subcommand(bench::command())
        .subcommand(Command::new("version").about("Print the version"))
}

fn dispatch(matches: &ArgMatches) -> Result<(), CliError> {
    match matches.subcommand() {
        Some(("serve", given)) => serve::run(given),
        Some(("config", given)) => config::run(given),
        Some(("room", given)) => room::run(room::RoomCommand::from_arg_matches(given)?),
        Some(("token", given)) => token::run(&token::TokenArgs::from_arg_matches(given)?),
        Some(("chat", given)) => chat::run(&chat::ChatArgs::from_arg_matches(given)?),
        Some(("access", given)) => access::run(given),
        Some(("logs", given)) => logs::run(given),
        Some(("bench", given)) => bench::run(&bench::BenchCommand::from_arg_matches(given)?),
        _ => Ok(output::line(concat!("hubbub ", env!("CARGO_PKG_VERSION")))?),
    }
}

/// One sentence on standard error; nothing when whoever read our output has gone (`hubbub room list | head`).
fn report(error: &CliError) -> ExitCode {
    if !error.is_broken_pipe() {
        complain(&error.to_string());
    }
    ExitCode::from(error.exit_code())
}

/// What clap says: help and version go out as they are, a mistake as one sentence.
fn refuse(error: &clap::Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp
        | ErrorKind::DisplayVersion
        | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            // There is nobody left to tell when the terminal has gone.
            let _ = error.print();
        }
        _ => complain(&sentence(&error.to_string())),
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// Clap's paragraphs as one line: the mistake and its tip, with the usage in short.
fn sentence(text: &str) -> String {
    let text = text.strip_prefix("error: ").unwrap_or(text);
    let end = text.find("\n\nFor more information").unwrap_or(text.len());
    let text = text.get(..end).unwrap_or(text).replace("\n\n", "; ");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn complain(sentence: &str) {
    let line = printable::printable(sentence);
    // There is nobody left to tell when the terminal has gone.
    let _ = writeln!(io::stderr().lock(), "hubbub: {line}");
}
