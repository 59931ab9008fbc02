//! What an operation wants to act on, in the words of policies. Knows the ARNs, not whether anything is behind them.

use auth::Context;
use model::{AccountId, Region, ResourceArn, ResourceKind, Tags};

/// The resource that a call's input names, and what of the input policies may look at.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Target<'a> {
    /// This one.
    One(&'a ResourceArn),
    /// This one, which is to get these tags.
    Tagging(&'a ResourceArn, &'a Tags),
    /// This one, which is to lose the tags with these keys.
    Untagging(&'a ResourceArn, &'a [String]),
    /// Every one of a kind: what lists act on.
    All(ResourceKind),
    /// One of a kind that does not exist yet, with the tags that it is to have.
    New(ResourceKind, &'a Tags),
}

impl Target<'_> {
    /// The ARN that policies are asked about. What is not there yet, and what is all of a kind, is asked for as
    /// `room/*` (service authorization reference, "Amazon IVS Chat").
    pub(crate) fn arn(&self, region: &Region, account: AccountId) -> String {
        match self {
            Self::One(arn) | Self::Tagging(arn, _) | Self::Untagging(arn, _) => arn.to_string(),
            Self::All(kind) | Self::New(kind, _) => {
                let segment = match kind {
                    ResourceKind::Room => "room",
                    ResourceKind::LoggingConfiguration => "logging-configuration",
                };
                format!("arn:aws:ivschat:{region}:{account}:{segment}/*")
            }
        }
    }

    /// Whether the caller must also be allowed to tag.
    pub(crate) fn is_tagged(&self) -> bool {
        matches!(self, Self::New(_, tags) if !tags.as_map().is_empty())
    }

    /// The resource, if it is one that may exist and have tags already.
    pub(crate) const fn existing(&self) -> Option<&ResourceArn> {
        match self {
            Self::One(arn) | Self::Tagging(arn, _) | Self::Untagging(arn, _) => Some(arn),
            Self::All(_) | Self::New(..) => None,
        }
    }
}

impl<'a> Target<'a> {
    /// Adds `aws:RequestTag` and `aws:TagKeys`: the tags that the call names.
    ///
    /// Source: service authorization reference, "Amazon IVS Chat", condition keys of each action.
    pub(crate) fn describe(&self, context: &mut Context<'a>) {
        match *self {
            Self::New(_, tags) | Self::Tagging(_, tags) => {
                let tags = tags.as_map().iter().map(|(key, value)| (key.as_str(), value.as_str()));
                context.add_tags("aws:RequestTag/", tags.clone());
                context.add_set("aws:TagKeys", tags.map(|(key, _)| key));
            }
            Self::Untagging(_, keys) => context.add_set("aws:TagKeys", keys.iter().map(String::as_str)),
            Self::One(_) | Self::All(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_yet_is_asked_for_as_all_of_its_kind() {
        let region = Region::parse("us-west-2").unwrap();
        let account = AccountId::parse("123456789012").unwrap();
        let check = |target: Target<'_>, resource: &str, is_tagged: bool| {
            assert_eq!(
                target.arn(&region, account),
                format!("arn:aws:ivschat:us-west-2:123456789012:{resource}")
            );
            assert_eq!(target.is_tagged(), is_tagged);
        };
        let (none, one) = (Tags::default(), Tags::parse([("k".into(), "v".into())].into()).unwrap());
        check(Target::All(ResourceKind::Room), "room/*", false);
        check(Target::New(ResourceKind::Room, &none), "room/*", false);
        check(Target::New(ResourceKind::LoggingConfiguration, &one), "logging-configuration/*", true);
        let arn = ResourceArn::parse("arn:aws:ivschat:us-west-2:123456789012:room/AAAAAAAAAAAA").unwrap();
        check(Target::One(&arn), "room/AAAAAAAAAAAA", false);
        check(Target::Tagging(&arn, &one), "room/AAAAAAAAAAAA", false);
    }
}
