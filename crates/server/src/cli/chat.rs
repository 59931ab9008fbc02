//! `hubbub chat`: a chat client for a terminal, on the public API only. The parts: `line` is what the user types,
//! `frame` what the server says, `socket` the WebSocket, `conversation` what goes on between them.

mod conversation;
mod frame;
mod line;
mod socket;
mod typed;

use super::api;
use super::connection::{ServerArgs, block_on, messaging_url};
use super::error::CliError;
use super::pair;
use clap::{Args, Command};
use conversation::Conversation;
use frame::View;
use reqwest::Url;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

const LONG_ABOUT: &str = "\
Chat in a room from this terminal.

Each line you type goes to the room; what the room says is printed as `HH:MM:SS name: text`, in local time. Lines that \
begin with a slash are commands:

  /delete ID [REASON]   take a message off everybody's screen (--moderator; it shows the ids)
  /kick USER [REASON]   disconnect a user (--moderator)
  /help                 list the commands
  /quit                 leave; so do Ctrl-D and Ctrl-C
  //text                send a line that begins with a slash

A connection that is lost is made again with a new token. When the server ends it properly, such as after a kick, the \
reason is printed and the command ends.";

const EXAMPLES: &str = "\
Examples:
  hubbub chat --room lobby --user ann
  hubbub chat --room lobby --user eve --moderator --attribute badge=staff
  echo 'the show begins' | hubbub chat --room lobby --user bot
  hubbub chat --room lobby --user ann --endpoint https://chat.example.com \\
              --messaging-endpoint wss://edge.example.com";

/// What every session asks for, in minutes: as much as there is; after it a new token is fetched.
const SESSION_MINUTES: u32 = 180;

/// `chat`
#[derive(Debug, Args)]
pub(super) struct ChatArgs {
    /// ARN of the room, or its name if only one room has it
    #[arg(long, value_name = "ROOM")]
    room: String,

    /// Your user id, which everybody in the room will see
    #[arg(long, value_name = "NAME")]
    user: String,

    /// Come with all three capabilities, so that /delete and /kick work, and show the ids of messages
    #[arg(long)]
    moderator: bool,

    /// Attribute that goes with each of your messages; may be given several times
    #[arg(long = "attribute", value_name = "KEY=VALUE", value_parser = pair::parse)]
    attributes: Vec<(String, String)>,

    /// URL of the server's chat [default: that of --endpoint, with ws for http]
    #[arg(long, value_name = "URL", value_parser = messaging_url, help_heading = "Server")]
    messaging_endpoint: Option<Url>,

    #[command(flatten)]
    server: ServerArgs,
}

/// `chat` with its help.
pub(super) fn command() -> Command {
    ChatArgs::augment_args(Command::new("chat"))
        .about("Chat in a room from this terminal")
        .long_about(LONG_ABOUT)
        .after_help(EXAMPLES)
}

/// Chats until the user or the server ends it.
pub(super) fn run(args: &ChatArgs) -> Result<(), CliError> {
    block_on(async {
        let api = args.server.open()?;
        let room = api.room_arn(&args.room).await?;
        let endpoint = args.messaging_endpoint.clone().unwrap_or_else(|| args.server.messaging_endpoint());
        let mut conversation = Conversation {
            token_request: args.token_request(&room),
            messaging: api::client(&endpoint)?,
            welcome: format!("connected to {} as {}; /help lists the commands", args.room, args.user),
            view: View { zone: jiff::tz::TimeZone::system(), with_ids: args.moderator },
            typed: typed::lines()?,
            interrupted: interruption(),
            api,
            endpoint,
        };
        conversation.hold().await
    })
}

impl ChatArgs {
    /// The input of `CreateChatToken`.
    fn token_request(&self, room: &str) -> Value {
        let capabilities: &[&str] = if self.moderator {
            &["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"]
        } else {
            &["SEND_MESSAGE"]
        };
        json!({
            "roomIdentifier": room,
            "userId": self.user,
            "capabilities": capabilities,
            "sessionDurationInMinutes": SESSION_MINUTES,
            "attributes": pair::object(&self.attributes),
        })
    }
}

/// Cancelled by Ctrl-C.
fn interruption() -> CancellationToken {
    let interrupted = CancellationToken::new();
    let cancelled = interrupted.clone();
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            cancelled.cancel();
        }
    });
    interrupted
}
