//! `bench` of the real binary, with small crowds: that what is sent arrives and is reported, and that nothing stays
//! behind. How fast a server is, is not tested here.

use crate::server::Server;
use rustix::io::Errno;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A folder for results and one for what the command itself leaves in the system's folder for such things.
struct Bench {
    results: TempDir,
    temporary: TempDir,
}

/// What a command said.
struct Said {
    code: Option<i32>,
    stdout: String,
    stderr: String,
}

impl Bench {
    fn new() -> Self {
        Self { results: tempfile::tempdir().unwrap(), temporary: tempfile::tempdir().unwrap() }
    }

    /// In an environment that would disturb a server.
    fn command(&self, line: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hubbub"));
        command
            .arg("bench")
            .args(line.split(' '))
            .env_clear()
            .env("TMPDIR", self.temporary.path())
            .env("HUBBUB_LISTEN", "nowhere")
            .env("HUBBUB_QUOTA", "misspelt")
            .env("HUBBUB_ENDPOINT", "http://127.0.0.1:0")
            .current_dir(self.results.path());
        command
    }

    fn run(&self, line: &str) -> Said {
        let run = self.command(line).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { code: run.status.code(), stdout: text(run.stdout), stderr: text(run.stderr) }
    }

    /// Runs a scenario that must go well, and gives what its JSON file holds.
    fn measure(&self, line: &str) -> (Value, Said) {
        let said = self.run(&format!("{line} --json result.json"));
        assert_eq!(said.code, Some(0), "{}\n{}", said.stdout, said.stderr);
        let json = std::fs::read_to_string(self.results.path().join("result.json")).unwrap();
        let report: Value = serde_json::from_str(&json).unwrap();
        let process =
            Pid::from_raw(report["server"]["process_id"].as_i64().unwrap().try_into().unwrap()).unwrap();
        assert_eq!(test_kill_process(process), Err(Errno::SRCH), "its server is gone");
        self.check_nothing_stays();
        assert_eq!(report["connects"]["failed"], 0, "{}", said.stdout);
        assert_eq!(report["connects"]["closed_by_server"], 0, "{}", said.stdout);
        (report, said)
    }

    fn check_nothing_stays(&self) {
        assert_eq!(std::fs::read_dir(self.temporary.path()).unwrap().count(), 0);
    }
}

/// Every message that was sent has arrived everywhere, once.
fn check_group(group: &Value, sent: u64, delivered: u64) {
    for (name, expected) in [
        ("sent", sent),
        ("refused", 0),
        ("delivered", delivered),
        ("expected", delivered),
        ("lost", 0),
        ("doubled", 0),
    ] {
        assert_eq!(group[name], expected, "{name}: {group}");
    }
    assert!(group["latency"]["p50_us"].as_u64().unwrap() > 0, "{group}");
}

#[test]
fn fan_out_delivers_everything_and_leaves_nothing_behind() {
    let bench = Bench::new();
    let (report, said) = bench.measure("fan-out --viewers 50 --rate 20 --for 1s --svg latency.svg");
    check_group(&report["groups"][0], 20, 1000);
    assert_eq!(report["connects"]["connected"], 50);
    assert!(said.stdout.starts_with("fan-out: 50 viewers in 1 room, for 1 s\n"), "{}", said.stdout);
    assert!(said.stdout.contains("=> every message reached every viewer once"), "{}", said.stdout);
    let phases: Vec<&str> = said.stderr.lines().collect();
    assert_eq!(phases, ["making rooms: 1", "connecting: 50 viewers", "running for 1 s"]);
    let svg = std::fs::read_to_string(bench.results.path().join("latency.svg")).unwrap();
    assert!(svg.starts_with("<svg") && svg.contains("p99"), "{svg}");
    if cfg!(target_os = "linux") {
        assert!(report["cost"]["cpu_us_per_delivery"].is_f64(), "{}", report["cost"]);
        assert!(report["cost"]["memory_bytes_per_connection"].is_f64(), "{}", report["cost"]);
    }
}

