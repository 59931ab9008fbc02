//! `hubbub room`: rooms made, listed and deleted through the public API.

use super::api::{Api, RoomSummary};
use super::connection::{ServerArgs, block_on};
use super::error::CliError;
use super::output;
use super::pair;
use super::printable::printable;
use super::table::columns;
use clap::{Args, Command, Subcommand};
use serde::Deserialize;
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  hubbub room create --name lobby
  hubbub room create --name quiz --max-rate 50 --max-length 200 --tag show=friday
  hubbub room list
  hubbub room delete arn:aws:ivschat:us-east-1:123456789012:room/AbCdEfGhIjKl

The access key is the server's root key, read from ./hubbub-data/root-credentials when it runs on this machine. For \
another server: --endpoint and AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY. What a room has beyond this (review \
handler, logging) is set with any AWS SDK or the AWS CLI.";

/// What to do with rooms.
#[derive(Debug, Subcommand)]
pub(super) enum RoomCommand {
    /// Make a room and print its ARN
    Create(CreateArgs),
    /// List all rooms, the last changed first: name, ARN, time of the last change
    List(ListArgs),
    /// Delete a room
    ///
    /// Open connections of the room are not closed, as on AWS; nobody can join it any more.
    Delete(DeleteArgs),
}

/// `room create`
#[derive(Debug, Args)]
pub(super) struct CreateArgs {
    /// Name of the room, for people: at most 128 of letters, digits, `_` and `-`; it need not be unique
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Messages that the whole room may send in a second: 1 to 100 [default: the server's]
    #[arg(long, value_name = "N")]
    max_rate: Option<u32>,

    /// Characters that a message may have: 1 to 500 [default: the server's]
    #[arg(long, value_name = "N")]
    max_length: Option<u32>,

    /// Tag of the room; may be given several times
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = pair::parse)]
    tags: Vec<(String, String)>,

    #[command(flatten)]
    server: ServerArgs,
}

/// `room list`
#[derive(Debug, Args)]
pub(super) struct ListArgs {
    #[command(flatten)]
    server: ServerArgs,
}

/// `room delete`
#[derive(Debug, Args)]
pub(super) struct DeleteArgs {
    /// ARN of the room, as `room create` and `room list` print it
    #[arg(value_name = "ARN")]
    arn: String,

    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Deserialize)]
struct Created {
    arn: String,
}

/// `room` with its help.
pub(super) fn command() -> Command {
    RoomCommand::augment_subcommands(Command::new("room"))
        .about("Make, list and delete rooms")
        .long_about(None)
        .after_help(EXAMPLES)
        .subcommand_required(true)
        .arg_required_else_help(true)
}

/// Does what was asked for.
pub(super) fn run(command: RoomCommand) -> Result<(), CliError> {
    match command {
        RoomCommand::Create(args) => block_on(create(&args)),
        RoomCommand::List(args) => block_on(list(&args.server.open()?)),
        RoomCommand::Delete(args) => block_on(delete(&args)),
    }
}

async fn create(args: &CreateArgs) -> Result<(), CliError> {
    let created: Created = args.server.open()?.ask("CreateRoom", &creation(args)).await?;
    Ok(output::line(&printable(&created.arn))?)
}

async fn list(api: &Api) -> Result<(), CliError> {
    let rooms = api.rooms(None).await?;
    Ok(output::write(&table(&rooms))?)
}

async fn delete(args: &DeleteArgs) -> Result<(), CliError> {
    args.server.open()?.call("DeleteRoom", &json!({ "identifier": args.arn })).await?;
    Ok(())
}

/// The input of `CreateRoom`: what was not given is left to the server.
fn creation(args: &CreateArgs) -> Value {
    let mut input = serde_json::Map::new();
    let members = [
        ("name", args.name.as_deref().map(Value::from)),
        ("maximumMessageRatePerSecond", args.max_rate.map(Value::from)),
        ("maximumMessageLength", args.max_length.map(Value::from)),
        ("tags", (!args.tags.is_empty()).then(|| pair::object(&args.tags))),
    ];
    input.extend(members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    Value::Object(input)
}

fn table(rooms: &[RoomSummary]) -> String {
    let row = |room: &RoomSummary| [&room.name, &room.arn, &room.update_time].map(Clone::clone);
    columns(["NAME", "ARN", "UPDATED"], rooms.iter().map(row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_rooms() {
        let room = |name: &str, arn: &str| RoomSummary {
            arn: arn.to_owned(),
            name: name.to_owned(),
            update_time: "2026-01-02T03:04:05Z".to_owned(),
        };
        assert_eq!(
            table(&[room("lobby", "arn:1"), room("", "arn:long"), room("é\x1b[2J", "arn:2")]),
            "NAME   ARN       UPDATED\n\
             lobby  arn:1     2026-01-02T03:04:05Z\n\
             -      arn:long  2026-01-02T03:04:05Z\n\
             é      arn:2     2026-01-02T03:04:05Z\n"
        );
        assert_eq!(table(&[]), "NAME  ARN  UPDATED\n");
    }
}
