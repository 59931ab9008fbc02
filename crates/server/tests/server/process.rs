//! The process: what it prints, the signals it is sent, the code it ends with.

use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

const ANY_PORT: &str = "127.0.0.1:0";

struct Process {
    child: Child,
    /// Up to the line that says where it listens.
    printed: String,
    address: String,
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has ended already, unless a test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn serve(data: &Path, address: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hubbub"));
    command.args(["serve", "--listen", address, "--data-dir"]).arg(data);
    command.env_clear().current_dir(data).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Process {
    fn start(data: &Path) -> Self {
        let child = serve(data, ANY_PORT).spawn().unwrap();
        let mut process = Self { child, printed: String::new(), address: String::new() };
        let mut stdout = BufReader::new(process.child.stdout.take().unwrap());
        while process.address.is_empty() {
            let mut line = String::new();
            assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "{}", process.printed);
            let address = line.strip_prefix("listening on http://").unwrap_or_default();
            process.address = address.trim_end().to_owned();
            process.printed += &line;
        }
        process
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Waits until the log says `words`.
    fn logs(&mut self, words: &str) {
        let stderr = BufReader::new(self.child.stderr.as_mut().unwrap());
        assert!(stderr.lines().map_while(Result::ok).any(|line| line.contains(words)), "{words}");
    }

    fn ends(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }

    /// A request that is under way: the server has its head, and waits for the two bytes of its body.
    fn ask(&self) -> TcpStream {
        let mut socket = TcpStream::connect(&self.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let head =
            "POST /CreateRoom HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
        socket.write_all(head.as_bytes()).unwrap();
        let mut answer = [0; 25];
        socket.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 100 Continue\r\n\r\n");
        socket
    }
}

#[test]
fn the_first_start_shows_the_root_key_and_no_other_does() {
    let data = tempfile::tempdir().unwrap();
    let first = Process::start(data.path());
    let file = data.path().join("root-credentials");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    let kept = std::fs::read_to_string(&file).unwrap();
    let secret = kept.lines().find_map(|line| line.strip_prefix("aws_secret_access_key = ")).unwrap();
    assert_eq!(secret.len(), 40);
    for words in [secret, "AWS_SHARED_CREDENTIALS_FILE=", "aws ivschat", "hubbub chat --room"] {
        assert_eq!(first.printed.matches(words).count(), 1, "{words}\n{}", first.printed);
    }
    first.signal(Signal::TERM);
    assert_eq!(first.ends(), Some(0));

    let second = Process::start(data.path());
    assert_eq!(second.printed.lines().count(), 1, "{}", second.printed);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), kept);
    second.signal(Signal::INT);
    assert_eq!(second.ends(), Some(0));
}

#[test]
fn what_is_under_way_is_answered_before_the_end() {
    let data = tempfile::tempdir().unwrap();
    let mut process = Process::start(data.path());
    let mut asked = process.ask();
    process.signal(Signal::TERM);
    process.logs("letting go of the viewers");
    // The door closes at any moment now. If it did not, the process would end first, and the answer would be missing.
    while TcpStream::connect(&process.address).is_ok() {}
    asked.write_all(b"{}").unwrap();
    let mut answer = String::new();
    asked.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    assert_eq!(process.ends(), Some(0));
}

#[test]
fn a_second_signal_ends_it_at_once() {
    let data = tempfile::tempdir().unwrap();
    let mut process = Process::start(data.path());
    let _asked = process.ask();
    process.signal(Signal::TERM);
    process.logs("letting go of the viewers");
    process.signal(Signal::TERM);
    assert_eq!(process.ends(), Some(1));
}

#[test]
fn a_start_that_fails_is_one_sentence_and_code_1() {
    let data = tempfile::tempdir().unwrap();
    let process = Process::start(data.path());
    let other = tempfile::tempdir().unwrap();
    for (folder, address) in [(other.path(), process.address.as_str()), (data.path(), ANY_PORT)] {
        let run = serve(folder, address).output().unwrap();
        let text = String::from_utf8(run.stderr).unwrap();
        assert_eq!((run.status.code(), text.lines().count()), (Some(1), 1), "{text}");
    }
    process.signal(Signal::TERM);
    assert_eq!(process.ends(), Some(0));
}
