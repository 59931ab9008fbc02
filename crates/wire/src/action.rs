//! What a client asks: one JSON object per text frame, its keys in any case.
//!
//! AWS's documents write `PascalCase` keys, its own launch demos send `camelCase` ones; both work against AWS, so keys
//! are matched without regard to case, and members that nobody knows are passed over.

use crate::ErrorCode;
use crate::member::Member;
use model::{Attributes, Capability, Id, MESSAGE_ATTRIBUTES_MAX_BYTES, Reason, UserId, Violation};
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};
use std::fmt;

/// The longest `RequestId` that is taken; every viewer is sent it, so it must not be a way to multiply traffic.
pub const MAX_REQUEST_ID_BYTES: usize = 256;

/// A request that is whole and well-formed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// `SEND_MESSAGE`
    SendMessage {
        /// The text, not empty; the room says how long it may be.
        content: String,
        /// The attributes, if any were sent.
        attributes: Option<Attributes>,
    },
    /// `DELETE_MESSAGE`
    DeleteMessage {
        /// Which message; nothing checks that it exists, for nothing is stored.
        id: Id,
        /// Why.
        reason: Option<Reason>,
    },
    /// `DISCONNECT_USER`
    DisconnectUser {
        /// Which user.
        user_id: UserId,
        /// Why.
        reason: Option<Reason>,
    },
}

/// The names of the actions, for metrics and for what is counted before a request is understood whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActionKind {
    /// `SEND_MESSAGE`
    SendMessage,
    /// `DELETE_MESSAGE`
    DeleteMessage,
    /// `DISCONNECT_USER`
    DisconnectUser,
}

impl ActionKind {
    fn parse(text: &str) -> Option<Self> {
        match text {
            "SEND_MESSAGE" => Some(Self::SendMessage),
            "DELETE_MESSAGE" => Some(Self::DeleteMessage),
            "DISCONNECT_USER" => Some(Self::DisconnectUser),
            _ => None,
        }
    }

    /// The capability that permits it.
    #[must_use]
    pub const fn capability(self) -> Capability {
        match self {
            Self::SendMessage => Capability::SendMessage,
            Self::DeleteMessage => Capability::DeleteMessage,
            Self::DisconnectUser => Capability::DisconnectUser,
        }
    }
}

/// Why a text frame is no request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// It is not one JSON object.
    #[error("Request is not a JSON object")]
    NotAnObject,
    /// Its `Action` is none of the three.
    #[error("Unknown or missing Action")]
    UnknownAction,
    /// A required member is absent, null or empty.
    #[error("{0} is required")]
    Missing(&'static str),
    /// A member has the wrong type or form.
    #[error("{0} is invalid")]
    Invalid(&'static str),
    /// A member is too large.
    #[error("{0} is too large")]
    TooLarge(&'static str),
}

impl ActionError {
    /// The number that goes into the ERROR frame.
    #[must_use]
    pub const fn code(&self) -> ErrorCode {
        match self {
            Self::TooLarge(_) => ErrorCode::TooLarge,
            _ => ErrorCode::BadRequest,
        }
    }
}

/// What a text frame turned out to be. The request id and the kind are known even where the rest is wrong, so that the
/// error finds its promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedAction {
    /// The client's own id for the request; empty when none was given.
    pub request_id: String,
    /// Which action it names, if any.
    pub kind: Option<ActionKind>,
    /// The request.
    pub action: Result<Action, ActionError>,
}

impl ParsedAction {
    /// Parses one text frame.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let Ok(members) = serde_json::from_str::<Members>(text) else {
            return Self { request_id: String::new(), kind: None, action: Err(ActionError::NotAnObject) };
        };
        let kind = match &members.action {
            Some(Member::Text(name)) => ActionKind::parse(name),
            _ => None,
        };
        let (request_id, request_id_error) = match request_id(members.request_id.as_ref()) {
            Ok(request_id) => (request_id.to_owned(), None),
            Err(error) => (String::new(), Some(error)),
        };
        let action = match (kind, request_id_error) {
            (None, _) => Err(ActionError::UnknownAction),
            (_, Some(error)) => Err(error),
            (Some(kind), None) => members.into_action(kind),
        };
        Self { request_id, kind, action }
    }
}

