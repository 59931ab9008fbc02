//! `hubbub access` against the server of a few lines: what is on the wire, and what is printed.

use crate::fake::{FakeServer, Request, check_signature};
use crate::{hubbub, output};
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::Stdio;

/// What the fake server answers to the admin API.
pub(crate) fn answer(request: &Request) -> (u16, String) {
    let user =
        |name: &str| json!({ "userName": name, "arn": format!("arn:aws:iam::1:user/{name}\u{1b}[2J") });
    let answer = match request.path.trim_start_matches("/admin/") {
        "CreateUser" => json!({ "user": user("ann") }),
        "ListUsers" if request.body.contains("page2") => json!({ "users": [user("bob")] }),
        "ListUsers" => json!({ "users": [user("ann")], "nextToken": "page2" }),
        "CreateAccessKey" => json!({ "accessKey": { "accessKeyId": "AKIA1" }, "secretAccessKey": "s/e+c" }),
        "AssumeUser" => json!({
            "accessKeyId": "ASIA1", "secretAccessKey": "s", "sessionToken": "t", "expiration": "2026-01-02T03:04:05Z",
        }),
        "ExplainAccess" => json!({ "decision": "ImplicitlyDenied", "reason": "nothing allows it" }),
        "CreatePolicy" => json!({ "policy": { "policyName": "P", "arn": "arn:p" } }),
        "DeletePolicy" => json!({}),
        "DeleteUser" => {
            let error = json!({ "__type": "AccessDeniedException", "message": "User: x may not\u{1b}[2J." });
            return (403, error.to_string());
        }
        _ => json!(null),
    };
    (200, answer.to_string())
}

/// Runs the command, whose one request must be this, signed; gives exit code, output and errors.
fn check(words: &[&str], operation: &str, input: &Value) -> (Option<i32>, String, String) {
    let server = FakeServer::start();
    let printed = output(&server.endpoint(), &[&["access"], words].concat());
    let request = server.next_request();
    check_signature(&request);
    assert_eq!(request.path, format!("/admin/{operation}"));
    assert_eq!(serde_json::from_str::<Value>(&request.body).unwrap(), *input);
    printed
}

fn prints(words: &[&str], operation: &str, input: &Value, out: &str) {
    let printed = check(words, operation, input);
    assert_eq!(printed, (Some(0), out.to_owned(), String::new()), "{words:?}");
}

#[test]
fn requests_go_to_the_admin_api_and_answers_are_printed() {
    prints(
        &["user", "create", "ann", "--policy", "P", "--account", "210987654321"],
        "CreateUser",
        &json!({ "accountId": "210987654321", "userName": "ann", "policies": ["P"] }),
        "arn:aws:iam::1:user/ann\n",
    );
    let ann = json!({ "userName": "ann" });
    prints(
        &["key", "create", "--user", "ann"],
        "CreateAccessKey",
        &ann,
        "[default]\naws_access_key_id = AKIA1\naws_secret_access_key = s/e+c\n",
    );
    prints(
        &["assume", "--user", "ann", "--duration", "15m"],
        "AssumeUser",
        &json!({ "userName": "ann", "durationSeconds": 900 }),
        "export AWS_ACCESS_KEY_ID=ASIA1\nexport AWS_SECRET_ACCESS_KEY=s\nexport AWS_SESSION_TOKEN=t\n\
         # expires 2026-01-02T03:04:05Z\n",
    );
    prints(&["policy", "delete", "P"], "DeletePolicy", &json!({ "policyName": "P" }), "");
    prints(&["policy", "delete", "P", "--json"], "DeletePolicy", &json!({ "policyName": "P" }), "{}\n");
    let (code, out, err) = check(&["user", "show", "ann"], "GetUser", &ann);
    assert_eq!((code, &*out), (Some(1), ""));
    assert!(err.contains("does not answer as a chat server: GetUser: "), "{err}");
}

#[test]
fn the_whole_answer_is_json_and_harmless() {
    let (code, out, _) =
        check(&["--json", "user", "create", "ann"], "CreateUser", &json!({ "userName": "ann" }));
    assert!(code == Some(0) && !out.contains('\u{1b}'), "{out}");
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["user"]["arn"], "arn:aws:iam::1:user/ann\u{1b}[2J");
}

#[test]
fn a_denial_is_an_answer_and_a_refusal_an_error() {
    let (code, out, _) = check(
        &["explain", "--user", "ann", "--action", "ivschat:GetRoom", "--resource", "*", "--context", "a=b"],
        "ExplainAccess",
        &json!({ "userName": "ann", "action": "ivschat:GetRoom", "resource": "*", "context": { "a": "b" } }),
    );
    assert_eq!((code, out.lines().next()), (Some(0), Some("ImplicitlyDenied: nothing allows it")));
    let printed = check(&["user", "delete", "ann"], "DeleteUser", &json!({ "userName": "ann" }));
    let said = "hubbub: the server refuses DeleteUser: User: x may not (AccessDeniedException); the access key \
                came from the environment (AWS_ACCESS_KEY_ID)\n";
    assert_eq!(printed, (Some(1), String::new(), said.to_owned()));
}

#[test]
fn a_listing_is_followed_to_its_end() {
    let server = FakeServer::start();
    let (code, out, _) = output(&server.endpoint(), &["access", "user", "list"]);
    let names: Vec<_> = out.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!((code, names), (Some(0), vec!["NAME", "ann", "bob"]));
    let bodies = [server.next_request(), server.next_request()].map(|request| request.body);
    assert_eq!(bodies, [r#"{"maxResults":100}"#, r#"{"maxResults":100,"nextToken":"page2"}"#]);
    let (_, out, _) = output(&server.endpoint(), &["access", "user", "list", "--json"]);
    let all: Value = serde_json::from_str(&out).unwrap();
    assert!(all["users"].as_array().is_some_and(|users| users.len() == 2) && all.get("nextToken").is_none());
}

#[test]
fn a_document_comes_from_standard_input() {
    let server = FakeServer::start();
    let mut command = hubbub(&server.endpoint(), &["access", "policy", "create", "P", "-"]);
    let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    process.stdin.take().unwrap().write_all(b"{}\n").unwrap();
    assert_eq!(process.wait_with_output().unwrap().stdout, b"arn:p\n");
    assert_eq!(server.next_request().body, r#"{"document":"{}\n","policyName":"P"}"#);
}

#[test]
fn a_named_server_that_is_not_there_is_not_replaced_by_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    // Port 0 is nobody's, ever.
    let data_dir = folder.path().to_str().unwrap();
    let (code, out, err) = output("http://127.0.0.1:0", &["access", "user", "list", "--data-dir", data_dir]);
    assert_eq!((code, &*out), (Some(1), ""));
    assert!(err.starts_with("hubbub: cannot reach the server at http://127.0.0.1:0/: "), "{err}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made in it");
}
