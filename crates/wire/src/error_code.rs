//! The numbers of ERROR frames, and the words that go with them.

/// The `ErrorCode` of an ERROR frame. Source: Messaging API reference, "Error".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorCode {
    /// 400: the request is malformed, or the content is longer than the room allows.
    BadRequest,
    /// 401: the session has expired.
    Unauthorized,
    /// 403: the token lacks the capability, or the account is pending verification.
    Forbidden,
    /// 404: the room is gone.
    NotFound,
    /// 406: the message review handler refused.
    NotAcceptable,
    /// 413: a field is too large.
    TooLarge,
    /// 429: over a rate.
    TooManyRequests,
    /// 500: our fault.
    Internal,
}

impl ErrorCode {
    /// All of them, in order of number.
    pub const ALL: [Self; 8] = [
        Self::BadRequest,
        Self::Unauthorized,
        Self::Forbidden,
        Self::NotFound,
        Self::NotAcceptable,
        Self::TooLarge,
        Self::TooManyRequests,
        Self::Internal,
    ];

    /// The number.
    #[must_use]
    pub const fn number(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::NotAcceptable => 406,
            Self::TooLarge => 413,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
        }
    }
}
