//! Amazon Resource Names: how the API names its two kinds of resource.

use crate::{AccountId, Id, LoggingConfigurationKey, Region, RoomKey, Violation};
use std::fmt;

/// The two kinds of resource that have an ARN.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResourceKind {
    /// `room/…`
    Room,
    /// `logging-configuration/…`
    LoggingConfiguration,
}

impl ResourceKind {
    const fn segment(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::LoggingConfiguration => "logging-configuration",
        }
    }

    const fn pattern(self) -> &'static str {
        match self {
            Self::Room => "^arn:aws:ivschat:[a-z0-9-]+:[0-9]+:room/[a-zA-Z0-9-]+$",
            Self::LoggingConfiguration => {
                "^arn:aws:ivschat:[a-z0-9-]+:[0-9]+:logging-configuration/[a-zA-Z0-9-]+$"
            }
        }
    }
}

/// Why a well-formed ARN names nothing that this server could have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArnError {
    /// It is of another account.
    ForeignAccount,
    /// It is of another region, or its resource part cannot be an id of ours.
    NoSuchResource,
}

/// An ARN of either kind that is well-formed; nothing says yet that it exists, or whose it is.
///
/// Source: API reference, `RoomArn`, `LoggingConfigurationArn`, `ResourceArn`. The pattern printed for
/// `ResourceArn` allows one letter before the slash, a slip that would refuse every ARN: it is not enforced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceArn {
    text: Box<str>,
    kind: ResourceKind,
    region_end: usize,
    account_end: usize,
}

const PREFIX: &str = "arn:aws:ivschat:";
const MAX_LENGTH: usize = 128;

impl ResourceArn {
    /// Parses an ARN of either kind.
    ///
    /// # Errors
    /// [`Violation::Length`] or [`Violation::Pattern`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        const PATTERN: &str = "^arn:aws:ivschat:[a-z0-9-]+:[0-9]+:[a-z-]+/[a-zA-Z0-9-]+$";
        Violation::check_length(text, 1, MAX_LENGTH)?;
        Self::split(text).ok_or(Violation::Pattern(PATTERN))
    }

    fn parse_kind(text: &str, kind: ResourceKind) -> Result<Self, Violation> {
        Violation::check_length(text, 1, MAX_LENGTH)?;
        Self::split(text).filter(|arn| arn.kind == kind).ok_or(Violation::Pattern(kind.pattern()))
    }

    fn split(text: &str) -> Option<Self> {
        let (region, rest) = text.strip_prefix(PREFIX)?.split_once(':')?;
        let (account, resource) = rest.split_once(':')?;
        let (segment, name) = resource.split_once('/')?;
        let kind = [ResourceKind::Room, ResourceKind::LoggingConfiguration]
            .into_iter()
            .find(|kind| kind.segment() == segment)?;
        let letters = |text: &str, allowed: fn(u8) -> bool| !text.is_empty() && text.bytes().all(allowed);
        let well_formed = letters(region, |b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && letters(account, |b| b.is_ascii_digit())
            && letters(name, |b| b.is_ascii_alphanumeric() || b == b'-');
        let region_end = PREFIX.len() + region.len();
        let account_end = region_end + 1 + account.len();
        well_formed.then(|| Self { text: text.into(), kind, region_end, account_end })
    }

    /// The ARN of `id`, a resource of this server.
    #[must_use]
    pub fn of(kind: ResourceKind, region: &Region, account: AccountId, id: Id) -> Self {
        let text = format!("{PREFIX}{region}:{account}:{}/{id}", kind.segment());
        let region_end = PREFIX.len() + region.as_str().len();
        Self { text: text.into(), kind, region_end, account_end: region_end + 1 + 12 }
    }

    /// The whole ARN.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Which kind of resource it names.
    #[must_use]
    pub const fn kind(&self) -> ResourceKind {
        self.kind
    }

    /// The region it names.
    #[must_use]
    pub fn region(&self) -> &str {
        self.text.get(PREFIX.len()..self.region_end).unwrap_or_default()
    }

    /// The account it names; digits, but perhaps not twelve.
    #[must_use]
    pub fn account(&self) -> &str {
        self.text.get(self.region_end + 1..self.account_end).unwrap_or_default()
    }

    fn resource(&self) -> &str {
        self.text.rsplit_once('/').map_or("", |(_, name)| name)
    }

    /// The id of the resource, if `account` in `region` could own it.
    ///
    /// # Errors
    /// [`ArnError`]
    pub fn locate(&self, region: &Region, account: AccountId) -> Result<Id, ArnError> {
        if AccountId::parse(self.account()) != Ok(account) {
            return Err(ArnError::ForeignAccount);
        }
        if self.region() != region.as_str() {
            return Err(ArnError::NoSuchResource);
        }
        Id::parse(self.resource()).map_err(|_| ArnError::NoSuchResource)
    }
}

