//! The table of errors: names, statuses, members.

use crate::house::said;
use control::{FieldViolation, OperationError, Subject, SubjectKind};
use serde_json::{Value, json};

fn check(error: &OperationError, name: &str, status: u16, body: &Value) {
    assert_eq!(said(error), (said(error).0, status, body.clone()), "{error:?}");
    assert_eq!(error.type_name(), name);
}

#[test]
fn errors_with_members_of_their_own() {
    let room = Subject { id: "AAAAAAAAAAAA".into(), kind: SubjectKind::Room };
    let logging = Subject { id: "BBBBBBBBBBBB".into(), kind: SubjectKind::LoggingConfiguration };
    check(
        &OperationError::ResourceNotFound(room.clone()),
        "ResourceNotFoundException",
        404,
        &json!({"message": "Room AAAAAAAAAAAA does not exist", "resourceId": "AAAAAAAAAAAA", "resourceType": "ROOM"}),
    );
    check(
        &OperationError::Conflict { about: logging.clone(), reason: "is attached to a room".into() },
        "ConflictException",
        409,
        &json!({
            "message": "Logging configuration BBBBBBBBBBBB is attached to a room",
            "resourceId": "BBBBBBBBBBBB",
            "resourceType": "LOGGING_CONFIGURATION",
        }),
    );
    check(
        &OperationError::Throttling { about: room, limit: 5 },
        "ThrottlingException",
        429,
        &json!({"message": "Rate exceeded", "resourceId": "AAAAAAAAAAAA", "resourceType": "ROOM", "limit": 5}),
    );
    let (name, status, body) = said(&OperationError::ServiceQuotaExceeded { about: logging, limit: 10 });
    assert_eq!((name, status, &body["limit"]), ("ServiceQuotaExceededException", 402, &json!(10)));
}

#[test]
fn a_validation_exception_lists_every_field() {
    let field = |name: &str, message: &str| FieldViolation { name: name.into(), message: message.into() };
    let one = vec![field("name", "bad")];
    check(
        &OperationError::Validation(one),
        "ValidationException",
        400,
        &json!({
            "message": "1 validation error detected. bad",
            "reason": "FIELD_VALIDATION_FAILED",
            "fieldList": [{"name": "name", "message": "bad"}],
        }),
    );
    let two = vec![field("a", "x"), field("b", "y")];
    assert_eq!(said(&OperationError::Validation(two)).2["message"], "2 validation errors detected. x; y");
}

#[test]
fn errors_that_only_have_a_message() {
    let cause = || "disk full".to_owned();
    for (error, name, status) in [
        (OperationError::AccessDenied { message: "no".into() }, "AccessDeniedException", 403),
        (OperationError::PendingVerification, "PendingVerification", 403),
        (OperationError::Serialization("x".into()), "SerializationException", 400),
        (OperationError::UnknownOperation, "UnknownOperationException", 404),
        (OperationError::MethodNotAllowed, "UnknownOperationException", 405),
        (OperationError::MalformedHttpRequest("x"), "MalformedHttpRequestException", 400),
        (OperationError::UnsupportedMediaType, "UnsupportedMediaTypeException", 415),
        (OperationError::NotAcceptable, "NotAcceptableException", 406),
        (OperationError::RequestEntityTooLarge, "RequestEntityTooLargeException", 413),
        (OperationError::RequestTimeout, "RequestTimeoutException", 408),
        (OperationError::InternalServer { cause: cause() }, "InternalServerException", 500),
        (OperationError::ServiceUnavailable { cause: cause() }, "ServiceUnavailable", 503),
    ] {
        check(&error, name, status, &json!({"message": error.to_string()}));
        assert!(!error.to_string().contains("disk"), "the cause is for the log");
        assert_eq!(error.cause().is_some(), status >= 500, "{name}");
    }
}
