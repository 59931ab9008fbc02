//! What an operation of the admin API acts on, in the words of policies.

use auth::{AccessDirectory, Context};
use model::{AccountId, PolicyName, Tags, UserName};

/// What a call's input names, within an account.
#[derive(Debug, Clone, Copy)]
pub(super) enum AdminTarget<'a> {
    /// The account itself.
    Account,
    /// All accounts.
    Accounts,
    /// This user, with the tags that the call gives.
    User(&'a UserName, Option<&'a Tags>),
    /// This user, who is to lose the tags with these keys.
    Untagging(&'a UserName, &'a [String]),
    /// All users.
    Users,
    /// This policy.
    Policy(&'a PolicyName),
    /// All policies.
    Policies,
}

impl<'a> AdminTarget<'a> {
    /// The ARN that policies are asked about. Those of users and policies are IAM's; accounts have one of ours. An
    /// account's ARN has no account in its fifth place: no account owns it.
    ///
    /// Who and what is there already is named as it was made, however the caller spelled it: names are one without
    /// regard to case, and ARNs are not.
    pub(super) fn arn(&self, account: AccountId, directory: &AccessDirectory) -> String {
        match self {
            Self::Account => format!("arn:aws:hubbub:::account/{account}"),
            Self::Accounts => "arn:aws:hubbub:::account/*".to_owned(),
            Self::User(name, _) | Self::Untagging(name, _) => {
                let known = directory.user(account, name).map_or(*name, |known| &known.user.name);
                format!("arn:aws:iam::{account}:user/{known}")
            }
            Self::Users => format!("arn:aws:iam::{account}:user/*"),
            Self::Policy(name) => {
                let known = directory.policy(account, name).map_or(*name, |known| &known.policy.name);
                format!("arn:aws:iam::{account}:policy/{known}")
            }
            Self::Policies => format!("arn:aws:iam::{account}:policy/*"),
        }
    }

    /// The user, whose tags policies may look at.
    pub(super) const fn existing_user(&self) -> Option<&'a UserName> {
        match self {
            Self::User(name, _) | Self::Untagging(name, _) => Some(name),
            _ => None,
        }
    }

    /// Adds the tags that the call names.
    pub(super) fn describe(&self, context: &mut Context<'a>) {
        match *self {
            Self::User(_, Some(tags)) => {
                let tags = tags.as_map().iter().map(|(key, value)| (key.as_str(), value.as_str()));
                context.add_tags("aws:RequestTag/", tags.clone());
                context.add_set("aws:TagKeys", tags.map(|(key, _)| key));
            }
            Self::Untagging(_, keys) => context.add_set("aws:TagKeys", keys.iter().map(String::as_str)),
            _ => {}
        }
    }
}
