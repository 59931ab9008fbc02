//! Percent-encoding, read exactly once, as paths and queries carry it (RFC 3986 §2.1). A `+` is a plus.

use model::Violation;

/// Decodes a path segment, a key or a value.
///
/// # Errors
/// [`Violation::Rule`] when a `%` is not followed by two hexadecimal digits, or the bytes are not UTF-8.
pub(crate) fn decode(encoded: &str) -> Result<String, Violation> {
    const RULE: Violation = Violation::Rule("Member must be percent-encoded UTF-8");
    let mut decoded = Vec::with_capacity(encoded.len());
    let mut rest = encoded.as_bytes().iter();
    while let Some(byte) = rest.next() {
        let byte = match byte {
            b'%' => hex(rest.next()).zip(hex(rest.next())).map(|(high, low)| high * 16 + low).ok_or(RULE)?,
            byte => *byte,
        };
        decoded.push(byte);
    }
    String::from_utf8(decoded).map_err(|_| RULE)
}

fn hex(digit: Option<&u8>) -> Option<u8> {
    char::from(*digit?).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

/// The values that a query string gives for `key`, in order; a key without `=` has the empty value.
///
/// # Errors
/// As [`decode`].
pub(crate) fn query_values(query: &str, key: &str) -> Result<Vec<String>, Violation> {
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut values = Vec::new();
    for (name, value) in pairs {
        if decode(name)? == key {
            values.push(decode(value)?);
        }
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_encoded_is_decoded_once() {
        assert_eq!(decode("a%2Fb%252F+%c3%A9~").unwrap(), "a/b%2F+é~");
        for wrong in ["%", "%4", "%zz", "a%+1", "%ff", "%c3"] {
            assert!(decode(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_query_gives_a_key_s_values_in_order() {
        let values = |query| query_values(query, "tagKeys").unwrap();
        assert_eq!(
            values("tagKeys=b&x=1&tagKeys=a%20b&tagKeys=b&tag%4Beys=c+d&tagKeys"),
            ["b", "a b", "b", "c+d", ""]
        );
        assert_eq!(values(""), Vec::<String>::new());
        assert_eq!(values("tagKeys=a=b"), ["a=b"]);
        assert!(query_values("tagKeys=%zz", "tagKeys").is_err());
    }
}