impl fmt::Display for ResourceArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

macro_rules! arn_of_kind {
    ($(#[$doc:meta])* $name:ident, $kind:expr, $key:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(ResourceArn);

        impl $name {
            /// Parses an ARN of this kind.
            ///
            /// # Errors
            /// [`Violation::Length`] or [`Violation::Pattern`].
            pub fn parse(text: &str) -> Result<Self, Violation> {
                ResourceArn::parse_kind(text, $kind).map(Self)
            }

            /// The ARN of a resource of this server.
            #[must_use]
            pub fn of(region: &Region, key: $key) -> Self {
                Self(ResourceArn::of($kind, region, key.account, key.id))
            }

            /// The whole ARN.
            #[must_use]
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }

            /// The ARN, its kind no longer in its type.
            #[must_use]
            pub const fn resource(&self) -> &ResourceArn {
                &self.0
            }

            /// Where the resource is kept, if `account` in `region` could own it.
            ///
            /// # Errors
            /// [`ArnError`]
            pub fn locate(&self, region: &Region, account: AccountId) -> Result<$key, ArnError> {
                self.0.locate(region, account).map(|id| $key { account, id })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }
    };
}

arn_of_kind!(
    /// A well-formed ARN of a room.
    RoomArn,
    ResourceKind::Room,
    RoomKey
);
arn_of_kind!(
    /// A well-formed ARN of a logging configuration.
    LoggingConfigurationArn,
    ResourceKind::LoggingConfiguration,
    LoggingConfigurationKey
);

#[cfg(test)]
mod tests {
    use super::*;

    const ROOM: &str = "arn:aws:ivschat:us-west-2:123456789012:room/g1H2I3j4k5L6";

    #[test]
    fn a_room_of_ours_is_located() {
        let region = Region::parse("us-west-2").unwrap();
        let account = AccountId::parse("123456789012").unwrap();
        let arn = RoomArn::parse(ROOM).unwrap();
        let key = arn.locate(&region, account).unwrap();
        assert_eq!(RoomArn::of(&region, key), arn);
        assert_eq!((arn.resource().region(), arn.resource().account()), ("us-west-2", "123456789012"));
    }

    #[test]
    fn a_foreign_or_impossible_arn_is_well_formed_but_not_located() {
        let region = Region::parse("us-west-2").unwrap();
        let account = AccountId::parse("123456789012").unwrap();
        let check = |text: &str, error| {
            assert_eq!(RoomArn::parse(text).unwrap().locate(&region, account), Err(error), "{text}");
        };
        check("arn:aws:ivschat:us-west-2:999999999999:room/g1H2I3j4k5L6", ArnError::ForeignAccount);
        check("arn:aws:ivschat:us-west-2:1:room/g1H2I3j4k5L6", ArnError::ForeignAccount);
        check("arn:aws:ivschat:eu-west-1:123456789012:room/g1H2I3j4k5L6", ArnError::NoSuchResource);
        check("arn:aws:ivschat:us-west-2:123456789012:room/short", ArnError::NoSuchResource);
    }

    #[test]
    fn what_is_no_arn_is_refused() {
        for wrong in [
            "g1H2I3j4k5L6",
            "arn:aws:ivs:us-west-2:123456789012:room/g1H2I3j4k5L6",
            "arn:aws:ivschat:US-west-2:123456789012:room/g1H2I3j4k5L6",
            "arn:aws:ivschat::123456789012:room/g1H2I3j4k5L6",
            "arn:aws:ivschat:us-west-2::room/g1H2I3j4k5L6",
            "arn:aws:ivschat:us-west-2:123456789012:room/",
            "arn:aws:ivschat:us-west-2:123456789012:room/g1H2I3j4k5L6\n",
            "arn:aws:ivschat:us-west-2:123456789012:logging-configuration/g1H2I3j4k5L6",
        ] {
            assert!(RoomArn::parse(wrong).is_err(), "{wrong:?}");
        }
        assert!(ResourceArn::parse(&ROOM.replace("room", "logging-configuration")).is_ok());
    }
}
