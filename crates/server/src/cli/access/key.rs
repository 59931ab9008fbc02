//! `hubbub access key`. Knows no server. A secret goes to standard output and nowhere else.

use super::ask::{AccountArg, Ask, member};
use super::shapes::AccessKey;
use crate::cli::printable::printable;
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, from_value};

const EXAMPLES: &str = "\
Examples:
  (umask 077; hubbub access key create --user tool > tool-credentials)
  AWS_SHARED_CREDENTIALS_FILE=tool-credentials aws ivschat list-rooms --endpoint-url http://127.0.0.1:8080
  hubbub access key list --user tool
  hubbub access key deactivate AKIAIOSFODNN7EXAMPLE --user tool
  hubbub access key delete AKIAIOSFODNN7EXAMPLE --user tool

To change a key without a gap: create the second, move its users over, see with `list` that the first is no longer \
used, deactivate it, delete it.";

/// Make, list, switch and delete access keys
#[derive(Debug, Args)]
#[command(long_about = None, after_help = EXAMPLES, arg_required_else_help = true)]
pub(super) struct KeyArgs {
    #[command(flatten)]
    account: AccountArg,

    #[command(subcommand)]
    command: KeyCommand,
}

/// What to do with access keys.
#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Make an access key and print its id and its secret
    ///
    /// They are printed as AWS's credentials file has them. The secret is shown this once; nobody can ask for it again.
    Create(OfUser),
    /// List the access keys of a user: at most two
    List(OfUser),
    /// Let an access key sign again
    Activate(OneKey),
    /// Let an access key sign no more, until it is activated
    Deactivate(OneKey),
    /// Delete an access key
    Delete(OneKey),
}

/// Whose.
#[derive(Debug, Args)]
struct OfUser {
    /// Name of the user
    #[arg(long, value_name = "NAME")]
    user: String,
}

/// Which key, and whose.
#[derive(Debug, Args)]
struct OneKey {
    /// Id of the access key, as `key list` prints it
    #[arg(value_name = "KEY_ID")]
    id: String,

    #[command(flatten)]
    of: OfUser,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Created {
    access_key: AccessKey,
    secret_access_key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Many {
    access_keys: Vec<AccessKey>,
}

impl KeyArgs {
    /// The request. A user's keys come with the user.
    pub(super) fn ask(self) -> Ask {
        let account = self.account.member();
        let user = |of: OfUser| member("userName", of.user);
        let id = |id: String| member("accessKeyId", id);
        let switch = |OneKey { id: key, of }, status: &str| {
            Ask::silent("UpdateAccessKey", [account.clone(), user(of), id(key), member("status", status)])
        };
        match self.command {
            KeyCommand::Create(of) => Ask::shown("CreateAccessKey", [account, user(of)], credentials),
            KeyCommand::List(of) => Ask::shown("GetUser", [account, user(of)], table),
            KeyCommand::Activate(key) => switch(key, "Active"),
            KeyCommand::Deactivate(key) => switch(key, "Inactive"),
            KeyCommand::Delete(key) => Ask::silent("DeleteAccessKey", [account, user(key.of), id(key.id)]),
        }
    }
}

/// The profile `default` of AWS's shared credentials file. Source: AWS SDKs and tools reference guide.
fn credentials(answer: Value) -> Result<String, serde_json::Error> {
    let Created { access_key, secret_access_key } = from_value(answer)?;
    Ok(format!(
        "[default]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        printable(&access_key.access_key_id),
        printable(&secret_access_key)
    ))
}

fn table(answer: Value) -> Result<String, serde_json::Error> {
    Ok(AccessKey::table(from_value::<Many>(answer)?.access_keys))
}