#[test]
fn a_storm_connects_everybody_in_each_round() {
    let (report, said) = Bench::new().measure("storm --viewers 20 --at-once 5 --for 100ms");
    let rounds = report["connects"]["rounds"].as_u64().unwrap();
    assert!(rounds >= 1);
    assert_eq!(report["connects"]["connected"], 20 * rounds);
    assert!(report["connects"]["handshake"]["max_us"].as_u64().unwrap() > 0);
    assert!(said.stdout.contains("=> everybody got in, and nobody was dropped"), "{}", said.stdout);
}

#[test]
fn idle_viewers_stay() {
    let (report, said) = Bench::new().measure("idle --viewers 20 --for 200ms");
    assert_eq!(
        (&report["connects"]["connected"], &report["groups"]),
        (&20.into(), &Value::Array(Vec::new()))
    );
    assert!(said.stdout.contains("memory per connection"), "{}", said.stdout);
}

#[test]
fn rooms_have_their_own_messages() {
    let (report, _) = Bench::new().measure("rooms --viewers 12 --rooms 4 --rate 5 --for 1s --shards 2");
    check_group(&report["groups"][0], 20, 60);
}

#[test]
fn a_big_room_and_small_ones_are_told_apart() {
    let line = "mixed --viewers 30 --rate 20 --rooms 5 --room-viewers 4 --room-rate 3 --for 1s --size 100";
    let (report, said) = Bench::new().measure(line);
    check_group(&report["groups"][0], 20, 600);
    check_group(&report["groups"][1], 15, 60);
    assert!(said.stdout.contains("big room   small rooms\n"), "{}", said.stdout);
}

#[test]
fn reviewed_rooms_stand_beside_others() {
    let line = "review --rooms 3 --room-viewers 2 --rate 4 --for 1s --handler-delay-ms 20";
    let (report, said) = Bench::new().measure(line);
    check_group(&report["groups"][0], 12, 24);
    check_group(&report["groups"][1], 12, 24);
    assert_eq!(report["handler"]["asked"], 12, "only the reviewed rooms' messages are shown to the handler");
    let latencies = |group: usize| report["groups"][group]["latency"]["p50_us"].as_u64().unwrap();
    assert!(latencies(0) >= 20_000, "the handler was waited for: {}", report["groups"][0]);
    assert!(said.stdout.contains("reviewed rooms   other rooms\n"), "{}", said.stdout);
}

#[test]
fn what_is_said_is_logged_to_three_destinations() {
    let (report, said) = Bench::new().measure("rooms --viewers 4 --rooms 2 --rate 10 --for 1s --logged");
    check_group(&report["groups"][0], 20, 40);
    let log = &report["chat_log"];
    assert_eq!(
        (&log["accepted"], &log["spooled"], &log["lost"]),
        (&60.into(), &60.into(), &0.into()),
        "{log}"
    );
    assert!(said.stdout.contains("\nchat log\n  records "), "{}", said.stdout);
}

#[test]
fn a_handler_of_a_review_file_refuses_what_it_refuses() {
    let bench = Bench::new();
    let rules =
        "[[rules]]\nname = \"no\"\n[[rules.rule]]\nkind = \"regex\"\npatterns = [\".\"]\naction = \"deny\"\n";
    std::fs::write(bench.results.path().join("review.toml"), rules).unwrap();
    let line = "review --rooms 1 --room-viewers 1 --rate 5 --for 1s --review-file review.toml --handler \
                arn:aws:lambda:us-east-1:123456789012:function:hubbub-builtin-no";
    let (report, said) = bench.measure(line);
    assert_eq!(report["groups"][0]["refused"], 5, "{report}");
    check_group(&report["groups"][1], 5, 5);
    assert!(report["handler"]["asked"].is_null(), "{report}");
    assert!(said.stdout.contains("=> REFUSED (reviewed rooms): 5 messages; the first: "), "{}", said.stdout);
}

