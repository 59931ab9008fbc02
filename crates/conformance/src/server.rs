//! The server under test: the binary itself, started as an operator starts it.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitStatus};
use std::sync::mpsc;
use std::time::Duration;

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use crate::watched::Watched;

/// The root access key that every server under test is given.
pub const ACCESS_KEY_ID: &str = "AKIACONFORMANCE00001";
/// Its secret.
pub const SECRET_ACCESS_KEY: &str = "conformance/secret+of+forty+letters+0001";
/// The master key that every server under test is given, so that a test can make what only it can make.
pub(crate) const MASTER_KEY: &str = "Q29uZm9ybWFuY2Utc3VpdGVzLW9ubHktMzItYnl0ZXM=";
/// The region that the server says it is.
pub const REGION: &str = "us-west-2";
/// The account that owns everything.
pub const ACCOUNT_ID: &str = "123456789012";

/// The handler that rooms of the suites have, and those whose names begin so: nobody listens there, so that the
/// fallback applies.
const DEAD_HANDLER: &str = r#"
[[handler]]
arn = "arn:aws:lambda:us-west-2:123456789012:function:review*"
kind = "http"
url = "http://127.0.0.1:1/"
"#;

const START: Duration = Duration::from_secs(60);
const STOP: Duration = Duration::from_secs(60);

/// Which quotas the server keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quotas {
    /// AWS's values, the default.
    Aws,
    /// None.
    Unlimited,
}

/// A running `hubbub serve` with an empty data directory of its own; killed when dropped.
pub struct Server {
    process: Watched,
    url: String,
    data: TempDir,
}

impl Server {
    /// Starts the binary that `HUBBUB_BIN` names and waits until it says where it listens.
    ///
    /// # Errors
    /// Without the variable, and when the server does not come up; then with everything it said.
    pub fn start(quotas: Quotas) -> Result<Self> {
        Self::start_with(quotas, &[], "")
    }

    /// As [`Server::start`], with these variables of the environment besides, and with these lines at the top of its
    /// review file.
    ///
    /// # Errors
    /// As [`Server::start`].
    pub fn start_with(quotas: Quotas, settings: &[(&str, &str)], handlers: &str) -> Result<Self> {
        let data = tempfile::tempdir()?;
        fs::write(review_file(&data), format!("{handlers}{DEAD_HANDLER}"))?;
        let mut command = Command::new(environment("HUBBUB_BIN")?);
        // The tests' own variables are no settings of the server.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HUBBUB_"))
        {
            command.env_remove(name);
        }
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data.path().join("state"))
            .current_dir(data.path())
            .env("HUBBUB_ROOT_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .env("HUBBUB_ROOT_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
            .env("HUBBUB_MASTER_KEY", MASTER_KEY)
            .env("HUBBUB_REGION", REGION)
            .env("HUBBUB_ACCOUNT_ID", ACCOUNT_ID)
            .env("HUBBUB_REVIEW_FILE", review_file(&data))
            .envs(settings.iter().copied());
        if quotas == Quotas::Unlimited {
            command.env("HUBBUB_QUOTAS", "unlimited");
        }
        let (process, url) = start_listening(&mut command)?;
        Ok(Self { process, url, data })
    }

    /// Where the control plane listens: `http://127.0.0.1:<port>`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Where the messaging API listens: the same port, `ws://`.
    #[must_use]
    pub fn messaging_url(&self) -> String {
        self.url.replacen("http://", "ws://", 1)
    }

    /// The file of its review handlers, which it reads again on SIGHUP.
    #[must_use]
    pub fn review_file(&self) -> PathBuf {
        review_file(&self.data)
    }

    /// The number of its process.
    #[must_use]
    pub fn pid(&self) -> i32 {
        self.process.pid()
    }

    /// Everything the server printed so far.
    #[must_use]
    pub fn said(&self) -> String {
        self.process.said()
    }

    /// Sends SIGTERM and waits for the end.
    ///
    /// # Errors
    /// When the server is still there a minute later.
    pub fn stop(mut self) -> Result<ExitStatus> {
        self.process.terminate()?;
        self.process.wait(STOP)
    }
}

/// The variable's value; `cargo xtask test` sets all that these tests need.
pub(crate) fn environment(name: &str) -> Result<OsString> {
    std::env::var_os(name).with_context(|| format!("{name} is not set: run cargo xtask test"))
}

fn review_file(data: &TempDir) -> PathBuf {
    data.path().join("review.toml")
}

/// Starts a program and waits until it says where it listens.
pub(crate) fn start_listening(command: &mut Command) -> Result<(Watched, String)> {
    let (sender, address) = mpsc::channel();
    let process = Watched::start(command, move |line| {
        if let Some(url) = listening_on(line) {
            let _ = sender.send(url);
        }
    })?;
    let url = address.recv_timeout(START);
    let url = url.with_context(|| format!("it did not say where it listens, but:\n{}", process.said()))?;
    Ok((process, url))
}

/// The address in the line with which a server says where it listens.
fn listening_on(line: &str) -> Option<String> {
    let (_, url) = line.split_once("listening on http://")?;
    Some(format!("http://{}", url.split_whitespace().next()?.trim_end_matches('/')))
}

#[cfg(test)]
mod tests {
    use super::listening_on;

    #[test]
    fn the_address_is_read_out_of_the_line() {
        let check = |line: &str, url: Option<&str>| assert_eq!(listening_on(line).as_deref(), url, "{line}");
        check("listening on http://127.0.0.1:4711", Some("http://127.0.0.1:4711"));
        check("hubbub listening on http://127.0.0.1:4711/ (us-west-2)", Some("http://127.0.0.1:4711"));
        check("messaging on ws://127.0.0.1:4712", None);
    }
}
