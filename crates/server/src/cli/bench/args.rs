//! What `hubbub bench` is told: six scenarios, their sizes, where the server is. Its doc comments are the manual.

use super::duration::{parse as duration, parse_rate};
use super::handler::OWN_CONNECTIONS_MAX;
use crate::cli::connection::{control_url, messaging_url};
use clap::{Args, Subcommand};
use model::ReviewHandlerUri;
use reqwest::Url;
use std::path::PathBuf;
use std::time::Duration;

const FAN_OUT_EXAMPLES: &str = "\
Examples:
  hubbub bench fan-out
  hubbub bench fan-out --viewers 10000 --rate 20 --for 2m --svg latency.svg
  hubbub bench fan-out --viewers 5000 --stalled 50      do those that never read disturb the others?
  hubbub bench fan-out --pin --json result.json         figures of one core that repeat well";
const STORM_EXAMPLES: &str = "\
Examples:
  hubbub bench storm --viewers 5000
  hubbub bench storm --viewers 5000 --at-once 5000 --for 1m";
const IDLE_EXAMPLES: &str = "\
Examples:
  hubbub bench idle --viewers 10000
  hubbub bench idle --viewers 500 --for 10m --endpoint https://chat.example.com";
const ROOMS_EXAMPLES: &str = "\
Examples:
  hubbub bench rooms --viewers 10000 --rooms 1000 --rate 1
  hubbub bench rooms --viewers 2000 --rate 0.2 --endpoint http://127.0.0.1:8080 --server-pid 4711";
const MIXED_EXAMPLES: &str = "\
Examples:
  hubbub bench mixed
  hubbub bench mixed --viewers 5000 --rate 50 --rooms 200 --room-viewers 5 --svg both.svg";
const REVIEW_EXAMPLES: &str = "\
Examples:
  hubbub bench review
  hubbub bench review --handler-delay-ms 50 --json result.json
  hubbub bench review --review-file review.toml \\
    --handler arn:aws:lambda:us-east-1:123456789012:function:hubbub-builtin-family";

/// What to measure.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum BenchCommand {
    /// One room: how fast and how steadily do messages reach all its viewers?
    FanOut(FanOutArgs),
    /// Everybody loses the connection and comes back: how many can connect in a second?
    ///
    /// In each round a chat token is made for every viewer; then all connect as fast as they can, and are dropped
    /// without a word, as by a network that fails. Rounds are repeated until the time is over; one is always finished.
    /// Only connecting counts, the making of the tokens does not.
    Storm(StormArgs),
    /// Viewers that sit there: how much memory and computing does a connection cost, and is anybody dropped?
    Idle(IdleArgs),
    /// Many rooms of the same size, each with its own messages
    Rooms(RoomsArgs),
    /// One big room beside many small ones: do the small ones suffer?
    ///
    /// Latencies and losses are told apart for the big room and for the small ones.
    Mixed(MixedArgs),
    /// Rooms whose messages a handler reviews, beside as many without: what does it cost, and do the others suffer?
    ///
    /// Without --handler it is one of our own, over HTTP on this machine, that allows every message: what is measured
    /// then is the way there and back. In reviewed rooms the fallback is DENY: a message whose review came to nothing
    /// counts as refused.
    Review(ReviewArgs),
}

impl BenchCommand {
    /// What all scenarios have.
    pub(super) const fn site(&self) -> &SiteArgs {
        match self {
            Self::FanOut(FanOutArgs { site, .. })
            | Self::Storm(StormArgs { site, .. })
            | Self::Idle(IdleArgs { site, .. })
            | Self::Rooms(RoomsArgs { site, .. })
            | Self::Mixed(MixedArgs { site, .. })
            | Self::Review(ReviewArgs { site, .. }) => site,
        }
    }

    /// Connections to a handler of our own.
    pub(super) const fn handler_connections(&self) -> u64 {
        match self {
            Self::Review(args) if args.handler.is_none() => OWN_CONNECTIONS_MAX,
            _ => 0,
        }
    }

    /// Whether what is said is logged.
    pub(super) const fn is_logged(&self) -> bool {
        match self {
            Self::FanOut(FanOutArgs { messages, .. })
            | Self::Rooms(RoomsArgs { messages, .. })
            | Self::Mixed(MixedArgs { messages, .. })
            | Self::Review(ReviewArgs { messages, .. }) => messages.logged,
            Self::Storm(_) | Self::Idle(_) => false,
        }
    }

