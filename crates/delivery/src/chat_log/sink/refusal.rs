//! What an API means when it says no, by its status and the name of its error. Sends nothing.
//!
//! Only what is said of the records themselves is [`SinkError::Refused`], since such records are given up; what nobody
//! knows is tried again.
//!
//! Sources: S3 API reference, "Error responses"; CloudWatch Logs and Firehose API references, the errors of each
//! operation and "Common Errors".

use super::api::Refusal;
use crate::chat_log::batch::SinkError;

/// Errors that pass, though their status says that we did something wrong.
const PASSING: &[&str] = &[
    "ExpiredToken",
    "ExpiredTokenException",
    "RequestTimeTooSkewed",
    "RequestExpired",
    "RequestTimeout",
    "RequestTimeoutException",
    "SlowDown",
    "Throttling",
    "ThrottlingException",
    "ThrottledException",
    "TooManyRequestsException",
    "RequestThrottled",
    "RequestLimitExceeded",
    "LimitExceededException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "InternalError",
    "InternalFailure",
    "OperationAborted",
    "OperationAbortedException",
    "ConcurrentModificationException",
];

/// Errors that say that we may not.
const DENIED: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AllAccessDisabled",
    "AccountProblem",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "InvalidToken",
    "InvalidKMSResourceException",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "NotAuthorized",
    "OptInRequired",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// Errors that say that it is not there. A bucket of another region is not there either: its configuration says where.
const MISSING: &[&str] =
    &["NoSuchBucket", "ResourceNotFoundException", "PermanentRedirect", "AuthorizationHeaderMalformed"];

/// Errors that say that these records will not do. Those that may as well be said of the destination, such as
/// Firehose's `InvalidArgumentException` for a stream that takes from elsewhere, are none: nothing is given up for a
/// wrong name.
const REFUSED: &[&str] = &["EntityTooLarge", "RequestEntityTooLargeException"];

/// How the message of `InvalidSignatureException` begins where only a clock is off.
const SKEWED: [&str; 2] = ["Signature expired", "Signature not yet current"];
/// No name of an error is longer.
const MAX_CODE_LENGTH: usize = 64;

/// What an answer without success means.
pub(super) fn of(status: u16, body: &[u8]) -> Refusal {
    let (code, message) = said(body);
    let text = if code.is_empty() {
        format!("it answered with status {status}")
    } else {
        format!("it answered with status {status}, {code}")
    };
    let is_skewed = code == "InvalidSignatureException" && SKEWED.iter().any(|it| message.starts_with(it));
    let error = meaning(status, &code, is_skewed)(text.into());
    Refusal { code: code.into(), error }
}

fn meaning(status: u16, code: &str, is_skewed: bool) -> fn(Box<str>) -> SinkError {
    let is_in = |list: &[&str]| list.contains(&code);
    match status {
        429 | 500.. => SinkError::Passing,
        _ if is_skewed || is_in(PASSING) => SinkError::Passing,
        _ if is_in(DENIED) => SinkError::AccessDenied,
        _ if is_in(MISSING) => SinkError::NotFound,
        _ if is_in(REFUSED) => SinkError::Refused,
        401 | 403 => SinkError::AccessDenied,
        301 | 404 => SinkError::NotFound,
        413 => SinkError::Refused,
        _ => SinkError::Passing,
    }
}

/// The name of the error and its message: in S3's XML or in JSON 1.1, whose name may have a prefix before `#` and an
/// address after `:`.
fn said(body: &[u8]) -> (String, String) {
    let (code, message) = match serde_json::from_slice::<serde_json::Value>(body) {
        Ok(said) => {
            // A structure would refuse members that are null, or there in two spellings at once.
            let member = |name: &str| said.get(name).and_then(serde_json::Value::as_str);
            let code = member("__type").and_then(|kind| kind.rsplit('#').next()).unwrap_or_default();
            let message = member("message").or_else(|| member("Message")).unwrap_or_default();
            (code.split(':').next().unwrap_or_default().to_owned(), message.to_owned())
        }
        Err(_) => {
            let text = String::from_utf8_lossy(body);
            (element(&text, "Code").to_owned(), element(&text, "Message").to_owned())
        }
    };
    // It goes into the log: nothing but a name does.
    let is_name = code.len() <= MAX_CODE_LENGTH && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if is_name { (code, message) } else { (String::new(), message) }
}

fn element<'a>(text: &'a str, name: &str) -> &'a str {
    let after = text.split_once(&format!("<{name}>")).map(|(_, after)| after);
    let inside = after.and_then(|after| after.split_once(&format!("</{name}>")));
    inside.map_or("", |(inside, _)| inside)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(status: u16, body: &str) -> &'static str {
        match of(status, body.as_bytes()).error {
            SinkError::Passing(_) => "passing",
            SinkError::AccessDenied(_) => "denied",
            SinkError::NotFound(_) => "missing",
            SinkError::Refused(_) => "refused",
        }
    }

    #[test]
    fn an_error_means_what_its_name_says_and_else_what_its_status_says() {
        let xml = |code: &str| format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code></Error>");
        let json = |code: &str| format!("{{\"__type\":\"com.amazonaws.x#{code}\",\"message\":\"no\"}}");
        let check = |status: u16, code: &str, expected: &str| {
            assert_eq!(meant(status, &xml(code)), expected, "{status} {code} XML");
            assert_eq!(meant(status, &json(code)), expected, "{status} {code} JSON");
        };
        check(404, "NoSuchBucket", "missing");
        check(301, "PermanentRedirect", "missing");
        check(400, "ResourceNotFoundException", "missing");
        check(404, "", "missing");
        check(403, "AccessDenied", "denied");
        check(400, "AccessDeniedException", "denied");
        check(403, "SignatureDoesNotMatch", "denied");
        check(400, "UnrecognizedClientException", "denied");
        check(403, "", "denied");
        check(401, "", "denied");
        check(403, "RequestTimeTooSkewed", "passing");
        check(400, "ExpiredToken", "passing");
        check(403, "ExpiredTokenException", "passing");
        check(400, "ThrottlingException", "passing");
        check(503, "SlowDown", "passing");
        check(500, "AccessDenied", "passing");
        check(429, "", "passing");
        check(400, "", "passing");
        check(418, "Teapot", "passing");
        check(307, "TemporaryRedirect", "passing");
        check(400, "InvalidParameterException", "passing");
        check(400, "InvalidArgumentException", "passing");
        check(400, "EntityTooLarge", "refused");
        let twice = r#"{"__type":"ResourceNotFoundException","message":null,"Message":"no"}"#;
        assert_eq!(meant(400, twice), "missing");
        check(413, "", "refused");
    }

    #[test]
    fn a_signature_is_wrong_or_only_old() {
        let body =
            |message: &str| format!("{{\"__type\":\"InvalidSignatureException\",\"message\":\"{message}\"}}");
        assert_eq!(meant(403, &body("Signature expired: 1 is now earlier than 2")), "passing");
        assert_eq!(meant(403, &body("Signature not yet current: 1 is still later than 2")), "passing");
        assert_eq!(meant(403, &body("The request signature we calculated does not match")), "denied");
    }

    #[test]
    fn nothing_but_a_name_is_repeated() {
        let text = |body: &str| of(400, body.as_bytes()).error.to_string();
        assert_eq!(text("<Code>Bad</Code><Message>hush</Message>"), "it answered with status 400, Bad");
        for body in
            ["<Code>hush hush</Code>", &format!("<Code>{}</Code>", "h".repeat(65)), "hush", "{\"__type\":7}"]
        {
            assert_eq!(text(body), "it answered with status 400", "{body}");
        }
    }
}
