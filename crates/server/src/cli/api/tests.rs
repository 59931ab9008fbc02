//! What is sent and what is made of the answers, without a server.

use super::*;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

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

#[test]
fn pauses_double_to_their_bound_and_are_cut_by_chance() {
    let ms = |attempt, random| pause(PAUSE_FIRST, attempt, random).as_millis();
    assert_eq!(
        [ms(1, 1.0), ms(2, 1.0), ms(5, 1.0), ms(6, 1.0), ms(99, 1.0)],
        [1000, 2000, 16_000, 20_000, 20_000]
    );
    assert_eq!([ms(1, 0.0), ms(2, 0.25)], [0, 500]);
}

/// A server that gives these answers, one a connection, then closes; and how often it was asked.
fn answering(answers: Vec<(u16, &'static str)>) -> (Url, std::thread::JoinHandle<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = url(&format!("http://{}", listener.local_addr().unwrap()));
    let asked = std::thread::spawn(move || {
        let mut asked = 0;
        for (status, body) in answers {
            let mut stream = BufReader::new(listener.accept().unwrap().0);
            let mut line = String::new();
            // The body, of two bytes, may stay unread: the head is enough to answer.
            while stream.read_line(&mut line).unwrap() > 2 {
                line.clear();
            }
            let head =
                format!("HTTP/1.1 {status} -\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
            stream.fill_buf().unwrap();
            stream.get_mut().write_all(format!("{head}{body}").as_bytes()).unwrap();
            asked += 1;
        }
        asked
    });
    (endpoint, asked)
}

#[tokio::test]
async fn a_call_that_came_too_often_is_made_again_and_no_other() {
    const THROTTLED: (u16, &str) = (429, r#"{"__type":"ThrottlingException","message":"slow down"}"#);
    const BROKEN: (u16, &str) = (500, r#"{"__type":"InternalServerException"}"#);
    const DONE: (u16, &str) = (200, r#"{"rooms":[]}"#);
    let check = async |answers: Vec<(u16, &'static str)>, expected: Result<Value, u16>| {
        let count = answers.len();
        let (endpoint, asked) = answering(answers);
        let credentials = Credentials {
            access_key_id: "A".to_owned(),
            secret: auth::SecretKey::parse("a-secret").unwrap(),
            session_token: None,
            source: String::new(),
        };
        let mut api = Api::new(endpoint, "us-east-1".to_owned(), credentials).unwrap();
        api.pause_first = Duration::from_micros(1);
        let answer = api.call("ListRooms", &json!({})).await;
        let answer = answer.map_err(|error| match error {
            CliError::Refused(refusal) => refusal.status,
            other => panic!("{other}"),
        });
        assert_eq!((answer, asked.join().unwrap()), (expected, count));
    };
    check(vec![DONE], Ok(json!({ "rooms": [] }))).await;
    check(vec![THROTTLED, THROTTLED, DONE], Ok(json!({ "rooms": [] }))).await;
    check(vec![BROKEN], Err(500)).await;
    check(vec![THROTTLED, BROKEN], Err(500)).await;
    check(vec![THROTTLED; 10], Err(429)).await;
}
