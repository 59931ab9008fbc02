//! Responses: their headers, which are the same for all, and their bodies.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::Full;

/// What every request ends in.
pub(crate) type Reply = Response<Full<Bytes>>;

/// The headers that the sibling services' models declare on their errors; harmless on all else.
const SECURITY_HEADERS: [(&str, &str); 6] = [
    ("access-control-allow-origin", "*"),
    ("access-control-expose-headers", "x-amzn-errortype,x-amzn-requestid"),
    ("cache-control", "no-store, no-cache"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
];

/// A response with a body of this type.
pub(crate) fn reply(status: u16, content_type: &'static str, body: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Full::new(body.into()));
    *reply.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    for (name, value) in SECURITY_HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    reply
}

/// A response whose body is `{"message": …}`.
pub(crate) fn message(status: u16, text: &str) -> Reply {
    reply(status, "application/json", serde_json::json!({ "message": text }).to_string())
}

/// A plain text.
pub(crate) fn text(status: u16, text: impl Into<Bytes>) -> Reply {
    let mut reply = reply(status, "text/plain; charset=utf-8", text);
    reply.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

/// Adds a header; a value that no header can hold is left out.
pub(crate) fn with_header(mut reply: Reply, name: &'static str, value: &str) -> Reply {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(HeaderName::from_static(name), value);
    }
    reply
}
