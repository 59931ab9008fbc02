//! `hubbub token`: a chat token from the public API.

use super::connection::{ServerArgs, block_on};
use super::error::CliError;
use super::output;
use super::pair;
use super::printable::printable;
use clap::builder::PossibleValuesParser;
use clap::{Args, Command};
use serde::Deserialize;
use serde_json::{Value, json};

const LONG_ABOUT: &str = "\
Make a chat token and print it.

A chat token lets one user into one room. It opens one connection, within a minute; what the user may do there is in \
its capabilities, and everybody with a token may watch. An application's backend makes one for each viewer with an AWS \
SDK (CreateChatToken); this command is for trying things out.";

const EXAMPLES: &str = "\
Examples:
  hubbub token --room lobby --user ann
  hubbub token --room lobby --user ann --capability SEND_MESSAGE --minutes 180 --attribute color=red
  hubbub token --room lobby --user ann --json";

/// `token`
#[derive(Debug, Args)]
pub(super) struct TokenArgs {
    /// ARN of the room, or its name if only one room has it
    #[arg(long, value_name = "ROOM")]
    room: String,

    /// The user's id, which everybody in the room will see
    #[arg(long, value_name = "NAME")]
    user: String,

    /// What the user may do besides watching; may be given several times
    #[arg(
        long = "capability",
        value_name = "CAPABILITY",
        ignore_case = true,
        value_parser = PossibleValuesParser::new(["SEND_MESSAGE", "DELETE_MESSAGE", "DISCONNECT_USER"])
    )]
    capabilities: Vec<String>,

    /// Minutes that the user may stay: 1 to 180 [default: 60]
    #[arg(long, value_name = "N")]
    minutes: Option<u32>,

    /// Attribute that goes with each message of the user; may be given several times
    #[arg(long = "attribute", value_name = "KEY=VALUE", value_parser = pair::parse)]
    attributes: Vec<(String, String)>,

    /// Print the whole answer, with both expiration times, as JSON
    #[arg(long)]
    json: bool,

    #[command(flatten)]
    server: ServerArgs,
}

/// What of the answer a client needs.
#[derive(Deserialize)]
pub(super) struct Issued {
    /// The token.
    pub(super) token: String,
}

/// `token` with its help.
pub(super) fn command() -> Command {
    TokenArgs::augment_args(Command::new("token"))
        .about("Make a chat token and print it")
        .long_about(LONG_ABOUT)
        .after_help(EXAMPLES)
}

/// Does what was asked for.
pub(super) fn run(args: &TokenArgs) -> Result<(), CliError> {
    block_on(async {
        let api = args.server.open()?;
        let room = api.room_arn(&args.room).await?;
        if args.json {
            let answer = api.call("CreateChatToken", &args.request(&room)).await?;
            return Ok(output::line(&format!("{answer:#}"))?);
        }
        let issued: Issued = api.ask("CreateChatToken", &args.request(&room)).await?;
        Ok(output::line(&printable(&issued.token))?)
    })
}

impl TokenArgs {
    /// The input of `CreateChatToken`.
    fn request(&self, room: &str) -> Value {
        let capabilities: Vec<String> =
            self.capabilities.iter().map(|capability| capability.to_ascii_uppercase()).collect();
        let mut input = json!({
            "roomIdentifier": room,
            "userId": self.user,
            "capabilities": capabilities,
            "attributes": pair::object(&self.attributes),
        });
        if let (Some(minutes), Some(input)) = (self.minutes, input.as_object_mut()) {
            input.insert("sessionDurationInMinutes".to_owned(), minutes.into());
        }
        input
    }
}