    /// Where the chart goes.
    pub(super) const fn svg(&self) -> Option<&PathBuf> {
        match self {
            Self::FanOut(FanOutArgs { messages, .. })
            | Self::Rooms(RoomsArgs { messages, .. })
            | Self::Mixed(MixedArgs { messages, .. })
            | Self::Review(ReviewArgs { messages, .. }) => messages.svg.as_ref(),
            Self::Storm(_) | Self::Idle(_) => None,
        }
    }
}

/// `bench fan-out`
#[derive(Debug, Args)]
#[command(after_help = FAN_OUT_EXAMPLES)]
pub(in crate::cli) struct FanOutArgs {
    /// Viewers of the room; those that send are among them
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = count())]
    pub(super) viewers: u32,

    /// Messages a second in the room, at most 100; there is a sender for every ten
    #[arg(long, value_name = "R", default_value = "10", value_parser = parse_rate)]
    pub(super) rate: f64,

    /// Further viewers that never read: a good server drops them, and nobody else notices
    #[arg(long, value_name = "K", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    pub(super) stalled: u32,

    #[command(flatten)]
    pub(super) messages: MessageArgs,
    #[command(flatten)]
    pub(super) site: SiteArgs,
}

/// `bench storm`
#[derive(Debug, Args)]
#[command(after_help = STORM_EXAMPLES)]
pub(in crate::cli) struct StormArgs {
    /// Viewers that come back at once
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = count())]
    pub(super) viewers: u32,

    /// Handshakes that are under way at once; the others wait for their turn
    ///
    /// More than a server lets wait (its listen backlog) are refused or repeated by the system, after a second.
    #[arg(long, value_name = "N", default_value_t = 512, value_parser = count())]
    pub(super) at_once: u32,

    #[command(flatten)]
    pub(super) site: SiteArgs,
}

/// `bench idle`
#[derive(Debug, Args)]
#[command(after_help = IDLE_EXAMPLES)]
pub(in crate::cli) struct IdleArgs {
    /// Viewers that sit in one room
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = count())]
    pub(super) viewers: u32,

    #[command(flatten)]
    pub(super) site: SiteArgs,
}

/// `bench rooms`
#[derive(Debug, Args)]
#[command(after_help = ROOMS_EXAMPLES)]
pub(in crate::cli) struct RoomsArgs {
    /// Viewers of all rooms together; those that send are among them
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = count())]
    pub(super) viewers: u32,

    /// Rooms over which they are spread [default: one for each ten viewers]
    #[arg(long, value_name = "M", value_parser = count())]
    pub(super) rooms: Option<u32>,

    /// Messages a second in each room, at most 100; there is a sender for every ten
    #[arg(long, value_name = "R", default_value = "1", value_parser = parse_rate)]
    pub(super) rate: f64,

    #[command(flatten)]
    pub(super) messages: MessageArgs,
    #[command(flatten)]
    pub(super) site: SiteArgs,
}

/// `bench mixed`
#[derive(Debug, Args)]
#[command(after_help = MIXED_EXAMPLES)]
pub(in crate::cli) struct MixedArgs {
    /// Viewers of the big room; those that send are among them
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = count())]
    pub(super) viewers: u32,

    /// Messages a second in the big room, at most 100; there is a sender for every ten
    #[arg(long, value_name = "R", default_value = "10", value_parser = parse_rate)]
    pub(super) rate: f64,

    /// Small rooms
    #[arg(long, value_name = "M", default_value_t = 500, value_parser = count())]
    pub(super) rooms: u32,

    /// Viewers of each small room
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = count())]
    pub(super) room_viewers: u32,

    /// Messages a second in each small room
    #[arg(long, value_name = "R", default_value = "2", value_parser = parse_rate)]
    pub(super) room_rate: f64,

    #[command(flatten)]
    pub(super) messages: MessageArgs,
    #[command(flatten)]
    pub(super) site: SiteArgs,
}

/// `bench review`
#[derive(Debug, Args)]
#[command(after_help = REVIEW_EXAMPLES)]
pub(in crate::cli) struct ReviewArgs {
    /// Rooms with a handler; as many without stand beside them
    #[arg(long, value_name = "M", default_value_t = 200, value_parser = count())]
    pub(super) rooms: u32,

    /// Viewers of each room; those that send are among them
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = count())]
    pub(super) room_viewers: u32,

    /// Messages a second in each room, at most 100; there is a sender for every ten
    #[arg(long, value_name = "R", default_value = "10", value_parser = parse_rate)]
    pub(super) rate: f64,

    /// Handler of the reviewed rooms: a Lambda ARN that the server's review file names
    #[arg(long, value_name = "ARN", value_parser = handler, help_heading = "Handler")]
    pub(super) handler: Option<ReviewHandlerUri>,

    /// Review file of the server that is started; docs/operating/review.md describes it
    #[arg(
        long,
        value_name = "FILE",
        requires = "handler",
        conflicts_with = "endpoint",
        help_heading = "Handler"
    )]
    pub(super) review_file: Option<PathBuf>,

    /// How long our own handler thinks about each message, in milliseconds, at most 10000
    #[arg(
        long,
        value_name = "MS",
        default_value_t = 0,
        conflicts_with = "handler",
        value_parser = clap::value_parser!(u16).range(..=10_000),
        help_heading = "Handler"
    )]
    pub(super) handler_delay_ms: u16,

    #[command(flatten)]
    pub(super) messages: MessageArgs,
    #[command(flatten)]
    pub(super) site: SiteArgs,
}

