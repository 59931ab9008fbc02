//! `hubbub serve`: the server, with every key of the configuration as a flag. Knows nothing of how it runs.

use super::config::load;
use super::error::CliError;
use crate::config;
use clap::{ArgMatches, Command};

const LONG_ABOUT: &str = "\
Start the server.

It needs no set-up: without any flag it listens on 127.0.0.1:8080 for the control plane, chat and health, and keeps \
its state in ./hubbub-data. The first start makes a root access key, writes it to root-credentials in that folder \
(readable by its owner only) and prints it once, with lines to paste for the AWS CLI and for hubbub's own commands.

Every key of the configuration is a flag here. Over the built-in defaults goes the file of --config, over that the \
environment (HUBBUB_<KEY>), over that the flags.

SIGTERM or Ctrl-C: the server takes no new connections, lets the open ones go over --shutdown-drain-seconds, then \
exits with 0. A second signal exits at once.";

const EXAMPLES: &str = "\
Examples:
  hubbub serve
  hubbub serve --listen 0.0.0.0:80 --data-dir /var/lib/hubbub
  hubbub serve --config hubbub.toml --quotas unlimited
  HUBBUB_LOG_FORMAT=json hubbub serve

Health is at /healthz and /readyz, Prometheus metrics at /metrics. `hubbub config sample` writes a configuration file; \
`hubbub serve --help` lists every flag, `-h` the common ones.";

/// `serve` with its help.
pub(super) fn command() -> Command {
    Command::new("serve")
        .about("Start the server")
        .long_about(LONG_ABOUT)
        .after_help(EXAMPLES)
        .arg(config::file_flag())
        .args(config::flags())
}

/// Serves until told to stop.
pub(super) fn run(matches: &ArgMatches) -> Result<(), CliError> {
    let config = load(matches)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(crate::serve::run(config)).map_err(|error| CliError::Serve(error.to_string()))
}
