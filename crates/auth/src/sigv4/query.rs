//! A query string: its parameters, decoded, and its canonical form. It knows no signature but by the name of the
//! parameter that carries it.

pub(crate) const SIGNATURE: &str = "X-Amz-Signature";

/// The parameters in order of arrival, percent-decoded.
pub(crate) struct Query(Vec<(Vec<u8>, Vec<u8>)>);

impl Query {
    /// Splits at `&`, then at the first `=`. A `+` stays a plus; an empty piece between two `&` is no parameter.
    pub(crate) fn parse(raw: &str) -> Self {
        let pairs = raw.split('&').filter(|piece| !piece.is_empty()).map(|piece| {
            let (key, value) = piece.split_once('=').unwrap_or((piece, ""));
            (decode(key), decode(value))
        });
        Self(pairs.collect())
    }

    /// The value of the first parameter of this name.
    pub(crate) fn first(&self, name: &str) -> Option<String> {
        let (_, value) = self.0.iter().find(|(key, _)| key == name.as_bytes())?;
        Some(String::from_utf8_lossy(value).into_owned())
    }

    /// This query without the parameter that holds the signature. Only the first one does: another would be
    /// something that nobody signed.
    pub(crate) fn without_signature(mut self) -> Self {
        if let Some(index) = self.0.iter().position(|(key, _)| key == SIGNATURE.as_bytes()) {
            self.0.remove(index);
        }
        self
    }

    /// Adds a parameter.
    pub(crate) fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.into(), value.into()));
    }

    /// Encoded again, sorted by encoded key and then by encoded value, joined.
    pub(crate) fn canonical(&self) -> String {
        let mut pairs: Vec<(String, String)> =
            self.0.iter().map(|(key, value)| (encode(key), encode(value))).collect();
        pairs.sort_unstable();
        let pairs: Vec<String> = pairs.into_iter().map(|(key, value)| format!("{key}={value}")).collect();
        pairs.join("&")
    }
}

/// Percent-encodes all but the unreserved characters of RFC 3986, section 2.3.
fn encode(bytes: &[u8]) -> String {
    let mut encoded = String::with_capacity(bytes.len());
    bytes.iter().for_each(|byte| push_encoded(*byte, &mut encoded));
    encoded
}

/// Writes a byte as itself if it is unreserved, otherwise as `%` and two upper-case digits.
pub(crate) fn push_encoded(byte: u8, out: &mut String) {
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        out.push(char::from(byte));
        return;
    }
    let digit = |value: u8| char::from_digit(value.into(), 16).unwrap_or('0').to_ascii_uppercase();
    out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
}

/// Percent-decodes; a `%` that two digits do not follow stays as it is.
fn decode(text: &str) -> Vec<u8> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match rest {
            [b'%', high, low, ..] => digit_value(*high).zip(digit_value(*low)),
            _ => None,
        };
        decoded.push(escaped.map_or(*first, |(high, low)| high << 4 | low));
        rest = if escaped.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    decoded
}

fn digit_value(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_has_one_canonical_form() {
        let check = |raw: &str, canonical: &str| {
            assert_eq!(Query::parse(raw).canonical(), canonical, "{raw}");
        };
        check("", "");
        check("b&a", "a=&b=");
        check("b=1&a=2&B=3&a=1", "B=3&a=1&a=2&b=1");
        check("tagKeys=a&tagKeys=b", "tagKeys=a&tagKeys=b");
        check("a=1=2", "a=1%3D2");
        check("a=x+y%20z", "a=x%2By%20z");
        check("a=%e1%88%b4&ሴ=1", "%E1%88%B4=1&a=%E1%88%B4");
        check("a=%7e%41-._", "a=~A-._");
        check("a=%&b=%4&c=%zz", "a=%25&b=%254&c=%25zz");
        check("&&a=1&&", "a=1");
        // Sorted as encoded: `%` comes before every letter and digit.
        check("a=0&a=%2F", "a=%2F&a=0");
    }

    #[test]
    fn only_the_first_signature_is_left_out() {
        let query = Query::parse("X-Amz-Signature=1&X-Amz-%53ignature=2&a=3");
        assert_eq!(query.first(SIGNATURE).as_deref(), Some("1"));
        assert_eq!(query.without_signature().canonical(), "X-Amz-Signature=2&a=3");
    }
}
