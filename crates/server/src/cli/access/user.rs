//! `hubbub access user`. Knows no server.

use super::ask::{AccountArg, Ask, member, names};
use super::shapes::{AccessKey, User};
use crate::cli::pair;
use crate::cli::printable::printable;
use clap::{Args, Subcommand};
use serde::Deserialize;
use serde_json::{Value, from_value};

const EXAMPLES: &str = "\
Examples:
  hubbub access user create backend --policy HubbubTokenIssuer
  hubbub access user create red-tool --tag team=red --policy own-team --boundary HubbubModerator
  hubbub access user show red-tool
  hubbub access user detach backend HubbubTokenIssuer
  hubbub access user delete backend --force

A user can do nothing until it has a key (`hubbub access key create`) and a policy that allows it.";

/// Make, change, list and delete users
#[derive(Debug, Args)]
#[command(long_about = None, after_help = EXAMPLES, arg_required_else_help = true)]
pub(super) struct UserArgs {
    #[command(flatten)]
    account: AccountArg,

    #[command(subcommand)]
    command: UserCommand,
}

/// What to do with users.
#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Make a user and print its ARN
    Create(CreateArgs),
    /// List all users in order of name
    List,
    /// Show one user with its access keys
    Show(Named),
    /// Delete a user
    Delete {
        #[command(flatten)]
        user: Named,

        /// Delete its keys and take its policies off too; without this they must be gone
        #[arg(long)]
        force: bool,
    },
    /// Put tags on a user; a key that it has gets the new value
    Tag {
        #[command(flatten)]
        user: Named,

        /// Tags
        #[arg(value_name = "KEY=VALUE", value_parser = pair::parse, required = true)]
        tags: Vec<(String, String)>,
    },
    /// Take tags off a user
    Untag {
        #[command(flatten)]
        user: Named,

        /// Keys of the tags
        #[arg(value_name = "KEY", required = true)]
        keys: Vec<String>,
    },
    /// Give a user a policy
    Attach(WithPolicy),
    /// Take a policy off a user
    Detach(WithPolicy),
    /// Set a user's permissions boundary
    ///
    /// A boundary is a policy that allows nothing by itself: what it does not allow, no other policy of the user can.
    SetBoundary(WithPolicy),
    /// Remove a user's permissions boundary
    RemoveBoundary(Named),
}

/// Which user.
#[derive(Debug, Args)]
struct Named {
    /// Name of the user
    #[arg(value_name = "NAME")]
    name: String,
}

/// Which user, and which policy.
#[derive(Debug, Args)]
struct WithPolicy {
    #[command(flatten)]
    user: Named,

    /// Name of the policy
    #[arg(value_name = "POLICY")]
    policy: String,
}

/// `user create`
#[derive(Debug, Args)]
struct CreateArgs {
    /// Name of the user: at most 64 of letters, digits and `_+=,.@-`
    #[arg(value_name = "NAME")]
    name: String,

    /// Policy of the user, by its name; may be given several times
    #[arg(long = "policy", value_name = "POLICY")]
    policies: Vec<String>,

    /// Permissions boundary: a policy, by its name, beyond which the user's other policies allow nothing
    #[arg(long, value_name = "POLICY")]
    boundary: Option<String>,

    /// Tag of the user, which policies can ask for; may be given several times
    #[arg(long = "tag", value_name = "KEY=VALUE", value_parser = pair::parse)]
    tags: Vec<(String, String)>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct One {
    user: User,
    #[serde(default)]
    access_keys: Vec<AccessKey>,
}

#[derive(Deserialize)]
struct Many {
    users: Vec<User>,
}

impl UserArgs {
    /// The request.
    pub(super) fn ask(self) -> Ask {
        let account = self.account.member();
        let name = |user: Named| member("userName", user.name);
        let change = |operation, WithPolicy { user, policy }| {
            Ask::silent(operation, [account.clone(), name(user), member("policyName", policy)])
        };
        match self.command {
            UserCommand::Create(args) => args.ask(self.account),
            UserCommand::List => Ask::list("ListUsers", "users", [account], table),
            UserCommand::Show(user) => Ask::shown("GetUser", [account, name(user)], page),
            UserCommand::Delete { user, force } => {
                let force = ("force", force.then(|| true.into()));
                Ask::silent("DeleteUser", [account, name(user), force])
            }
            UserCommand::Tag { user, tags } => {
                Ask::silent("TagUser", [account, name(user), member("tags", pair::object(&tags))])
            }
            UserCommand::Untag { user, keys } => {
                Ask::silent("UntagUser", [account, name(user), member("tagKeys", keys)])
            }
            UserCommand::Attach(args) => change("AttachUserPolicy", args),
            UserCommand::Detach(args) => change("DetachUserPolicy", args),
            UserCommand::SetBoundary(args) => change("PutUserPermissionsBoundary", args),
            UserCommand::RemoveBoundary(user) => {
                Ask::silent("DeleteUserPermissionsBoundary", [account, name(user)])
            }
        }
    }
}

impl CreateArgs {
    fn ask(self, account: AccountArg) -> Ask {
        let tags = (!self.tags.is_empty()).then(|| pair::object(&self.tags));
        let members = [
            account.member(),
            member("userName", self.name),
            names("policies", self.policies),
            ("permissionsBoundary", self.boundary.map(Value::from)),
            ("tags", tags),
        ];
        Ask::shown("CreateUser", members, arn)
    }
}

fn arn(answer: Value) -> Result<String, serde_json::Error> {
    Ok(printable(&from_value::<One>(answer)?.user.arn) + "\n")
}

fn table(answer: Value) -> Result<String, serde_json::Error> {
    Ok(User::table(from_value::<Many>(answer)?.users))
}

fn page(answer: Value) -> Result<String, serde_json::Error> {
    let One { user, access_keys } = from_value(answer)?;
    let keys = if access_keys.is_empty() { String::new() } else { AccessKey::table(access_keys) };
    Ok(format!("{}{}{keys}", user.page(), if keys.is_empty() { "" } else { "\n" }))
}
