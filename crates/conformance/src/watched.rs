//! A child process under watch: its output is collected, its end can be waited for with a deadline, and it never
//! outlives its owner. It must not know what the process does.

use std::io::{BufRead as _, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use anyhow::{Context as _, Result};
use rustix::process::{Pid, Signal, kill_process};

/// The child, what it said, and how it ended.
pub(crate) struct Watched {
    pid: Pid,
    said: Arc<Mutex<String>>,
    end: Receiver<ExitStatus>,
    readers: Vec<JoinHandle<()>>,
    ended: bool,
}

impl Watched {
    /// Starts the command; each line of its standard output is also given to `on_line`.
    pub(crate) fn start(command: &mut Command, on_line: impl FnMut(&str) + Send + 'static) -> Result<Self> {
        let name = command.get_program().to_string_lossy().into_owned();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("cannot start `{name}`"))?;
        let said = Arc::<Mutex<String>>::default();
        let stdout = child.stdout.take().context("no standard output")?;
        let stderr = child.stderr.take().context("no standard error")?;
        let readers = vec![collect(stdout, &said, on_line), collect(stderr, &said, |_| {})];
        let pid = Pid::from_child(&child);
        let (sender, end) = mpsc::channel();
        std::thread::spawn(move || {
            if let Ok(status) = child.wait() {
                let _ = sender.send(status);
            }
        });
        Ok(Self { pid, said, end, readers, ended: false })
    }

    /// Everything it printed so far.
    pub(crate) fn said(&self) -> String {
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The number under which the system knows it.
    pub(crate) fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Asks it to end, as an operator would.
    pub(crate) fn terminate(&self) -> Result<()> {
        kill_process(self.pid, Signal::TERM).context("cannot send SIGTERM")
    }

    /// Waits until it has ended and all it printed was read.
    pub(crate) fn wait(&mut self, deadline: Duration) -> Result<ExitStatus> {
        let status = self.end.recv_timeout(deadline);
        let status = status.with_context(|| format!("still running after {deadline:?}\n{}", self.said()))?;
        self.ended = true;
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
        Ok(status)
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        if !self.ended && self.end.try_recv().is_err() {
            let _ = kill_process(self.pid, Signal::KILL);
        }
    }
}

fn collect(
    output: impl Read + Send + 'static,
    said: &Arc<Mutex<String>>,
    mut on_line: impl FnMut(&str) + Send + 'static,
) -> JoinHandle<()> {
    let said = Arc::clone(said);
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            on_line(&line);
            let mut said = said.lock().unwrap_or_else(PoisonError::into_inner);
            said.push_str(&line);
            said.push('\n');
        }
    })
}
