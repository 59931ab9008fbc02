//! The client commands of the real binary against a server of a few lines: what they send, what they print, and that
//! `chat` comes back after a drop. The real server is met in `terminals` and `bench`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, in its helpers too"
)]

mod access;
mod bench;
mod fake;
mod folder;
mod logs;
mod server;
mod set_ups;
mod terminals;

use fake::{FakeServer, PATIENCE, check_signature};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

fn hubbub(endpoint: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hubbub"));
    command
        .args(arguments)
        .env_clear()
        .env("HUBBUB_ENDPOINT", endpoint)
        .env("AWS_ACCESS_KEY_ID", fake::KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", fake::SECRET)
        .env("TZ", "UTC");
    command
}

fn output(endpoint: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    let run = hubbub(endpoint, arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (run.status.code(), text(run.stdout), text(run.stderr))
}

#[test]
fn create_list_token_and_refusals() {
    let server = FakeServer::start();
    let (code, out, _) = output(&server.endpoint(), &["room", "create", "--name", "n", "--tag", "a=b"]);
    assert_eq!((code, &*out), (Some(0), "arn:aws:ivschat:us-east-1:123456789012:room/AbCdEfGhIjKl\n"));
    let request = server.next_request();
    assert_eq!((&*request.path, &*request.body), ("/CreateRoom", r#"{"name":"n","tags":{"a":"b"}}"#));
    check_signature(&request);

    let (_, out, _) = output(&server.endpoint(), &["room", "list"]);
    assert_eq!(
        out.lines().map(|line| line.split_whitespace().next().unwrap()).collect::<Vec<_>>(),
        ["NAME", "n", "m"]
    );
    assert!(!server.next_request().body.contains("nextToken"));
    assert!(server.next_request().body.contains(r#""nextToken":"page2""#));

    let (_, out, _) = output(&server.endpoint(), &["token", "--room", "arn:aws:x", "--user", "u"]);
    assert_eq!(out, "token-1\n");

    let (code, out, err) = output(&server.endpoint(), &["room", "delete", "arn:none"]);
    assert_eq!((code, &*out), (Some(1), ""));
    assert_eq!(err, "hubbub: the server refuses DeleteRoom: not there (ResourceNotFoundException)\n");
}

#[test]
fn nobody_there_is_one_sentence() {
    // Port 0 is nobody's, ever.
    let (code, _, err) = output("http://127.0.0.1:0", &["room", "list"]);
    assert_eq!(code, Some(1));
    assert!(err.starts_with("hubbub: cannot reach the server at http://127.0.0.1:0/: "), "{err}");
    assert_eq!(err.lines().count(), 1, "{err}");
}

struct Chat {
    process: Child,
    screen: Receiver<String>,
}

impl Chat {
    fn start(server: &FakeServer) -> Self {
        Self::run(hubbub(&server.endpoint(), &["chat", "--room", "n", "--user", "ann"]))
    }

    fn run(mut command: Command) -> Self {
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let stdout = BufReader::new(process.stdout.take().unwrap());
        let (line, screen) = channel();
        std::thread::spawn(move || stdout.lines().map_while(Result::ok).try_for_each(|text| line.send(text)));
        Self { process, screen }
    }

    fn types(&mut self, line: &str) {
        writeln!(self.process.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// The next line of the screen, without its time.
    fn sees(&mut self) -> String {
        let line = self.screen.recv_timeout(PATIENCE).unwrap();
        line.split_once(' ').unwrap().1.to_owned()
    }

    /// The exit code, after the screen's last line.
    fn ends(&mut self) -> Option<i32> {
        assert!(self.screen.recv_timeout(PATIENCE).is_err(), "nothing more is shown");
        self.process.wait().unwrap().code()
    }
}

impl Drop for Chat {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_chat_comes_back_after_a_drop_and_ends_with_a_close() {
    let server = FakeServer::start();
    let mut chat = Chat::start(&server);
    let mut first = server.next_chat();
    assert_eq!(first.token, "token-1");
    assert!(chat.sees().starts_with("* connected to n as ann"));
    chat.types("hi");
    first.echoes("hi");
    assert_eq!(chat.sees(), "ann: hi");
    drop(first);
    assert!(chat.sees().starts_with("* the connection was lost"));

    let mut second = server.next_chat();
    assert_eq!(second.token, "token-2");
    assert!(chat.sees().starts_with("* connected"));
    chat.types("again");
    second.echoes("again");
    assert_eq!(chat.sees(), "ann: again");
    second.closes("rude");
    assert_eq!(chat.sees(), "* the server ended the chat: rude");
    assert_eq!(chat.ends(), Some(0));
}

#[test]
fn the_end_of_input_leaves_properly_after_the_last_answer() {
    let server = FakeServer::start();
    let mut chat = Chat::start(&server);
    let mut connection = server.next_chat();
    chat.types("bye");
    drop(chat.process.stdin.take());
    connection.echoes("bye");
    assert_eq!(connection.sees_close(), Some(1000));
    chat.sees();
    assert_eq!(chat.sees(), "ann: bye");
    assert_eq!(chat.ends(), Some(0));
}

#[test]
fn an_expired_session_comes_back_with_a_new_token() {
    let server = FakeServer::start();
    let mut chat = Chat::start(&server);
    let mut first = server.next_chat();
    first
        .says(r#"{"Type":"ERROR","Id":"x","RequestId":"","ErrorCode":401,"ErrorMessage":"Session expired"}"#);
    first.closes("{}");
    chat.sees();
    assert_eq!(chat.sees(), "! 401 Session expired");
    assert!(chat.sees().starts_with("* the session is over"));
    let second = server.next_chat();
    assert_eq!(second.token, "token-2");
    assert!(chat.sees().starts_with("* connected"));
}
