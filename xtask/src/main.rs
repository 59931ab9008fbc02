//! Every developer command, in Rust. Only the list of commands is known here; what each does is one file of its name.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a developer's tool speaks through the terminal"
)]

mod autobahn;
mod bench;
mod ci;
mod clients;
mod clippy;
mod command;
mod doc;
mod fmt;
mod fuzz;
mod shell;
mod test;
mod tidy;

fn main() -> std::process::ExitCode {
    command::start(&std::env::args().skip(1).collect::<Vec<_>>())
}
