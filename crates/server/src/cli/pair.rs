//! `key=value`, as tags and attributes are given on the command line.

/// Parses `key=value`; the value may be empty and may hold further `=`.
pub(super) fn parse(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("expected KEY=VALUE".to_owned()),
    }
}

/// The pairs as a JSON object; of a repeated key the last one holds.
pub(super) fn object(pairs: &[(String, String)]) -> serde_json::Value {
    pairs.iter().map(|(key, value)| (key.clone(), serde_json::Value::from(value.as_str()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs() {
        let check = |text: &str, expected: Option<(&str, &str)>| {
            let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
            assert_eq!(parse(text).ok(), expected, "{text}");
        };
        check("a=b", Some(("a", "b")));
        check("a=", Some(("a", "")));
        check("a=b=c", Some(("a", "b=c")));
        check("é x=y", Some(("é x", "y")));
        check("=b", None);
        check("ab", None);
        check("", None);
    }
}
