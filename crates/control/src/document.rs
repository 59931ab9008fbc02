//! The JSON of a request's body: is it one object, of bounded depth? Knows no operation.
//!
//! Source: the restJson1 protocol and its malformed-request tests; what is not well-formed is a
//! `SerializationException`.

use crate::OperationError;
use serde_json::{Map, Value};

/// How deep a body may nest: far more than any request's shape, far less than the stack.
pub(crate) const MAX_DEPTH: usize = 64;

/// The members of a structure.
pub(crate) type Members = Map<String, Value>;

/// Reads a body; no body is a structure without members. Of a repeated member the last one counts.
pub(crate) fn parse(body: &[u8]) -> Result<Members, OperationError> {
    if body.is_empty() {
        return Ok(Members::new());
    }
    let text = std::str::from_utf8(body).map_err(|_| malformed("The request body is not UTF-8"))?;
    if nests_too_deep(body) {
        return Err(malformed("The request body nests too deep"));
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(malformed("The request body is not a JSON object")),
        Err(_) => Err(malformed("The request body is not JSON")),
    }
}

fn malformed(message: &str) -> OperationError {
    OperationError::Serialization(message.into())
}

/// Counts brackets outside of strings. What is not JSON may be counted wrongly; it is refused by the parser anyway,
/// which by then cannot go deeper than counted here.
fn nests_too_deep(body: &[u8]) -> bool {
    let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => in_string = !in_string,
            b'[' | b'{' if !in_string => depth += 1,
            b']' | b'}' if !in_string => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(body: &[u8]) -> String {
        parse(body).unwrap_err().to_string()
    }

    #[test]
    fn an_object_is_read_and_the_last_of_two_members_counts() {
        assert!(parse(b"").unwrap().is_empty());
        let members = parse(br#" {"a":1,"b":null,"a":{"x":[2]}} "#).unwrap();
        assert_eq!(members.get("a"), Some(&serde_json::json!({"x": [2]})));
        assert_eq!(members.len(), 2);
    }

    #[test]
    fn what_is_not_json_is_refused() {
        for body in [
            "{",
            "}",
            "{} {}",
            "{}x",
            "{'a':1}",
            "{\"a\":1,}",
            "{\"a\":01}",
            "{\"a\":1e400}",
            "{\"a\":NaN}",
            "{\"a\":\"\t\"}",
            "{\"a\":\"\\ud800\"}",
            "{/**/}",
            "\u{c}{}",
            "\u{feff}{}",
            " ",
            "{\"a\"}",
            "{a:1}",
        ] {
            assert_eq!(refusal(body.as_bytes()), "The request body is not JSON", "{body:?}");
        }
        for body in ["[]", "null", "10", "\"{}\"", "true"] {
            assert_eq!(refusal(body.as_bytes()), "The request body is not a JSON object", "{body:?}");
        }
        assert_eq!(refusal(b"{\"a\":\"\xff\"}"), "The request body is not UTF-8");
    }

    #[test]
    fn depth_is_bounded_before_parsing() {
        let nested = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1));
        assert!(parse(nested(MAX_DEPTH).as_bytes()).is_ok());
        assert_eq!(refusal(nested(MAX_DEPTH + 1).as_bytes()), "The request body nests too deep");
        assert_eq!(refusal("[".repeat(1_000_000).as_bytes()), "The request body nests too deep");
        assert!(parse(format!("{{\"a\":\"\\\"{}\"}}", "[".repeat(100)).as_bytes()).is_ok());
    }
}
