//! What a lane is called, as its folder is.

use model::{AccountId, Id, LoggingConfigurationKey};
use std::fmt;

/// The name of a lane: a configuration, and which of its destinations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct LaneName {
    pub(super) configuration: LoggingConfigurationKey,
    /// Counted from 1; another for each change of the destination.
    pub(super) generation: u64,
}

impl LaneName {
    /// Reads the name of a folder; none if it is no lane's.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next();
        let account = AccountId::parse(next()?).ok()?;
        let id = Id::parse(next()?).ok()?;
        let generation = next()?.parse().ok()?;
        let name = Self { configuration: LoggingConfigurationKey { account, id }, generation };
        // One name, one folder.
        (name.to_string() == text).then_some(name)
    }

    /// A number for what begins at this place of the lane; another for each place of each lane, as good as surely.
    /// FNV-1a, 64 bits.
    pub(super) fn number(&self, segment: u64, offset: u64) -> u64 {
        let text = format!("{self}/{segment}/{offset}");
        text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }
}

impl fmt::Display for LaneName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.configuration.account, self.configuration.id, self.generation)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_says_whose_lane_it_is() {
        let name = LaneName::parse("123456789012-AbCdEfGhIjKl-7").unwrap();
        assert_eq!((name.configuration.id.as_str(), name.generation), ("AbCdEfGhIjKl", 7));
        assert_eq!(name.to_string(), "123456789012-AbCdEfGhIjKl-7");
        for wrong in
            ["", "x", "123456789012-AbCdEfGhIjKl", "123456789012-AbCdEfGhIjKl-07", "1-AbCdEfGhIjKl-7"]
        {
            assert_eq!(LaneName::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn places_have_numbers_of_their_own() {
        let [one, two] = ["123456789012-AbCdEfGhIjKl-1", "123456789012-AbCdEfGhIjKl-2"].map(LaneName::parse);
        let (one, two) = (one.unwrap(), two.unwrap());
        assert_eq!(one.number(1, 16), one.number(1, 16));
        assert_ne!(one.number(1, 16), two.number(1, 16));
        assert_ne!(one.number(1, 16), one.number(11, 6));
    }
}
