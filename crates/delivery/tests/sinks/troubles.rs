//! What goes wrong on the way, and what it is called.

use crate::fake::refusal;
use crate::peer::Reply;
use crate::stage::{KINDS, Kind, SECRET, Stage, batch, lines};
use delivery::SinkError;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tracing_subscriber::fmt::MakeWriter;

/// What was logged.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Write for Said {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(line)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Said {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Sort {
    Passing,
    Denied,
}

fn sort(error: &SinkError) -> Option<Sort> {
    match error {
        SinkError::Passing(_) => Some(Sort::Passing),
        SinkError::AccessDenied(_) => Some(Sort::Denied),
        SinkError::NotFound(_) | SinkError::Refused(_) => None,
    }
}

/// For this trouble delivery and probe say the same; nothing is lost, and once it is over all arrives.
fn check(trouble: &str, expected: Sort, reply: impl Fn(bool) -> Reply) {
    for kind in KINDS {
        let stage = Stage::remote(kind);
        let next = || {
            let reply = reply(kind == Kind::S3);
            stage.fake().with(|state| state.troubles.push_back(Some(reply)));
        };
        let mut batch = batch(1, 3);
        next();
        let error = stage.deliver(&mut batch).unwrap_err();
        assert_eq!(sort(&error), Some(expected), "{trouble}, {kind:?}: {error}");
        assert!(!error.to_string().contains("hush"), "{trouble}, {kind:?}: {error}");
        assert_eq!(batch.records.len(), 3, "{trouble}, {kind:?}");
        next();
        let error = stage.probe().unwrap_err();
        assert_eq!(sort(&error), Some(expected), "{trouble}, {kind:?}: {error}");
        assert_eq!((stage.probe(), stage.deliver(&mut batch)), (Ok(()), Ok(0)), "{trouble}, {kind:?}");
        assert_eq!(stage.arrived(), lines(0..3), "{trouble}, {kind:?}");
    }
}

#[test]
fn what_the_service_suffers_from_passes() {
    let said = |status: &'static str, code: &'static str| {
        check(&format!("{status} {code}"), Sort::Passing, |is_s3| refusal(is_s3, status, code, "hush"));
    };
    said("500 Internal Server Error", "InternalError");
    said("503 Service Unavailable", "SlowDown");
    said("503 Service Unavailable", "ServiceUnavailableException");
    said("429 Too Many Requests", "");
    said("400 Bad Request", "ThrottlingException");
    check("500 without words", Sort::Passing, |_| Reply::with("500 No", "", "<html>hush</html>"));
}

#[test]
fn an_expired_key_and_a_clock_that_is_off_pass() {
    check("an expired token", Sort::Passing, |is_s3| match is_s3 {
        true => refusal(is_s3, "400 Bad Request", "ExpiredToken", "hush"),
        false => refusal(is_s3, "400 Bad Request", "ExpiredTokenException", "hush"),
    });
    check("a clock", Sort::Passing, |is_s3| match is_s3 {
        true => refusal(is_s3, "403 Forbidden", "RequestTimeTooSkewed", "hush"),
        false => refusal(is_s3, "400 Bad Request", "InvalidSignatureException", "Signature expired: hush"),
    });
}

#[test]
fn who_may_not_is_denied() {
    check("denied", Sort::Denied, |is_s3| match is_s3 {
        true => refusal(is_s3, "403 Forbidden", "AccessDenied", "hush"),
        false => refusal(is_s3, "400 Bad Request", "com.amazonaws#AccessDeniedException", "hush"),
    });
    check("403 without words", Sort::Denied, |_| Reply::with("403 Forbidden", "", "hush"));
}

#[test]
fn a_connection_that_breaks_passes() {
    check("cut", Sort::Passing, |_| Reply::Last(Vec::new()));
    check("cut in the head", Sort::Passing, |_| Reply::Last(b"HTTP/1.1 200 O".to_vec()));
    check("no HTTP", Sort::Passing, |_| Reply::Last(b"220 mail.example.com hush\r\n".to_vec()));
}

