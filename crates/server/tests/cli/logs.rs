//! `hubbub logs` over files that the server's own sinks write: what is printed, in which order, and what is said of
//! files that are not whole.

use crate::fake::PATIENCE;
use delivery::{
    DeclarationSources, Destinations, DestinationsFile, LogBatch, LogRecord, Sink, SinkParts, SinkTimeLimits,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use model::{AccountId, Destination, Id, Monotonic, Now, Region, Timestamp};
use serde_json::{Value, json};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use tempfile::TempDir;
use tokio::runtime::Runtime;

const ROOM: &str = "AbCdEfGhIjKl";
const ARN: &str = "arn:aws:ivschat:us-east-1:123456789012:room/AbCdEfGhIjKl";
const OWN: &str = "123456789012";
const FOREIGN: &str = "210987654321";
/// The stream of the room in the group `chat` of its own account.
const STREAM: &str = "123456789012/cloudwatch-logs/chat/aws/IVSChatLogs/1.0/room_AbCdEfGhIjKl.ndjson";

/// A data directory, and what writes logs into it.
struct Site {
    folder: TempDir,
    runtime: Runtime,
}

/// Where a batch goes.
#[derive(Clone, Copy)]
enum To {
    Bucket(&'static str),
    Group(&'static str),
    Stream(&'static str),
}

/// Nothing asks for it but names of rotated files.
fn clock() -> Now {
    Now {
        wall: Timestamp::from_second(1_700_000_000).unwrap(),
        monotonic: Monotonic::from_nanos(1_000_000_000),
    }
}

fn at(second: u32) -> String {
    format!("2026-11-21T16:{:02}:{:02}.500Z", second / 60, second % 60)
}

fn message(second: u32, text: &str) -> (String, String) {
    let payload = json!({
        "Type": "MESSAGE", "Id": format!("id{second}"), "RequestId": "r", "Content": text, "SendTime": at(second),
        "Attributes": { "mood": format!("glad {second}") }, "Sender": { "UserId": "ann", "Attributes": {} },
    });
    record(second, "MESSAGE", &payload)
}

fn event(second: u32) -> (String, String) {
    let payload = json!({
        "Type": "EVENT", "Id": format!("id{second}"), "RequestId": "r", "EventName": "aws:DELETE_MESSAGE",
        "SendTime": at(second), "Attributes": { "MessageID": "id1", "Reason": "rude" },
    });
    record(second, "EVENT", &payload)
}

/// A record's time and its line.
fn record(second: u32, kind: &str, payload: &Value) -> (String, String) {
    let at = at(second);
    let line =
        json!({ "event_timestamp": at, "type": kind, "payload": payload, "version": "1.0" }).to_string();
    (at, line)
}

/// The line of text for `message(second, text)`.
fn said(second: u32, text: &str) -> String {
    format!("2026-11-21 16:{:02}:{:02}.500  ann: {text}\n", second / 60, second % 60)
}

impl Site {
    fn new() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        Self { folder: tempfile::tempdir().unwrap(), runtime }
    }

    fn logs(&self) -> PathBuf {
        self.folder.path().join("logs")
    }

    /// Delivers records as the server does.
    fn deliver(&self, to: To, records: &[(String, String)]) {
        self.deliver_as(to, (OWN, ROOM), records);
    }

    fn deliver_as(&self, to: To, (account, room): (&str, &str), records: &[(String, String)]) {
        let destination = match to {
            To::Bucket(name) => Destination::parse_bucket(name),
            To::Group(name) => Destination::parse_log_group(name),
            To::Stream(name) => Destination::parse_delivery_stream(name),
        };
        let (destination, room) = (destination.unwrap(), Id::parse(room).unwrap());
        let (account, region) = (AccountId::parse(account).unwrap(), Region::parse("us-east-1").unwrap());
        let sources = DeclarationSources { variable: &|_| None, text_of: &|path| fs::read_to_string(path) };
        let file: DestinationsFile = toml::from_str("").unwrap();
        let destinations = Destinations::compile(file, sources, &region, account).unwrap();
        let parts = SinkParts {
            region,
            local_folder: self.logs(),
            time_limits: SinkTimeLimits::default(),
            clock,
            runtime: self.runtime.handle().clone(),
        };
        let record = |(at, line): &(String, String)| LogRecord {
            at: at.parse().unwrap(),
            room,
            line: line.clone().into_bytes().into(),
        };
        let records = records.iter().map(record).collect();
        let mut batch = LogBatch { account, room: Some(room), number: 1, records, rejected: 0 };
        let sink = Sink::open(&destinations.find(account, &destination), &destination, parts);
        self.runtime.block_on(sink.deliver(&mut batch)).unwrap();
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hubbub"));
        command.arg("logs").args(words).arg("--data-dir").arg(self.folder.path());
        command.env_clear().env("TZ", "UTC");
        command
    }

    /// Exit code, output and errors of a command, with the room's ARN.
    fn run(&self, words: &[&str]) -> (Option<i32>, String, String) {
        self.run_in(&[words, &["--room", ARN]].concat())
    }

    fn run_in(&self, words: &[&str]) -> (Option<i32>, String, String) {
        let run = self.command(words).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (run.status.code(), text(run.stdout), text(run.stderr))
    }

    fn prints(&self, words: &[&str], expected: &[String]) {
        assert_eq!(self.run(words), (Some(0), expected.concat(), String::new()), "{words:?}");
    }
}

#[test]
fn records_of_all_destinations_come_in_order_and_once() {
    let site = Site::new();
    let all: Vec<_> = (1..9).map(|n| if n == 4 { event(n) } else { message(n, &format!("m{n}")) }).collect();
    // Two objects of one minute, whose names do not tell which comes first, and whose records mix.
    site.deliver(To::Bucket("my-logs"), &[all[0].clone(), all[4].clone()]);
    site.deliver(To::Bucket("my-logs"), &[all[1].clone(), all[3].clone()]);
    site.deliver(To::Bucket("other"), &all[..3]);
    site.deliver(To::Group("/ivs/../x.ndjson"), &all[5..]);
    // A batch that was delivered again, out of its order.
    site.deliver(To::Group("chat"), &all[4..7]);
    site.deliver(To::Group("chat"), &all[3..5]);
    // None of it is this room's.
    site.deliver(To::Stream("chat"), &[message(30, "in a delivery stream")]);
    site.deliver_as(To::Group("chat"), (OWN, "ZbCdEfGhIjKl"), &[message(31, "another room")]);
    site.deliver_as(To::Bucket("my-logs"), (OWN, "ZbCdEfGhIjKl"), &[message(31, "another room")]);
    site.deliver_as(To::Group("chat"), (FOREIGN, ROOM), &[message(32, "foreign")]);
    site.deliver_as(To::Bucket("foreign"), (FOREIGN, ROOM), &[message(33, "foreign")]);

    let deleted = "2026-11-21 16:00:04.500  * aws:DELETE_MESSAGE MessageID=id1 Reason=rude\n".to_owned();
    let mut expected: Vec<_> = (1..9).map(|n| said(n, &format!("m{n}"))).collect();
    expected[3] = deleted;
    site.prints(&["cat"], &expected);
    site.prints(&["tail", "-n", "3"], &expected[5..]);
    site.prints(&["tail", "-n", "0"], &[]);
    let lines: Vec<_> = all.iter().map(|(_, line)| format!("{line}\n")).collect();
    site.prints(&["cat", "--json"], &lines);

    // The id alone is every account's.
    let (code, out, _) = site.run_in(&["cat", "--room", ROOM]);
    assert_eq!(code, Some(0));
    assert_eq!(out, [&expected[..], &[said(32, "foreign"), said(33, "foreign")]].concat().concat());
    // Objects are of a region, streams are not.
    let elsewhere = ARN.replace("us-east-1", "eu-west-1");
    let (_, out, _) = site.run_in(&["cat", "--room", &elsewhere]);
    assert_eq!(out, expected[3..].concat());
}

#[test]
fn a_time_begins_and_ends_what_is_read() {
    let site = Site::new();
    let texts: Vec<_> = (0..40).map(|n| message(n * 60, &n.to_string())).collect();
    for part in texts.chunks(8) {
        site.deliver(To::Bucket("my-logs"), part);
    }
    let expected: Vec<_> = (0..40).map(|n| said(n * 60, &n.to_string())).collect();
    let (since, until) = ("2026-11-21T16:10:00.500Z", "2026-11-21T17:20:00.500+01:00");
    site.prints(&["cat", "--since", since], &expected[10..]);
    site.prints(&["cat", "--until", until], &expected[..20]);
    site.prints(&["cat", "--since", since, "--until", until], &expected[10..20]);
    site.prints(&["tail", "--until", until], &expected[10..20]);
    site.prints(&["tail", "-n", "100", "--since", since, "--until", until], &expected[10..20]);
    site.prints(&["grep", "^.$", "--since", "36000d"], &expected[..10]);
    let (code, out, err) = site.run(&["cat", "--since", until, "--until", since]);
    assert_eq!((code, &*out), (Some(2), ""));
    assert_eq!(err, "hubbub: --since must be a time before that of --until\n");
}

#[test]
fn grep_finds_words_of_records_and_says_when_there_are_none() {
    let site = Site::new();
    let texts = [message(1, "Free money (really)"), message(2, "hello"), event(3)];
    site.deliver(To::Group("chat"), &texts);
    let [money, hello] = [said(1, "Free money (really)"), said(2, "hello")];
    site.prints(&["grep", "-i", "free (money|gifts)"], std::slice::from_ref(&money));
    site.prints(&["grep", "--fixed", "(really)"], std::slice::from_ref(&money));
    site.prints(&["grep", "glad 2"], std::slice::from_ref(&hello));
    site.prints(&["grep", "^ann$"], &[money, hello]);
    site.prints(&["grep", "aws:DELETE", "--json"], &[format!("{}\n", texts[2].1)]);
    // What only stands in the JSON is not what was said.
    for pattern in ["Content", "free", "RequestId", "^hell$"] {
        let nothing =
            "hubbub: no record of room AbCdEfGhIjKl matches; try -i, or another --since\n".to_owned();
        assert_eq!(site.run(&["grep", pattern]), (Some(1), String::new(), nothing), "{pattern}");
    }
    let (code, _, err) = site.run(&["grep", "("]);
    assert_eq!(code, Some(2));
    assert!(err.starts_with("hubbub: the pattern is no regular expression: ") && err.lines().count() == 1);
}

#[test]
fn nothing_that_a_terminal_would_obey_is_printed() {
    let site = Site::new();
    let hostile = "\u{1b}]52;c;aGk=\u{7}a\r\n2026-11-21 16:00:00.000  root: obey\u{9b}2J\u{202e}";
    let record = message(1, hostile);
    site.deliver(To::Group("chat"), std::slice::from_ref(&record));
    site.prints(&["cat"], &[said(1, "a  2026-11-21 16:00:00.000  root: obey")]);
    site.prints(&["cat", "--json"], &[format!("{}\n", record.1)]);
}

#[test]
fn a_server_that_writes_is_not_waited_for() {
    let site = Site::new();
    site.deliver(To::Group("chat"), &[message(1, "one")]);
    let file = File::open(site.logs().join(STREAM)).unwrap();
    file.lock().unwrap();
    site.prints(&["cat"], &[said(1, "one")]);
}

#[test]
fn rotated_files_come_in_their_order() {
    let site = Site::new();
    let file = site.logs().join(STREAM);
    // Without times that differ only the order of files tells the order.
    let record = |n: u32| {
        let (at, line) = message(1, &n.to_string());
        (at, line.replace("id1", &format!("id{n}")))
    };
    let names = ["20261121T160000Z-2", "20261121T160000Z-10", "20261121T170000Z-0"];
    for (n, name) in names.into_iter().enumerate() {
        site.deliver(To::Group("chat"), &[record(n as u32)]);
        fs::rename(&file, file.with_extension(format!("{name}.ndjson"))).unwrap();
    }
    site.deliver(To::Group("chat"), &[record(3)]);
    site.prints(&["cat"], &(0..4).map(|n| said(1, &n.to_string())).collect::<Vec<_>>());
}

#[test]
fn what_is_not_whole_is_told_once_and_the_rest_is_read() {
    let site = Site::new();
    site.deliver(To::Bucket("my-logs"), &[message(1, "one")]);
    site.deliver(To::Group("chat"), &[message(2, "two")]);
    let stream = site.logs().join(STREAM);
    let (_, torn) = message(3, "three");
    OpenOptions::new().append(true).open(&stream).unwrap().write_all(&torn.as_bytes()[..40]).unwrap();
    let hour = "123456789012/s3/my-logs/AWSLogs/123456789012/IVSChatLogs/1.0/us-east-1/room_AbCdEfGhIjKl/2026/11/21/16";
    let hour = site.logs().join(hour);
    fs::write(hour.join(".x.log.gz.1-0.tmp"), "half").unwrap();
    fs::write(hour.join("readme.txt"), "not ours").unwrap();

    // Nothing that was delivered is missing: that is success.
    let (code, out, err) = site.run(&["cat"]);
    assert_eq!((code, out), (Some(0), said(1, "one") + &said(2, "two")));
    let lines: Vec<_> = err.lines().collect();
    assert_eq!(lines.len(), 2, "{err}");
    assert!(lines[0].contains("room_AbCdEfGhIjKl.ndjson: the last line is not whole"), "{err}");
    assert!(lines[1].contains(".x.log.gz.1-0.tmp: was left out"), "{err}");

    fs::remove_file(hour.join(".x.log.gz.1-0.tmp")).unwrap();
    fs::write(&stream, format!("{}\nno record\n\n{}\n", message(2, "two").1, message(4, "four").1)).unwrap();
    let object = |name: &str, cut: usize| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::none());
        gzip.write_all(format!("{}\n{}\n", message(5, "five").1, message(6, "six").1).as_bytes()).unwrap();
        let bytes = gzip.finish().unwrap();
        fs::write(hour.join(name), &bytes[..bytes.len() - cut]).unwrap();
    };
    object("1_IVSChatLogs_1.0_us-east-1_room_AbCdEfGhIjKl_20261121T1600Z_00000000.log.gz", 100);
    fs::write(hour.join("odd_name.log.gz"), "no gzip").unwrap();
    for words in [&["cat"][..], &["tail", "-n", "4"]] {
        let (code, out, err) = site.run(words);
        let rest = [said(1, "one"), said(2, "two"), said(4, "four"), said(5, "five")];
        assert_eq!((code, out), (Some(1), rest.concat()));
        assert_eq!(err.lines().count(), 4, "{err}");
        for part in [
            "room_AbCdEfGhIjKl.ndjson: a line in it is no record",
            "_20261121T1600Z_00000000.log.gz: is damaged",
            "odd_name.log.gz: is damaged",
            "hubbub: not everything could be read, see above: 3 files or folders; the rest was\n",
        ] {
            assert!(err.contains(part), "{part}: {err}");
        }
    }
}

#[test]
fn where_nothing_is_that_is_said_and_where_was_looked() {
    let site = Site::new();
    let logs = site.logs().display().to_string();
    let (code, _, err) = site.run(&["cat"]);
    assert_eq!(code, Some(1));
    assert!(err.starts_with(&format!("hubbub: cannot read {logs}: No such file")), "{err}");
    assert!(err.contains("--data-dir"), "{err}");
    site.deliver(To::Stream("chat"), &[message(1, "x")]);
    for words in [&["cat"][..], &["tail"], &["grep", "x"]] {
        let (code, out, err) = site.run(words);
        assert_eq!((code, &*out), (Some(1), ""));
        let start = format!("hubbub: there are no local chat logs of room {ROOM} under {logs}; ");
        assert!(err.starts_with(&start) && err.contains("Firehose") && err.lines().count() == 1, "{err}");
    }
}

#[test]
fn whoever_reads_may_go() {
    let site = Site::new();
    // More than a pipe holds.
    let long = "x".repeat(400);
    site.deliver(To::Group("chat"), &(0..3_000).map(|n| message(n, &long)).collect::<Vec<_>>());
    let mut command = site.command(&["cat", "--json", "--room", ROOM]);
    let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(process.stdout.take().unwrap());
    stdout.read_line(&mut String::new()).unwrap();
    drop(stdout);
    let mut errors = String::new();
    process.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
    assert_eq!((process.wait().unwrap().code(), &*errors), (Some(1), ""));
}

/// `tail --follow`, watched.
struct Follow {
    process: Child,
    shown: Receiver<String>,
    told: Receiver<String>,
}

impl Follow {
    fn start(site: &Site, words: &[&str]) -> Self {
        let mut command = site.command(&[&["tail", "-f", "--room", ARN], words].concat());
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (shown, told) = (lines(process.stdout.take().unwrap()), lines(process.stderr.take().unwrap()));
        Self { process, shown, told }
    }

    fn sees(&self, expected: &str) {
        assert_eq!(self.shown.recv_timeout(PATIENCE).unwrap() + "\n", expected);
    }

    /// Ctrl-C.
    fn interrupt(mut self) {
        let id = rustix::process::Pid::from_child(&self.process);
        rustix::process::kill_process(id, rustix::process::Signal::INT).unwrap();
        assert_eq!(self.process.wait().unwrap().code(), Some(0));
        let rest: Vec<_> = self.shown.iter().chain(self.told.iter()).collect();
        assert_eq!(rest, Vec::<String>::new());
    }
}

impl Drop for Follow {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn lines(from: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (line, lines) = channel();
    let reader = BufReader::new(from).lines().map_while(Result::ok);
    std::thread::spawn(move || reader.into_iter().try_for_each(|text| line.send(text)));
    lines
}

fn rotate(file: &Path, stamp: &str) {
    fs::rename(file, file.with_extension(format!("{stamp}.ndjson"))).unwrap();
}

#[test]
fn what_is_added_is_followed_through_rotation_and_to_new_files() {
    let site = Site::new();
    let record = |n: u32| message(n, &n.to_string());
    let seen = |n: u32| said(n, &n.to_string());
    let file = site.logs().join(STREAM);
    let to = To::Group("chat");
    site.deliver(to, &[record(1), record(2), record(3)]);
    let follow = Follow::start(&site, &["-n", "2"]);
    follow.sees(&seen(2));
    follow.sees(&seen(3));
    site.deliver(to, &[record(4)]);
    follow.sees(&seen(4));
    // Between two looks the file may grow, be renamed and grow anew, more than once.
    site.deliver(to, &[record(5)]);
    rotate(&file, "20261121T160000Z-0");
    site.deliver(to, &[record(6)]);
    rotate(&file, "20261121T160000Z-1");
    site.deliver(to, &[record(7)]);
    (5..8).for_each(|n| follow.sees(&seen(n)));
    // A line comes when it is whole.
    let (_, line) = record(8);
    let (start, end) = line.split_at(50);
    let mut stream = OpenOptions::new().append(true).open(&file).unwrap();
    stream.write_all(start.as_bytes()).unwrap();
    site.deliver(To::Group("second"), &[record(9)]);
    follow.sees(&seen(9));
    stream.write_all(format!("{end}\n").as_bytes()).unwrap();
    follow.sees(&seen(8));
    // An object that repeats what came by the stream, and one record that did not; also from another folder.
    site.deliver(To::Bucket("my-logs"), &[record(1), record(8), record(10), record(9)]);
    follow.sees(&seen(10));
    site.deliver_as(to, (FOREIGN, ROOM), &[record(11)]);
    site.deliver(to, &[record(12)]);
    follow.sees(&seen(12));
    follow.interrupt();
}

#[test]
fn a_follower_may_be_there_first() {
    let site = Site::new();
    let follow = Follow::start(&site, &["--json"]);
    let told = follow.told.recv_timeout(PATIENCE).unwrap();
    assert!(told.contains(ROOM) && told.ends_with("; waiting for them"), "{told}");
    let record = message(1, "first");
    site.deliver(To::Group("chat"), std::slice::from_ref(&record));
    follow.sees(&format!("{}\n", record.1));
    follow.interrupt();
}
