//! The list of developer commands: the only place that names them all. What a command does is its own file.

use std::process::ExitCode;

use anyhow::Result;

use crate::{autobahn, bench, ci, clippy, doc, fmt, fuzz, test, tidy};

/// One developer command.
pub(crate) struct Command {
    /// What is typed after `cargo xtask`.
    pub(crate) name: &'static str,
    /// The arguments it takes, as shown to the reader.
    pub(crate) arguments: &'static str,
    /// One line for the list.
    pub(crate) purpose: &'static str,
    /// Runs it; the error is the sentence the developer reads.
    pub(crate) run: fn(&[String]) -> Result<()>,
}

/// Every command, in the order of the list.
pub(crate) const COMMANDS: &[Command] = &[
    Command {
        name: "fmt",
        arguments: "",
        purpose: "check the format (`cargo fmt` repairs it)",
        run: fmt::run,
    },
    Command {
        name: "clippy",
        arguments: "",
        purpose: "lint everything, warnings are errors",
        run: clippy::run,
    },
    Command { name: "tidy", arguments: "", purpose: "check the house's own rules of style", run: tidy::run },
    Command { name: "doc", arguments: "", purpose: "build the rustdoc, warnings are errors", run: doc::run },
    Command { name: "test", arguments: "", purpose: "run every test, real SDKs included", run: test::run },
    Command {
        name: "ci",
        arguments: "",
        purpose: "fmt, clippy, tidy, doc and test, with their times",
        run: ci::run,
    },
    Command {
        name: "autobahn",
        arguments: "",
        purpose: "run Autobahn's suite over the WebSocket codec (needs CPython 2.7)",
        run: autobahn::run,
    },
    Command {
        name: "fuzz",
        arguments: "[target] [seconds]",
        purpose: "fuzz one target or each in turn (needs cargo-fuzz)",
        run: fuzz::run,
    },
    Command {
        name: "bench",
        arguments: "[part]",
        purpose: "run the micro-benchmarks of one part or of each",
        run: bench::run,
    },
];

/// Runs the command that the arguments name; without one, prints the list.
pub(crate) fn start(arguments: &[String]) -> ExitCode {
    let Some((name, rest)) = arguments.split_first() else {
        println!("{}", list());
        return ExitCode::SUCCESS;
    };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else {
        eprintln!("there is no command `{name}`\n\n{}", list());
        return ExitCode::FAILURE;
    };
    match (command.run)(rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {name}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn list() -> String {
    let line = |command: &Command| {
        format!("  {:<28} {}", format!("{} {}", command.name, command.arguments), command.purpose)
    };
    format!("cargo xtask <command>\n\n{}", COMMANDS.iter().map(line).collect::<Vec<_>>().join("\n"))
}
