//! `hubbub config`: what the server would run with, without running it.

use super::error::CliError;
use super::output;
use crate::config::{self, Config};
use clap::{ArgMatches, Command};

const LONG_ABOUT: &str = "\
Show, check or write a configuration.

Every key can be set in four places, the later ones over the earlier ones: built-in default, configuration file \
(TOML), environment variable HUBBUB_<KEY>, flag --<key>. An unknown key and a contradiction are refused, with the \
place where they stand and what was probably meant.";

const EXAMPLES: &str = "\
Examples:
  hubbub config sample > hubbub.toml           every key with its documentation and default
  hubbub config check --config hubbub.toml     is it right?
  HUBBUB_SHARDS=4 hubbub config print          what holds, and where each value comes from";

/// `config` with its help.
pub(super) fn command() -> Command {
    let loads = |name: &'static str| Command::new(name).arg(config::file_flag()).args(config::flags());
    Command::new("config")
        .about("Show, check or write a configuration")
        .long_about(LONG_ABOUT)
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(
            loads("print").about("Print what holds, each value with the place it came from; secrets as ***"),
        )
        .subcommand(loads("check").about("Say nothing and exit with 0 if the configuration is right"))
        .subcommand(
            Command::new("sample")
                .about("Write a configuration file with every key, documented and commented out"),
        )
}

/// Does what was asked for.
pub(super) fn run(matches: &ArgMatches) -> Result<(), CliError> {
    match matches.subcommand() {
        Some(("print", given)) => output::write(&config::print(&load(given)?))?,
        Some(("check", given)) => drop(load(given)?),
        _ => output::write(&config::sample())?,
    }
    Ok(())
}

/// The configuration of this process: file, environment and the flags in `matches`.
pub(super) fn load(matches: &ArgMatches) -> Result<Config, CliError> {
    let file = config::file_given(matches, config::environment());
    let sources = config::Sources {
        file: file.as_deref(),
        env: config::environment(),
        flags: config::flags_given(matches),
    };
    Ok(config::load(sources)?)
}
