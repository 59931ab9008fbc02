//! `kill -9` at any moment loses no acknowledged write, and the next start works.
//!
//! This program starts a copy of itself that writes and tells each acknowledged write, kills it after a number of them
//! drawn from a seed, opens what is left and compares; several rounds over one directory.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test"
)]

mod access_ledger;
mod access_writer;
mod ledger;
mod writer;

use ledger::Ledger;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// What the copy is called with; nothing a test runner would pass.
const WRITE: &str = "write-until-killed";
const SEED: u64 = 0x5eed_0f2a_11c4_77d3;
const ROUNDS: u64 = 8;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.get(1).is_some_and(|argument| argument == WRITE) {
        writer::write_until_killed(Path::new(&arguments[2]), arguments[3].parse().unwrap());
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::default();
    let mut random = SEED;
    for round in 0..ROUNDS {
        // An xorshift: the same moments each time, as far as the machine lets them be the same.
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        let acknowledged = usize::try_from(1 + random % 400).unwrap();
        kill_after(acknowledged, directory.path(), round, &mut ledger);
        ledger.check(directory.path());
        println!("round {round}: killed after {acknowledged} acknowledged writes; {ledger}");
    }
    ledger.check_is_telling();
}

fn kill_after(acknowledged: usize, directory: &Path, round: u64, ledger: &mut Ledger) {
    let mut writer = start(directory, round);
    let mut lines = BufReader::new(writer.stdout.take().unwrap()).lines().map(Result::unwrap);
    let mut seen = 0;
    while seen < acknowledged {
        let line = lines.next().expect("the writer ended by itself");
        seen += usize::from(ledger.note(&line));
    }
    writer.kill().unwrap();
    // What it still said before it died counts too. A line is one write to the pipe: there are no halves.
    for line in lines {
        ledger.note(&line);
    }
    let status = writer.wait().unwrap();
    assert!(!status.success(), "the writer was not killed");
}

fn start(directory: &Path, round: u64) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.arg(WRITE).arg(directory).arg(round.to_string()).stdout(Stdio::piped()).spawn().unwrap()
}
