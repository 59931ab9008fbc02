//! The table of errors: what may be wrong with a call → AWS's name for it, the status, the members of the body.
//!
//! Nothing else knows a name or a status. It must not know how they are sent: headers and framing are the server's.
//!
//! Source: API reference of IVS Chat, each operation's "Errors" and the page "Common Error Types" (2026); for
//! `SerializationException` and the HTTP ones the restJson1 protocol as AWS's services speak it.

use crate::violations::FieldViolation;
use engine::Refusal;
use model::{AccountId, Id, ResourceArn, ResourceKind, RoomKey};
use serde::Serialize;
use store::StoreError;
use thiserror::Error;

/// What an error is about: the `resourceId` and `resourceType` of its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The resource's id or name, as the caller gave it; the account's number where the whole account is meant.
    pub id: String,
    /// Which kind of thing.
    pub kind: SubjectKind,
}

/// What an error can be about.
///
/// The model's `ResourceType` knows `ROOM` only. For everything else we write a word of our own: SDKs take any text
/// there, and `ROOM` would be a lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectKind {
    /// `ROOM`
    Room,
    /// `LOGGING_CONFIGURATION`
    LoggingConfiguration,
    /// `ACCOUNT`
    Account,
    /// `USER`
    User,
    /// `ACCESS_KEY`
    AccessKey,
    /// `POLICY`
    Policy,
}

impl SubjectKind {
    /// As `resourceType` has it, and as a sentence has it.
    const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Room => ("ROOM", "Room"),
            Self::LoggingConfiguration => ("LOGGING_CONFIGURATION", "Logging configuration"),
            Self::Account => ("ACCOUNT", "Account"),
            Self::User => ("USER", "User"),
            Self::AccessKey => ("ACCESS_KEY", "Access key"),
            Self::Policy => ("POLICY", "Policy"),
        }
    }
}

impl From<ResourceKind> for SubjectKind {
    fn from(kind: ResourceKind) -> Self {
        match kind {
            ResourceKind::Room => Self::Room,
            ResourceKind::LoggingConfiguration => Self::LoggingConfiguration,
        }
    }
}

impl Subject {
    pub(crate) fn room(key: RoomKey) -> Self {
        Self { id: key.id.to_string(), kind: SubjectKind::Room }
    }

    pub(crate) fn logging_configuration(id: Id) -> Self {
        Self { id: id.to_string(), kind: SubjectKind::LoggingConfiguration }
    }

    pub(crate) fn account(id: AccountId) -> Self {
        Self { id: id.to_string(), kind: SubjectKind::Account }
    }

    /// What an ARN names, whether there could be such a thing or not.
    pub(crate) fn named(arn: &ResourceArn) -> Self {
        let id = arn.as_str().rsplit('/').next().unwrap_or_default();
        Self { id: id.to_owned(), kind: arn.kind().into() }
    }

    pub(crate) fn not_found(self) -> OperationError {
        OperationError::ResourceNotFound(self)
    }

    pub(crate) fn conflict(self, reason: impl Into<String>) -> OperationError {
        OperationError::Conflict { reason: reason.into(), about: self }
    }
}

/// Why a call was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum OperationError {
    /// The policies do not let the caller do this.
    #[error("{message}")]
    AccessDenied {
        /// Who may not do what to which resource.
        message: String,
    },
    /// The account is pending verification.
    #[error("The account is pending verification")]
    PendingVerification,
    /// The resource does not exist, or not in this region.
    #[error("{} does not exist", spoken(.0))]
    ResourceNotFound(Subject),
    /// The resource is in use, is there already, or is not ours to change.
    #[error("{} {reason}", spoken(.about))]
    Conflict {
        /// The resource.
        about: Subject,
        /// What stands in the way, as the end of a sentence.
        reason: String,
    },
    /// There are as many resources of the kind as there may be.
    #[error("{}", full(.about, *.limit))]
    ServiceQuotaExceeded {
        /// Whose quota it is, and the kind of resource.
        about: Subject,
        /// How many it may have.
        limit: u32,
    },
    /// The account asks too often.
    #[error("Rate exceeded")]
    Throttling {
        /// What is asked for too often.
        about: Subject,
        /// How often it may, a second.
        limit: u32,
    },
    /// Members of the request break constraints of the model; never empty.
    #[error("{}", detected(.0))]
    Validation(Vec<FieldViolation>),
    /// No review handler can be called under this URI. The words are AWS's, seen live, where the function's policy does
    /// not let IVS Chat invoke it.
    #[error("Request member: uri failed to satisfy the constraints: invalid lambda permission")]
    HandlerNotPermitted,
    /// The body is no JSON of the operation's shape; says where, never what was there.
    #[error("{0}")]
    Serialization(String),
    /// No operation has this path.
    #[error("No operation has this path")]
    UnknownOperation,
    /// The path is an operation's, the method is not.
    #[error("The operation has another HTTP method")]
    MethodNotAllowed,
    /// The request is no HTTP that this server takes; says what is wrong.
    #[error("{0}")]
    MalformedHttpRequest(&'static str),
    /// The body is not declared as `application/json`.
    #[error("The Content-Type must be application/json")]
    UnsupportedMediaType,
    /// The caller accepts no `application/json`.
    #[error("The response is application/json, which Accept excludes")]
    NotAcceptable,
    /// The body is larger than the server takes.
    #[error("The request body is too large")]
    RequestEntityTooLarge,
    /// The body took too long to arrive.
    #[error("The request took too long")]
    RequestTimeout,
    /// A defect of ours, or of what we stand on; the cause is for the log only.
    #[error("Internal server error")]
    InternalServer {
        /// What happened, for the log.
        cause: String,
    },
    /// The same call may succeed later; the cause is for the log only.
    #[error("The service is not available now; try again")]
    ServiceUnavailable {
        /// What happened, for the log.
        cause: String,
    },
}

