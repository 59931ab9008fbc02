//! Everything that any test of this binary logs, in lines. A test finds its own by the ARN of its handler.

use std::io::{self, Write};
use std::sync::{Condvar, Mutex, Once};
use std::time::Duration;

static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());
static GREW: Condvar = Condvar::new();
const PATIENCE: Duration = Duration::from_secs(30);

struct Keeper;

impl Write for Keeper {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        LINES.lock().unwrap().push(String::from_utf8_lossy(line).into_owned());
        GREW.notify_all();
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Begins to keep the log.
pub fn keep() {
    static BEGUN: Once = Once::new();
    BEGUN.call_once(|| {
        tracing_subscriber::fmt().with_ansi(false).with_writer(|| Keeper).init();
    });
}

/// The lines that hold all of `words`.
pub fn lines(words: &[&str]) -> Vec<String> {
    let all = LINES.lock().unwrap();
    all.iter().filter(|line| words.iter().all(|word| line.contains(word))).cloned().collect()
}

/// Waits until there is a line that holds all of `words`.
pub fn wait_for(words: &[&str]) {
    let is_missing =
        |all: &mut Vec<String>| !all.iter().any(|line| words.iter().all(|word| line.contains(word)));
    let waiting = GREW.wait_timeout_while(LINES.lock().unwrap(), PATIENCE, is_missing);
    let timed_out = waiting.unwrap().1.timed_out();
    assert!(!timed_out, "no line with {words:?}");
}
