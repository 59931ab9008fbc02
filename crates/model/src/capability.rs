//! What a chat token lets its user do besides viewing.

use crate::Violation;
use std::fmt;

/// One right of a chat token. Source: API reference, `ChatTokenCapability`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Capability {
    /// `SEND_MESSAGE`
    SendMessage,
    /// `DISCONNECT_USER`
    DisconnectUser,
    /// `DELETE_MESSAGE`
    DeleteMessage,
}

impl Capability {
    /// Parses the API's spelling.
    ///
    /// # Errors
    /// [`Violation::Enum`].
    pub fn parse(text: &str) -> Result<Self, Violation> {
        match text {
            "SEND_MESSAGE" => Ok(Self::SendMessage),
            "DISCONNECT_USER" => Ok(Self::DisconnectUser),
            "DELETE_MESSAGE" => Ok(Self::DeleteMessage),
            _ => Err(Violation::Enum(&["SEND_MESSAGE", "DISCONNECT_USER", "DELETE_MESSAGE"])),
        }
    }

    const fn bit(self) -> u8 {
        match self {
            Self::SendMessage => 1,
            Self::DisconnectUser => 2,
            Self::DeleteMessage => 4,
        }
    }
}

/// A set of capabilities; the empty set may still view.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Capabilities(u8);

impl Capabilities {
    /// Whether `capability` is in the set.
    #[must_use]
    pub const fn allow(self, capability: Capability) -> bool {
        self.0 & capability.bit() != 0
    }

    /// The set as bits, for a token's payload.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The set of these bits; unknown bits are dropped.
    #[must_use]
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 7)
    }
}

impl FromIterator<Capability> for Capabilities {
    fn from_iter<T: IntoIterator<Item = Capability>>(all: T) -> Self {
        Self(all.into_iter().fold(0, |bits, capability| bits | capability.bit()))
    }
}

impl fmt::Debug for Capabilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = [Capability::SendMessage, Capability::DisconnectUser, Capability::DeleteMessage];
        f.debug_set().entries(all.into_iter().filter(|capability| self.allow(*capability))).finish()
    }
}
