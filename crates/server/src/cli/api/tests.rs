//! What is sent and what is made of the answers, without a server.

use super::*;

fn url(text: &str) -> Url {
    Url::parse(text).unwrap()
}

#[test]
fn the_host_that_is_signed_is_the_one_on_the_wire() {
    for (endpoint, host) in [
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://a.example:80", "a.example"),
        ("https://a.example:443/x", "a.example"),
        ("https://a.example:80", "a.example:80"),
        ("http://[::1]:9", "[::1]:9"),
    ] {
        assert_eq!(host_header(&url(endpoint)), host);
    }
}

#[test]
fn this_machine_is_asked_without_a_proxy() {
    for (endpoint, expected) in [
        ("http://127.0.0.1:8080", true),
        ("http://127.1.2.3", true),
        ("http://localhost:1", true),
        ("http://[::1]:9", true),
        ("http://10.0.0.1", false),
        ("http://localhost.example.com", false),
    ] {
        assert_eq!(is_this_machine(&url(endpoint)), expected, "{endpoint}");
    }
}

#[test]
fn errors() {
    let check = |header: Option<&str>, body: &str, kind: &str, message: &str| {
        assert_eq!(read_error(header, body.as_bytes()), (kind.to_owned(), message.to_owned()), "{body}");
    };
    check(Some("ConflictException"), r#"{"message":"no."}"#, "ConflictException", "no");
    check(Some("A:http://b"), r#"{"Message":"no"}"#, "A", "no");
    check(None, r#"{"__type":"com.amazon#A","message":"no"}"#, "A", "no");
    check(
        None,
        r#"{"__type":"V","message":"bad","fieldList":[{"name":"f","message":"long."},{"name":"g","message":"bad"}]}"#,
        "V",
        "bad; f: long",
    );
    check(None, "<html>", "", "");
    check(None, "[1]", "", "");
}

#[test]
fn a_refusal_is_one_sentence() {
    let check = |kind: &str, message: &str, status, expected: &str| {
        let refusal = Refusal {
            operation: "CreateRoom",
            status,
            kind: kind.to_owned(),
            message: message.to_owned(),
            key_source: (status == 403).then(|| "x/root-credentials".to_owned()),
        };
        assert_eq!(refusal.to_string(), expected);
    };
    check("", "", 502, "the server refuses CreateRoom: HTTP status 502");
    check("", "no", 401, "the server refuses CreateRoom: no (HTTP status 401)");
    check("K", "no", 400, "the server refuses CreateRoom: no (K)");
    check("K", "", 403, "the server refuses CreateRoom: K; the access key came from x/root-credentials");
}

#[test]
fn a_name_means_exactly_one_room() {
    let room =
        |arn: &str| RoomSummary { arn: arn.to_owned(), name: String::new(), update_time: String::new() };
    let found = |arns: &[&str]| {
        only_room("n", arns.iter().map(|arn| room(arn)).collect()).map_err(|error| error.to_string())
    };
    assert_eq!(found(&["a"]), Ok("a".to_owned()));
    assert!(found(&[]).unwrap_err().contains("no room named \"n\""));
    assert!(found(&["a", "b"]).unwrap_err().ends_with("a, b"));
}