impl OperationError {
    /// AWS's name for it: the bare shape name, for `x-amzn-ErrorType`.
    #[must_use]
    pub const fn type_name(&self) -> &'static str {
        self.row().0
    }

    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> u16 {
        self.row().1
    }

    const fn row(&self) -> (&'static str, u16) {
        match self {
            Self::AccessDenied { .. } => ("AccessDeniedException", 403),
            Self::PendingVerification => ("PendingVerification", 403),
            Self::ResourceNotFound(_) => ("ResourceNotFoundException", 404),
            Self::Conflict { .. } => ("ConflictException", 409),
            Self::ServiceQuotaExceeded { .. } => ("ServiceQuotaExceededException", 402),
            Self::Throttling { .. } => ("ThrottlingException", 429),
            Self::Validation(_) | Self::HandlerNotPermitted => ("ValidationException", 400),
            Self::Serialization(_) => ("SerializationException", 400),
            Self::UnknownOperation => ("UnknownOperationException", 404),
            Self::MethodNotAllowed => ("UnknownOperationException", 405),
            Self::MalformedHttpRequest(_) => ("MalformedHttpRequestException", 400),
            Self::UnsupportedMediaType => ("UnsupportedMediaTypeException", 415),
            Self::NotAcceptable => ("NotAcceptableException", 406),
            Self::RequestEntityTooLarge => ("RequestEntityTooLargeException", 413),
            Self::RequestTimeout => ("RequestTimeoutException", 408),
            Self::InternalServer { .. } => ("InternalServerException", 500),
            Self::ServiceUnavailable { .. } => ("ServiceUnavailable", 503),
        }
    }

    /// The JSON body: `message` and the members that the error's shape has.
    #[must_use]
    pub fn body(&self) -> Vec<u8> {
        let message = self.to_string();
        let plain = Body { message, ..Body::default() };
        let body = match self {
            Self::ResourceNotFound(about) | Self::Conflict { about, .. } => plain.about(about),
            Self::ServiceQuotaExceeded { about, limit } | Self::Throttling { about, limit } => {
                Body { limit: Some(*limit), ..plain.about(about) }
            }
            Self::Validation(fields) => {
                Body { reason: Some("FIELD_VALIDATION_FAILED"), field_list: Some(fields), ..plain }
            }
            Self::HandlerNotPermitted => Body { reason: Some("OTHER"), field_list: Some(&[]), ..plain },
            _ => plain,
        };
        serde_json::to_vec(&body).unwrap_or_default()
    }

    /// What the log should say and the caller should not read.
    #[must_use]
    pub fn cause(&self) -> Option<&str> {
        match self {
            Self::InternalServer { cause } | Self::ServiceUnavailable { cause } => Some(cause),
            _ => None,
        }
    }

    pub(crate) fn internal(cause: impl Into<String>) -> Self {
        Self::InternalServer { cause: cause.into() }
    }

    /// What a refusal of the room's sequencer is over REST.
    pub(crate) fn refused(refusal: Refusal, room: Subject) -> Self {
        match refusal {
            Refusal::RoomNotFound => Self::ResourceNotFound(room),
            Refusal::AccountRate { limit } => Self::Throttling { about: room, limit },
            Refusal::Overloaded => Self::ServiceUnavailable { cause: refusal.reason().into() },
            // These come of messages and of joining, which are no operations.
            _ => Self::internal(format!("the room refused: {}", refusal.reason())),
        }
    }
}

impl From<StoreError> for OperationError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable { .. } => Self::ServiceUnavailable { cause: error.to_string() },
            _ => Self::internal(error.to_string()),
        }
    }
}

#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    field_list: Option<&'a [FieldViolation]>,
}

impl<'a> Body<'a> {
    fn about(self, about: &'a Subject) -> Self {
        let (resource_type, _) = about.kind.words();
        Self { resource_id: Some(&about.id), resource_type: Some(resource_type), ..self }
    }
}

fn spoken(about: &Subject) -> String {
    let (_, kind) = about.kind.words();
    format!("{kind} {}", about.id)
}

fn full(about: &Subject, limit: u32) -> String {
    match about.kind {
        SubjectKind::Account => format!("The policies of an account may have {limit} bytes together"),
        _ => format!("There may be {limit} resources of this kind, and there are"),
    }
}

fn detected(fields: &[FieldViolation]) -> String {
    let messages: Vec<_> = fields.iter().map(|field| field.message.as_str()).collect();
    let errors = if fields.len() == 1 { "error" } else { "errors" };
    format!("{} validation {errors} detected. {}", fields.len(), messages.join("; "))
}