/// Answers of success whose words cannot be read: none of the operation, cut, too long.
fn unreadable() -> [Reply; 4] {
    let endless = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    [
        Reply::ok("hush"),
        Reply::ok(""),
        Reply::Last(b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{".to_vec()),
        Reply::Endless(endless.into()),
    ]
}

#[test]
fn what_was_taken_is_not_sent_again_because_of_words() {
    for kind in [Kind::S3, Kind::CloudWatchLogs] {
        let stage = Stage::remote(kind);
        for (number, reply) in unreadable().into_iter().enumerate() {
            stage.fake().with(|state| state.troubles.push_back(Some(reply)));
            assert_eq!(stage.deliver(&mut batch(1, 3)), Ok(0), "{kind:?} {number}");
            assert_eq!(stage.fake().peer.waiting(), 1, "{kind:?} {number}");
        }
        for (number, reply) in unreadable().into_iter().enumerate() {
            stage.fake().with(|state| state.troubles.push_back(Some(reply)));
            assert_eq!(stage.probe(), Ok(()), "{kind:?} {number}");
        }
    }
}

#[test]
fn that_cloudwatchs_words_cannot_be_read_is_said_once() {
    let said = Said::default();
    let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(said.clone()).finish();
    let stage = Stage::remote(Kind::CloudWatchLogs);
    tracing::subscriber::with_default(subscriber, || {
        for reply in unreadable() {
            stage.fake().with(|state| state.troubles.push_back(Some(reply)));
            stage.deliver(&mut batch(1, 3)).unwrap();
        }
    });
    let said = String::from_utf8(said.0.lock().unwrap().clone()).unwrap();
    assert_eq!(said.matches("cannot be read; said once").count(), 1, "{said}");
    assert!(!said.contains("hush"), "{said}");
}

#[test]
fn firehoses_words_must_be_read_to_know_what_it_took() {
    for reply in unreadable().into_iter().chain([Reply::ok("{}")]) {
        let stage = Stage::remote(Kind::Firehose);
        let mut batch = batch(1, 3);
        stage.fake().with(|state| state.troubles.push_back(Some(reply)));
        let error = stage.deliver(&mut batch).unwrap_err();
        assert_eq!(sort(&error), Some(Sort::Passing), "{error}");
        assert!(!error.to_string().contains("hush"), "{error}");
        assert_eq!(batch.records.len(), 3);
        stage.deliver(&mut batch).unwrap();
        assert_eq!(stage.arrived(), lines(0..3));
    }
}

#[test]
fn who_hangs_is_waited_for_no_longer_than_the_limit() {
    for kind in KINDS {
        let stage = Stage::with_secret(kind, SECRET, Duration::from_millis(50));
        for head in ["", "HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{"] {
            let mut batch = batch(1, 3);
            for _ in 0..2 {
                let reply = Reply::Stall(head.as_bytes().to_vec());
                stage.fake().with(|state| state.troubles.push_back(Some(reply)));
            }
            let results = [stage.deliver(&mut batch).map(drop), stage.probe()];
            for result in results {
                let error = result.unwrap_err();
                assert_eq!(error, SinkError::Passing("no answer in time".into()), "{kind:?}");
            }
            assert_eq!(batch.records.len(), 3, "{kind:?}");
        }
    }
}

const TWO_CALLS: [(Kind, usize, usize); 2] =
    [(Kind::CloudWatchLogs, 10_005, 10_000), (Kind::Firehose, 505, 500)];

#[test]
fn of_several_calls_those_that_went_well_are_not_made_again() {
    for (kind, count, in_first) in TWO_CALLS {
        let stage = Stage::remote(kind);
        stage.deliver(&mut batch(1, 1)).unwrap();
        stage.fake().with(|state| state.troubles.extend([None, Some(Reply::Last(Vec::new()))]));
        let mut batch = batch(1, count);
        let error = stage.deliver(&mut batch).unwrap_err();
        assert_eq!(sort(&error), Some(Sort::Passing), "{kind:?}: {error}");
        assert_eq!(batch.records.len(), count - in_first, "{kind:?}");
        stage.deliver(&mut batch).unwrap();
        assert_eq!(stage.arrived(), [lines(0..1), lines(0..count)].concat(), "{kind:?}");
    }
}

#[test]
fn nor_are_they_where_the_caller_waits_no_longer() {
    for (kind, count, in_first) in TWO_CALLS {
        let stage = Stage::remote(kind);
        stage.deliver(&mut batch(1, 1)).unwrap();
        stage.fake().with(|state| state.troubles.extend([None, Some(Reply::Stall(Vec::new()))]));
        let troubled = stage.fake().with(|state| Arc::clone(&state.troubled));
        let mut batch = batch(1, count);
        stage.runtime.block_on(async {
            tokio::select! {
                result = stage.sink.deliver(&mut batch) => panic!("{kind:?}: {result:?}"),
                () = troubled.notified() => {}
            }
        });
        assert_eq!(batch.records.len(), count - in_first, "{kind:?}");
        stage.deliver(&mut batch).unwrap();
        assert_eq!(stage.arrived(), [lines(0..1), lines(0..count)].concat(), "{kind:?}");
    }
}
