//! The table of refusals: why a submission was not accepted, and what a chat client is told.
//!
//! Nothing else in the messaging path knows a number of an ERROR frame. The control plane has its own table, which
//! turns the same refusals into AWS's exceptions.

use wire::{ActionError, ActionKind, ErrorCode};

/// Why something was not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The frame is no well-formed request.
    Malformed(ActionError),
    /// The frame is binary; requests are text.
    Binary,
    /// The frame is larger than any request may be.
    FrameTooLarge,
    /// The token does not carry the capability that the action needs.
    CapabilityMissing(ActionKind),
    /// The connection asks too often.
    ConnectionRate,
    /// The room takes no more messages this second.
    RoomRate,
    /// The account takes no more requests of this kind this second, over all its rooms.
    AccountRate {
        /// How many a second it takes.
        limit: u32,
    },
    /// The content is longer than the room allows.
    ContentTooLong,
    /// The room does not exist, or no longer.
    RoomNotFound,
    /// The room's review handler gave no usable answer, and its fallback is to refuse.
    DeniedByFallback,
    /// The room's review handler refused it; this is its reason.
    DeniedByHandler(Option<Box<str>>),
    /// The token was used before, or was issued before this server took charge of the room.
    TokenSpent,
    /// The account has as many connections as it may.
    ConnectionQuota {
        /// How many it may have.
        limit: u32,
    },
    /// The server is behind with its deliveries.
    Overloaded,
}

impl Refusal {
    /// The number for an ERROR frame.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::Malformed(error) => error.code(),
            Self::Binary | Self::ContentTooLong => ErrorCode::BadRequest,
            Self::FrameTooLarge => ErrorCode::TooLarge,
            Self::CapabilityMissing(_) => ErrorCode::Forbidden,
            Self::ConnectionRate
            | Self::RoomRate
            | Self::AccountRate { .. }
            | Self::ConnectionQuota { .. } => ErrorCode::TooManyRequests,
            Self::RoomNotFound => ErrorCode::NotFound,
            Self::DeniedByFallback | Self::DeniedByHandler(_) => ErrorCode::NotAcceptable,
            Self::TokenSpent => ErrorCode::Unauthorized,
            Self::Overloaded => ErrorCode::Internal,
        }
    }

    /// The text for an ERROR frame. Two of them are seen in AWS's own applications and must stay as they are:
    /// `rate limit exceeded` and `Message exceeds maximum length`.
    #[must_use]
    pub fn text(&self) -> String {
        match self {
            Self::Malformed(error) => error.to_string(),
            Self::Binary => "Request is not a JSON object".into(),
            Self::FrameTooLarge => "Request is too large".into(),
            Self::CapabilityMissing(kind) => format!("Forbidden: the token lacks {}", capability_name(*kind)),
            Self::ConnectionRate | Self::RoomRate | Self::AccountRate { .. } => "rate limit exceeded".into(),
            Self::ContentTooLong => "Message exceeds maximum length".into(),
            Self::RoomNotFound => "Room not found".into(),
            Self::DeniedByHandler(Some(reason)) => reason.as_ref().into(),
            Self::DeniedByFallback | Self::DeniedByHandler(None) => {
                "Message rejected by the message review handler".into()
            }
            Self::TokenSpent => "Token is no longer valid".into(),
            Self::ConnectionQuota { .. } => "Concurrent connection quota exceeded".into(),
            Self::Overloaded => "Internal server error".into(),
        }
    }

    /// The label under which it is counted.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        Self::REASONS.get(self.index()).copied().unwrap_or_default()
    }

    /// All labels, in the order of [`Refusal::index`].
    pub const REASONS: [&'static str; 14] = [
        "malformed",
        "binary",
        "frame_too_large",
        "capability_missing",
        "connection_rate",
        "room_rate",
        "account_rate",
        "content_too_long",
        "room_not_found",
        "denied_by_fallback",
        "token_spent",
        "connection_quota",
        "overloaded",
        "denied_by_handler",
    ];

    /// Where it is counted.
    #[must_use]
    pub const fn index(&self) -> usize {
        match self {
            Self::Malformed(_) => 0,
            Self::Binary => 1,
            Self::FrameTooLarge => 2,
            Self::CapabilityMissing(_) => 3,
            Self::ConnectionRate => 4,
            Self::RoomRate => 5,
            Self::AccountRate { .. } => 6,
            Self::ContentTooLong => 7,
            Self::RoomNotFound => 8,
            Self::DeniedByFallback => 9,
            Self::TokenSpent => 10,
            Self::ConnectionQuota { .. } => 11,
            Self::Overloaded => 12,
            Self::DeniedByHandler(_) => 13,
        }
    }
}

const fn capability_name(kind: ActionKind) -> &'static str {
    match kind {
        ActionKind::SendMessage => "SEND_MESSAGE",
        ActionKind::DeleteMessage => "DELETE_MESSAGE",
        ActionKind::DisconnectUser => "DISCONNECT_USER",
    }
}