#[test]
fn a_signal_ends_the_run_and_what_was_measured_is_reported() {
    for signal in [Signal::INT, Signal::TERM] {
        let bench = Bench::new();
        let mut command = bench.command("fan-out --viewers 10 --rate 10 --for 10m");
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut phases = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
        assert!(phases.any(|phase| phase.starts_with("running")));
        kill_process(Pid::from_child(&child), signal).unwrap();
        let mut report = String::new();
        child.stdout.take().unwrap().read_to_string(&mut report).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0));
        assert!(report.contains("=> INTERRUPTED after ") && report.contains("of 600 s"), "{report}");
        bench.check_nothing_stays();
    }
}

fn rooms(server: &Server) -> usize {
    let listed = server.hubbub(&["room", "list"]).output().unwrap();
    assert!(listed.status.success());
    String::from_utf8(listed.stdout).unwrap().lines().count() - 1
}

#[test]
fn a_named_server_is_measured_within_its_quotas_and_its_rooms_are_deleted() {
    let (bench, folder) = (Bench::new(), tempfile::tempdir().unwrap());
    let server = Server::start(folder.path());
    // More rooms than the quota allows in a second: the rest is made when the server says so.
    let line = format!(
        "rooms --viewers 7 --rooms 7 --rate 2 --for 500ms --json result.json --endpoint {} --data-dir {} \
         --server-pid {}",
        server.endpoint,
        server.data().display(),
        server.process.id()
    );
    let said = bench.run(&line);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
    assert!(said.stdout.contains("\nthe server at ws://127.0.0.1:"), "{}", said.stdout);
    let json = std::fs::read_to_string(bench.results.path().join("result.json")).unwrap();
    check_group(&serde_json::from_str::<Value>(&json).unwrap()["groups"][0], 7, 7);
    assert_eq!(rooms(&server), 0);
}

#[test]
fn a_second_signal_exits_at_once() {
    let (bench, folder) = (Bench::new(), tempfile::tempdir().unwrap());
    let server = Server::start(folder.path());
    let line = format!(
        "fan-out --viewers 3 --rate 10 --for 10m --endpoint {} --data-dir {}",
        server.endpoint,
        server.data().display()
    );
    let mut child = bench.command(&line).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut phases = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    assert!(phases.any(|phase| phase.starts_with("running")));
    // Of a server that answers nothing the last messages are waited for, and the rooms cannot be deleted.
    kill_process(Pid::from_child(&server.process), Signal::STOP).unwrap();
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    assert!(phases.any(|phase| phase == "stopping; a second signal exits at once"));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let said: Vec<String> = phases.collect();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{said:?}");
    assert!(said.iter().any(|line| line.contains("rooms named hubbub-bench may have stayed")), "{said:?}");
}

#[test]
fn what_cannot_be_done_is_one_sentence() {
    let check = |line: &str, parts: &[&str]| {
        let said = Bench::new().run(line);
        assert_eq!(
            (said.code, &*said.stdout, said.stderr.lines().count()),
            (Some(1), "", 1),
            "{}",
            said.stderr
        );
        assert!(parts.iter().all(|part| said.stderr.contains(part)), "{}", said.stderr);
    };
    check("rooms --viewers 3 --rooms 4", &["4 rooms need at least as many viewers"]);
    check("review --endpoint http://127.0.0.1:0", &["a server elsewhere needs --handler"]);
    let handler = "arn:aws:lambda:us-east-1:123456789012:function:moderate";
    check(&format!("review --handler {handler}"), &["does not know arn:aws:lambda:", "--review-file"]);
    check("idle --json no/such/folder.json", &["cannot write no/such/folder.json"]);
    check("idle --viewers 1000000", &["1,000,256 file descriptors", "RLIMIT_NOFILE", "ulimit -n 1000256"]);
}

#[test]
fn nobody_there_is_said_before_anything_is_measured() {
    let bench = Bench::new();
    std::fs::write(
        bench.results.path().join("root-credentials"),
        "[default]\naws_access_key_id = A\naws_secret_access_key = a-secret\n",
    )
    .unwrap();
    // Port 0 is nobody's, ever.
    let said = bench.run("idle --endpoint http://127.0.0.1:0 --data-dir .");
    assert_eq!(said.code, Some(1));
    assert!(said.stderr.contains("cannot reach the server at http://127.0.0.1:0/"), "{}", said.stderr);
}
