//! The canonical request and the string to sign. It knows neither keys nor what a signature is.
//!
//! Source: IAM user guide, "Create a signed AWS API request", steps 1 to 3.

use super::date::SigningDate;
use super::query::{Query, push_encoded};
use super::{ALGORITHM, Scope, SignedRequest, TERMINATOR};
use aws_lc_rs::digest::{SHA256, digest};
use std::fmt::Write as _;

/// The canonical request; `signed_headers` are lower-case names with `;` between them.
pub(crate) fn canonical_request(request: &SignedRequest<'_>, query: &Query, signed_headers: &str) -> Vec<u8> {
    let first_lines = [request.method, &canonical_path(request.path), &query.canonical()];
    let mut canonical = first_lines.join("\n").into_bytes();
    canonical.push(b'\n');
    for name in signed_headers.split(';') {
        canonical.extend_from_slice(name.as_bytes());
        canonical.push(b':');
        // A header that is listed but absent has an empty value: then no honest signature fits.
        canonical.extend(header_value(request, name).unwrap_or_default());
        canonical.push(b'\n');
    }
    let last_lines = ["", signed_headers, &sha256_hex(request.body)];
    canonical.extend_from_slice(last_lines.join("\n").as_bytes());
    canonical
}

/// The string to sign for a canonical request.
pub(crate) fn string_to_sign(date: &SigningDate, scope: &Scope<'_>, canonical_request: &[u8]) -> String {
    let hash = sha256_hex(canonical_request);
    format!("{ALGORITHM}\n{date}\n{}\n{hash}", credential_scope(date, scope))
}

/// `20150830/us-east-1/service/aws4_request`
pub(crate) fn credential_scope(date: &SigningDate, scope: &Scope<'_>) -> String {
    [date.day(), scope.region, scope.service, TERMINATOR].join("/")
}

/// What a header says: each value trimmed, with one space for each run of white space, repeated headers joined by
/// commas in order of arrival.
pub(crate) fn header_value(request: &SignedRequest<'_>, name: &str) -> Option<Vec<u8>> {
    let mut joined: Option<Vec<u8>> = None;
    for (_, value) in request.headers.iter().filter(|(header, _)| *header == name) {
        match &mut joined {
            Some(before) => before.push(b','),
            None => joined = Some(Vec::with_capacity(value.len())),
        }
        push_words(value, joined.get_or_insert_default());
    }
    joined
}

fn push_words(value: &[u8], out: &mut Vec<u8>) {
    let words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    for (index, word) in words.enumerate() {
        if index > 0 {
            out.push(b' ');
        }
        out.extend_from_slice(word);
    }
}

/// The path without dot segments and doubled slashes (one at the end stays), encoded once more than it was.
fn canonical_path(raw: &str) -> String {
    let mut segments = Vec::new();
    for segment in raw.split('/') {
        match segment {
            "" | "." => {}
            ".." => drop(segments.pop()),
            name => segments.push(name),
        }
    }
    let mut path = String::with_capacity(raw.len() + 1);
    for segment in &segments {
        path.push('/');
        segment.bytes().for_each(|byte| push_encoded(byte, &mut path));
    }
    // RFC 3986, section 5.2.4: a dot segment at the end leaves the slash before it. (Not all signers do that.)
    let is_folder = matches!(raw.rsplit('/').next(), Some("" | "." | ".."));
    if segments.is_empty() || is_folder {
        path.push('/');
    }
    path
}

/// The SHA-256 of some bytes, in 64 lower-case hexadecimal digits.
pub(crate) fn sha256_hex(bytes: &[u8]) -> String {
    hex(digest(&SHA256, bytes).as_ref())
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_one_canonical_form() {
        let check = |raw: &str, canonical: &str| assert_eq!(canonical_path(raw), canonical, "{raw}");
        check("", "/");
        check("/", "/");
        check("//a//b//", "/a/b/");
        check("/./a/../b/./c", "/b/c");
        check("/../..", "/");
        check("/a/.", "/a/");
        check("/a/b/..", "/a/");
        check("/a/..b", "/a/..b");
        check("/tags/arn%3Aaws%3aivschat", "/tags/arn%253Aaws%253aivschat");
        check("/%2e%2e/a~b", "/%252e%252e/a~b");
        check("/ሴ d", "/%E1%88%B4%20d");
        check("*", "/%2A");
    }

    #[test]
    fn header_values_are_trimmed_and_joined() {
        let headers: &[(&str, &[u8])] =
            &[("a", b"  x \t  y "), ("b", b"other"), ("a", b"\"1  2\""), ("a", b""), ("c", b" ")];
        let request = SignedRequest { method: "GET", path: "/", query: "", headers, body: b"" };
        assert_eq!(header_value(&request, "a").unwrap(), b"x y,\"1 2\",");
        assert_eq!(header_value(&request, "c").unwrap(), b"");
        assert_eq!(header_value(&request, "d"), None);
    }
}