fn request_id(value: Option<&Member>) -> Result<&str, ActionError> {
    let text = optional("RequestId", value)?.unwrap_or_default();
    if text.len() > MAX_REQUEST_ID_BYTES { Err(ActionError::TooLarge("RequestId")) } else { Ok(text) }
}

/// The members of a request, their types not looked at yet; `null` is as good as absent.
#[derive(Default)]
struct Members {
    action: Option<Member>,
    request_id: Option<Member>,
    content: Option<Member>,
    attributes: Option<Member>,
    id: Option<Member>,
    reason: Option<Member>,
    user_id: Option<Member>,
}

impl Members {
    fn into_action(self, kind: ActionKind) -> Result<Action, ActionError> {
        let reason = |value: Option<&Member>| {
            let text = optional("Reason", value)?.filter(|text| !text.is_empty());
            text.map(|text| Reason::parse(text).map_err(|violation| refused("Reason", &violation)))
                .transpose()
        };
        match kind {
            ActionKind::SendMessage => Ok(Action::SendMessage {
                content: required("Content", self.content.as_ref())?.to_owned(),
                attributes: attributes(self.attributes)?,
            }),
            ActionKind::DeleteMessage => {
                let id = required("Id", self.id.as_ref())?;
                let id = Id::parse(id).map_err(|_| ActionError::Invalid("Id"))?;
                Ok(Action::DeleteMessage { id, reason: reason(self.reason.as_ref())? })
            }
            ActionKind::DisconnectUser => {
                let user_id = required("UserId", self.user_id.as_ref())?;
                let user_id = UserId::parse(user_id).map_err(|violation| refused("UserId", &violation))?;
                Ok(Action::DisconnectUser { user_id, reason: reason(self.reason.as_ref())? })
            }
        }
    }
}

fn optional<'a>(name: &'static str, value: Option<&'a Member>) -> Result<Option<&'a str>, ActionError> {
    match value {
        None | Some(Member::Null) => Ok(None),
        Some(Member::Text(text)) => Ok(Some(text)),
        Some(_) => Err(ActionError::Invalid(name)),
    }
}

fn required<'a>(name: &'static str, value: Option<&'a Member>) -> Result<&'a str, ActionError> {
    optional(name, value)?.filter(|text| !text.is_empty()).ok_or(ActionError::Missing(name))
}

fn attributes(value: Option<Member>) -> Result<Option<Attributes>, ActionError> {
    let pairs = match value {
        None | Some(Member::Null) => return Ok(None),
        Some(Member::Map(pairs)) => pairs,
        Some(Member::LargeMap) => return Err(ActionError::TooLarge("Attributes")),
        Some(Member::Text(_) | Member::Other) => return Err(ActionError::Invalid("Attributes")),
    };
    Attributes::parse(pairs, MESSAGE_ATTRIBUTES_MAX_BYTES)
        .map(Some)
        .map_err(|_| ActionError::TooLarge("Attributes"))
}

const fn refused(name: &'static str, violation: &Violation) -> ActionError {
    match violation {
        Violation::Length { .. } => ActionError::TooLarge(name),
        _ => ActionError::Invalid(name),
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = Members::default();
        while let Some(Key(member)) = map.next_key()? {
            match member.and_then(|member| members.place(member)) {
                Some(place) => *place = Some(map.next_value().map_err(A::Error::custom)?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(members)
    }
}

/// Index of the member that a key names, whatever its case.
struct Key(Option<usize>);

const NAMES: [&str; 7] = ["action", "requestid", "content", "attributes", "id", "reason", "userid"];

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let key = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Ok(Self(NAMES.iter().position(|name| name.eq_ignore_ascii_case(&key))))
    }
}

impl Members {
    /// Of a key that comes twice the last value counts.
    const fn place(&mut self, member: usize) -> Option<&mut Option<Member>> {
        match member {
            0 => Some(&mut self.action),
            1 => Some(&mut self.request_id),
            2 => Some(&mut self.content),
            3 => Some(&mut self.attributes),
            4 => Some(&mut self.id),
            5 => Some(&mut self.reason),
            6 => Some(&mut self.user_id),
            _ => None,
        }
    }
}