/// What is sent, for scenarios with messages.
#[derive(Debug, Args)]
pub(super) struct MessageArgs {
    /// Bytes of a message's content, 40 to 500; on the wire it is about 200 more
    #[arg(
        long,
        value_name = "BYTES",
        default_value_t = 200,
        value_parser = clap::value_parser!(u16).range(40..=500)
    )]
    pub(super) size: u16,

    /// Also log what is said in every room, to three destinations at once: an S3 bucket, CloudWatch Logs and Firehose,
    /// all of them local files
    #[arg(long, conflicts_with = "endpoint")]
    pub(super) logged: bool,

    /// Also draw the latency over time into this file, as an SVG picture
    #[arg(long, value_name = "FILE")]
    pub(super) svg: Option<PathBuf>,
}

/// For how long, from where, at which server.
#[derive(Debug, Args)]
pub(super) struct SiteArgs {
    /// How long it is measured: a whole number and its unit, such as 500ms, 30s or 2m; at most 2h
    #[arg(long = "for", value_name = "DURATION", default_value = "30s", value_parser = duration)]
    pub(super) lasting: Duration,

    /// Threads of the crowd [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(super) threads: Option<u16>,

    /// Also write everything that was measured into this file, as JSON
    #[arg(long, value_name = "FILE")]
    pub(super) json: Option<PathBuf>,

    /// URL of the control plane of the server to measure [default: start one for the occasion]
    #[arg(long, value_name = "URL", value_parser = control_url, help_heading = "Server")]
    pub(super) endpoint: Option<Url>,

    /// URL of that server's chat [default: that of --endpoint, with ws for http]
    #[arg(
        long,
        value_name = "URL",
        value_parser = messaging_url,
        requires = "endpoint",
        help_heading = "Server"
    )]
    pub(super) messaging_endpoint: Option<Url>,

    /// Id of that server's process, if it runs on this machine: its memory and computing are then told too
    #[arg(
        long,
        value_name = "PID",
        requires = "endpoint",
        value_parser = clap::value_parser!(u32).range(1..),
        help_heading = "Server"
    )]
    pub(super) server_pid: Option<u32>,

    /// Region that requests to it are signed for; the server's own
    #[arg(
        long,
        env = "HUBBUB_REGION",
        value_name = "REGION",
        default_value = "us-east-1",
        help_heading = "Server"
    )]
    pub(super) region: String,

    /// Folder in which that server keeps its state; the access key is read from `root-credentials` in it
    ///
    /// An access key in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY goes before it, and so does one in
    /// HUBBUB_ROOT_ACCESS_KEY_ID and HUBBUB_ROOT_SECRET_ACCESS_KEY.
    #[arg(
        long,
        env = "HUBBUB_DATA_DIR",
        value_name = "DIR",
        default_value = "./hubbub-data",
        help_heading = "Server"
    )]
    pub(super) data_dir: PathBuf,

    /// Threads that own chat connections, of the server that is started [default: as `hubbub serve`]
    #[arg(
        long,
        value_name = "N",
        conflicts_with = "endpoint",
        value_parser = clap::value_parser!(u16).range(1..=256),
        help_heading = "Server"
    )]
    pub(super) shards: Option<u16>,

    /// Give the server that is started one core and one shard, and the crowd the other cores (Linux)
    ///
    /// Neither then takes time from the other, and the figures repeat well: they are those of one core.
    #[arg(long, conflicts_with_all = ["endpoint", "shards"], help_heading = "Server")]
    pub(super) pin: bool,
}

/// The ARN of a function; the empty one, which detaches a handler, is none.
fn handler(text: &str) -> Result<ReviewHandlerUri, String> {
    let parsed = ReviewHandlerUri::parse(text).ok().filter(|uri| !uri.as_str().is_empty());
    parsed.ok_or_else(|| "expected arn:aws:lambda:<region>:<account>:function:<name>".to_owned())
}

/// From one to a million.
fn count() -> clap::builder::RangedI64ValueParser<u32> {
    clap::value_parser!(u32).range(1..=1_000_000)
}
