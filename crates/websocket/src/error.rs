//! What a peer can do wrong after the handshake. Must not know what is done about it.

/// A breach after which the connection can only be closed, with [`ProtocolError::close_code`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProtocolError {
    /// A client sent a frame without a mask (RFC 6455 §5.1).
    #[error("client frame without a mask")]
    UnmaskedFrame,
    /// A server sent a frame with a mask (RFC 6455 §5.1).
    #[error("server frame with a mask")]
    MaskedFrame,
    /// An RSV bit is set though no extension was agreed (RFC 6455 §5.2).
    #[error("reserved bit set")]
    ReservedBits,
    /// Opcode 3–7 or 11–15 (RFC 6455 §5.2).
    #[error("reserved opcode")]
    ReservedOpCode,
    /// A control frame without FIN (RFC 6455 §5.5).
    #[error("fragmented control frame")]
    FragmentedControl,
    /// A control frame that declares more than 125 bytes (RFC 6455 §5.5).
    #[error("control frame longer than 125 bytes")]
    LongControl,
    /// A length in more bytes than it needs (RFC 6455 §5.2).
    #[error("length not in its shortest form")]
    LengthNotMinimal,
    /// A continuation when no message is open (RFC 6455 §5.4).
    #[error("continuation without a message")]
    OrphanContinuation,
    /// A text or binary frame while a fragmented message is open (RFC 6455 §5.4).
    #[error("new message inside a fragmented message")]
    UnfinishedMessage,
    /// A close payload of one byte, too short for a code (RFC 6455 §5.5.1).
    #[error("close payload of one byte")]
    TruncatedCloseCode,
    /// A close code that must not travel (RFC 6455 §7.4).
    #[error("invalid close code")]
    InvalidCloseCode,
    /// Text or a close reason that is not UTF-8 (RFC 6455 §8.1).
    #[error("invalid UTF-8")]
    InvalidUtf8,
    /// A message beyond [`Limits::hard_max`](crate::Limits::hard_max), known from its frames' headers.
    #[error("message too large")]
    TooLarge,
    /// A message in more frames than [`Limits::max_fragments`](crate::Limits::max_fragments).
    #[error("message in too many fragments")]
    TooManyFragments,
}

impl ProtocolError {
    /// The code of the close frame that answers this breach (RFC 6455 §7.4.1): 1002, 1007 or 1009.
    pub fn close_code(self) -> u16 {
        match self {
            Self::InvalidUtf8 => 1007,
            Self::TooLarge | Self::TooManyFragments => 1009,
            _ => 1002,
        }
    }
}
