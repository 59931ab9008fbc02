//! `hubbub logs`: the local chat logs of a room, read from the server's folder whether it runs or not. The parts:
//! `place` is where they are, `when` which of them count, `merge` and `in_order` bring the records of all files into
//! one order, `seen` tells repetitions, `record` and `screen` are how one is shown. None of them knows how files are
//! named or where they lie; that is `delivery`'s.

mod error;
mod in_order;
mod line;
mod merge;
mod notices;
mod pattern;
mod place;
mod reading;
mod record;
mod screen;
mod seen;
mod tail;
mod when;

pub(super) use error::LogsError;

use super::clock;
use super::connection::block_on;
use super::error::CliError;
use crate::config;
use clap::{ArgMatches, Args, Command, FromArgMatches as _, Subcommand};
use delivery::WhichRoom;
use pattern::Pattern;
use reading::Reading;
use screen::Screen;
use std::path::PathBuf;
use tokio::signal::ctrl_c;
use when::{When, Window};

const LONG_ABOUT: &str = "\
Read what rooms with a logging configuration said, from the files in the server's folder.

It reads the local files of S3 buckets and CloudWatch Logs groups, of a server that runs or does not, and changes \
nothing. Logs that the chat log file sends elsewhere are not here; nor are Firehose streams, whose files \
(logs/ACCOUNT/firehose) do not tell rooms apart.

Records come in the order of their times, each once, also where several destinations hold it: a repetition is known \
among the last 100000 records, and an order that files do not keep is restored over 10000. What cannot be read is \
told on standard error; the rest is read, and the exit code is 1.";

const EXAMPLES: &str = "\
Examples:
  hubbub logs cat --room arn:aws:ivschat:us-east-1:123456789012:room/AbCdEfGhIjKl --since 2h
  hubbub logs tail --room AbCdEfGhIjKl -f      the id alone does as well
  hubbub logs grep --room AbCdEfGhIjKl -i 'free (gift|money)' --since 2026-11-20T18:00:00Z
  hubbub logs cat --room AbCdEfGhIjKl --json --data-dir /var/lib/hubbub | jq .payload.Content";

/// The most records that `tail` goes back: they are held in memory.
const MOST_LINES: u64 = 100_000;

/// What to do with a room's logs.
#[derive(Debug, Subcommand)]
enum LogsCommand {
    /// Print all records
    Cat(CatArgs),
    /// Print the last records, and with --follow those that are added
    Tail(TailArgs),
    /// Print the records that match; the exit code is 1 when none does
    ///
    /// The pattern is looked for in the text of a message, the user id of its sender, the name of an event, and the
    /// values of attributes, the sender's included; in each by itself.
    Grep(GrepArgs),
}

/// Which records, and how they are shown.
#[derive(Debug, Args)]
struct RecordArgs {
    /// ARN of the room, or its id, which is looked for in every account
    #[arg(long, value_name = "ROOM", value_parser = place::parse_room)]
    room: WhichRoom,

    /// Only from then on: how long ago, such as 30s, 10m, 2h or 3d, or a time such as 2026-11-21T16:00:00Z
    #[arg(long, value_name = "TIME", value_parser = When::parse)]
    since: Option<When>,

    /// Print each record as it is in the log, a line of JSON
    #[arg(long)]
    json: bool,

    /// Folder in which the server keeps its state
    #[arg(
        long,
        env = "HUBBUB_DATA_DIR",
        value_name = "DIR",
        default_value = "./hubbub-data",
        help_heading = "Server"
    )]
    data_dir: PathBuf,
}

/// `logs cat`
#[derive(Debug, Args)]
struct CatArgs {
    /// Only before then; as --since
    #[arg(long, value_name = "TIME", value_parser = When::parse)]
    until: Option<When>,

    #[command(flatten)]
    records: RecordArgs,
}

/// `logs tail`
#[derive(Debug, Args)]
struct TailArgs {
    /// How many records to begin with
    #[arg(short = 'n', long = "lines", value_name = "N", default_value = "10",
          value_parser = clap::value_parser!(u64).range(0..=MOST_LINES))]
    lines: u64,

    /// Go on with what is added, until Ctrl-C
    ///
    /// S3 objects are whole when they are there: what is only in them comes some minutes after it was said.
    #[arg(short, long, conflicts_with = "until")]
    follow: bool,

    /// Only before then; as --since
    #[arg(long, value_name = "TIME", value_parser = When::parse)]
    until: Option<When>,

    #[command(flatten)]
    records: RecordArgs,
}

/// `logs grep`
#[derive(Debug, Args)]
struct GrepArgs {
    /// Regular expression, with the syntax of Rust's `regex`
    #[arg(value_name = "PATTERN", allow_hyphen_values = true)]
    pattern: String,

    /// Capital and small letters are the same
    #[arg(short, long)]
    ignore_case: bool,

    /// The pattern is plain text
    #[arg(short = 'F', long)]
    fixed: bool,

    /// Only before then; as --since
    #[arg(long, value_name = "TIME", value_parser = When::parse)]
    until: Option<When>,

    #[command(flatten)]
    records: RecordArgs,
}

/// `logs` with its help.
pub(super) fn command() -> Command {
    LogsCommand::augment_subcommands(Command::new("logs"))
        .mut_subcommands(|command| command.arg(config::file_flag().help_heading("Server")))
        .about("Read the local chat logs of a room")
        .long_about(LONG_ABOUT)
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
}

/// Does what was asked for.
pub(super) fn run(matches: &ArgMatches) -> Result<(), CliError> {
    let command = LogsCommand::from_arg_matches(matches)?;
    let given = matches.subcommand().map_or(matches, |(_, given)| given);
    let (records, until) = command.asked();
    let folder = place::folder(given, records, config::environment().collect())?;
    let window = Window::new(records.since, until, clock::now())?;
    let reading = Reading::new(folder, records.room.clone(), window);
    let screen = Screen::new(records.json);
    match command {
        LogsCommand::Cat(_) => reading.print(screen),
        LogsCommand::Tail(args) => run_tail(&args, reading, screen),
        LogsCommand::Grep(args) => {
            let pattern = Pattern::compile(&args.pattern, args.fixed, args.ignore_case)?;
            reading.print_matching(&pattern, screen)
        }
    }
}

fn run_tail(args: &TailArgs, reading: Reading, screen: Screen) -> Result<(), CliError> {
    let lines = usize::try_from(args.lines).unwrap_or(usize::MAX);
    block_on(async {
        if !args.follow {
            return tail::last(reading, lines, screen).await;
        }
        tokio::select! {
            interrupted = ctrl_c() => Ok(interrupted?),
            ended = tail::follow(reading, lines, screen) => ended,
        }
    })
}

impl LogsCommand {
    fn asked(&self) -> (&RecordArgs, Option<When>) {
        match self {
            Self::Cat(args) => (&args.records, args.until),
            Self::Tail(args) => (&args.records, args.until),
            Self::Grep(args) => (&args.records, args.until),
        }
    }
}
