//! `hubbub bench`: a crowd of viewers against a server, and how the server fared.
//!
//! The parts: `args` is what is asked for and `plan` what it comes to; `site` is the server and `handler` who reviews,
//! `rooms` and `course` are the run; `report` is what came of it, told by `table`, `chart` and `verdict`. The crowd
//! itself is the crate `loadgen`.
//!
//! **Invariant:** rooms and tokens are made through the public API only, as any application makes them.

mod args;
mod calls;
mod chart;
mod course;
mod descriptors;
mod digits;
mod duration;
mod error;
mod files;
mod handler;
mod logging;
mod own_server;
mod pin;
mod plan;
mod report;
mod rooms;
mod screen;
mod signals;
mod site;
mod spent;
mod table;
mod usage;
mod verdict;

use super::connection::block_on;
use super::error::CliError;
use super::output;
use args::SiteArgs;
use clap::{Command, Subcommand as _};
use files::Files;
use handler::Handler;
use plan::Plan;
use report::Report;
use rooms::{Extras, Rooms};
use signals::Signals;
use site::Site;
use std::num::NonZero;
use tokio_util::sync::CancellationToken;

pub(super) use args::BenchCommand;
pub(super) use error::BenchError;

/// Threads of the crowd, unless told otherwise; each takes descriptors too.
const THREADS_MAX: usize = 64;

const LONG_ABOUT: &str = "\
Measure a server with a crowd of viewers.

Without --endpoint a server is started for the occasion, without quotas, and is gone afterwards. A crowd of viewers \
connects to it as any client would; the rooms and chat tokens come from the public API. Then messages are sent at a \
steady rate, and each viewer counts what reaches it: a latency counts from when the message was due, so a delay hides \
nothing.

The report says how many messages were refused, lost, doubled or out of order, how late they came, what each delivery \
and each connection cost the server, and whether the crowd itself was the limit: then the server may be better than \
its figures. --json and --svg write them down too.

Ctrl-C or SIGTERM: the run ends, and what was measured until then is reported. A second one exits at once.";

const EXAMPLES: &str = "\
Examples:
  hubbub bench fan-out --viewers 5000 --rate 10 --for 30s     one room
  hubbub bench rooms --viewers 5000 --rate 1                  500 rooms of ten
  hubbub bench storm --viewers 5000                           everybody comes back at once
  hubbub bench idle --viewers 10000                           memory per connection
  hubbub bench mixed --svg latency.svg                        do small rooms suffer from a big one?
  hubbub bench review                                         what does a review handler cost?
  hubbub bench fan-out --endpoint https://chat.example.com    one elsewhere: it is put under load!

Each viewer takes a file descriptor here and one at the server: `ulimit -n` must allow it. A server elsewhere with \
AWS's quotas makes 200 tokens and 5 rooms a second, and refuses above 1,000 messages a second in all: its --quotas \
unlimited lifts that. Debug builds are many times slower than release builds.

Exit codes: 0 the run was done, interrupted or not, whatever was lost; 1 it could not be done; 2 wrongly called.
`hubbub bench SCENARIO --help` is the manual of each scenario.";

/// `bench` with its help.
pub(super) fn command() -> Command {
    BenchCommand::augment_subcommands(Command::new("bench"))
        .about("Measure a server with a crowd of viewers")
        .long_about(LONG_ABOUT)
        .after_help(EXAMPLES)
        .subcommand_value_name("SCENARIO")
        .subcommand_help_heading("Scenarios")
        .subcommand_required(true)
        .arg_required_else_help(true)
}

/// Measures, and reports.
pub(super) fn run(command: &BenchCommand) -> Result<(), CliError> {
    let (plan, args) = (Plan::new(command)?, command.site());
    descriptors::secure(plan.connections() + command.handler_connections())?;
    let files = Files::create(args.json.as_deref(), command.svg().map(AsRef::as_ref))?;
    let report = block_on(async {
        let signals = Signals::listen()?;
        // Whatever is dropped here cleans up behind itself: the server of our own ends.
        tokio::select! {
            report = measure(&plan, command, &signals.first) => report,
            () = signals.second.cancelled() => Err(cut_short(args).into()),
        }
    })?;
    files.write(&report)?;
    Ok(output::write(&table::render(&report))?)
}

async fn measure(plan: &Plan, command: &BenchCommand, stop: &CancellationToken) -> Result<Report, CliError> {
    let args = command.site();
    let handler = match command {
        BenchCommand::Review(args) => Some(Handler::open(args).await?),
        _ => None,
    };
    let mut site = Site::open(args, handler.as_ref().and_then(Handler::review_file)).await?;
    let mut rooms = Rooms::default();
    let measured = async {
        let logging = if command.is_logged() { logging::make(&site.api, stop).await? } else { Vec::new() };
        let extras = Extras { handler: handler.as_ref().map(Handler::arn), logging: &logging };
        rooms.make(&site.api, plan, extras, stop).await?;
        let measured = course::run(&site, plan, &rooms, threads(plan, args), stop).await?;
        let logged = match &site.own {
            Some(own) if command.is_logged() => Some(logging::read(&own.endpoint).await?),
            _ => None,
        };
        Ok::<_, CliError>((measured, logged))
    };
    let measured = measured.await;
    if let Some(ended) = site.own.as_mut().and_then(own_server::OwnServer::ended) {
        return Err(BenchError::ServerEnded(ended.to_string()).into());
    }
    // With a server of our own everything goes that was in it.
    if site.own.is_none() {
        rooms.delete(&site.api).await;
    }
    let (measured, logged) = measured?;
    Ok(Report::new(plan, &site, args, (handler.as_ref(), logged), &measured))
}

/// Threads of the crowd. Counted after the crowd's cores were chosen.
fn threads(plan: &Plan, args: &SiteArgs) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get).min(THREADS_MAX);
    // One for each group at least: see `loadgen::CrowdSettings::threads`.
    args.threads.map_or(cores.max(plan.groups.len()), usize::from)
}

const fn cut_short(args: &SiteArgs) -> BenchError {
    let rooms_stay = args.endpoint.is_some();
    BenchError::CutShort(if rooms_stay { "; rooms named hubbub-bench may have stayed" } else { "" })
}
