//! A server that is started to be measured, and is gone afterwards: `hubbub serve` in a process of its own, in a
//! folder of its own.
//!
//! **Invariant:** however the command ends, short of being killed itself, the process ends and the folder is removed.

use super::error::BenchError;
use crate::cli::credentials::Credentials;
use crate::entropy;
use auth::SecretKey;
use reqwest::Url;
use std::ffi::OsStr;
use std::fmt::Display;
use std::io::{BufRead as _, BufReader, Read as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::time::Duration;
use tempfile::TempDir;
use tokio::time::timeout;

/// What the server says when it answers.
const ANNOUNCEMENT: &str = "listening on ";
/// How long it may take to say so; a slow disk needs a moment to make the database.
const START_TIMEOUT: Duration = Duration::from_secs(30);
/// The most that is read of what it says.
const ANNOUNCEMENT_BYTES_MAX: u64 = 64 * 1024;
const ACCESS_KEY_ID: &str = "BENCH";
const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const SECRET_LENGTH: usize = 40;

/// A running server of our own.
#[derive(Debug)]
pub(super) struct OwnServer {
    process: Process,
    /// Its control plane.
    pub(super) endpoint: Url,
}

/// Ends when it is dropped.
#[derive(Debug)]
struct Process {
    child: Child,
    /// Removed after the process has ended: fields are dropped after [`Drop::drop`].
    _folder: TempDir,
}

impl OwnServer {
    /// Starts a server without quotas, on a free port of this machine, with these handlers; with its root access key.
    ///
    /// # Errors
    /// [`BenchError::OwnServer`]
    pub(super) async fn start(
        shards: Option<u16>,
        review_file: Option<&Path>,
    ) -> Result<(Self, Credentials), BenchError> {
        let failed = |cause: &dyn Display| BenchError::OwnServer(cause.to_string());
        let folder = tempfile::Builder::new().prefix("hubbub-bench-").tempdir();
        let folder = folder.map_err(|error| failed(&error))?;
        let secret = entropy::text(LETTERS, SECRET_LENGTH);
        let credentials = Credentials {
            access_key_id: ACCESS_KEY_ID.to_owned(),
            secret: SecretKey::parse(&secret).map_err(|error| failed(&error))?,
            session_token: None,
            source: "hubbub bench itself".to_owned(),
        };
        let child = command(&folder, &secret, shards, review_file).and_then(|mut command| command.spawn());
        let mut process = Process { child: child.map_err(|error| failed(&error))?, _folder: folder };
        let stdout = process.child.stdout.take();
        let announced = tokio::task::spawn_blocking(|| stdout.and_then(announcement));
        match timeout(START_TIMEOUT, announced).await {
            Ok(Ok(Some(endpoint))) => Ok((Self { process, endpoint }, credentials)),
            Ok(_) => Err(failed(&"it ended, or said nothing that was expected")),
            Err(_) => Err(failed(&"it did not answer within 30 s")),
        }
    }

    /// Its process.
    pub(super) fn process_id(&self) -> u32 {
        self.process.child.id()
    }

    /// How it ended, if it did.
    pub(super) fn ended(&mut self) -> Option<ExitStatus> {
        self.process.child.try_wait().ok().flatten()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // Either fails only when it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// `hubbub serve` with nothing of our own environment's configuration. The secret goes through the environment, where
/// other users of the machine do not see it. In a process group of its own a Ctrl-C of the terminal does not reach it.
fn command(
    folder: &TempDir,
    secret: &str,
    shards: Option<u16>,
    review_file: Option<&Path>,
) -> std::io::Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    let ours = |name: &OsStr| name.to_string_lossy().starts_with("HUBBUB_");
    for (name, _) in std::env::vars_os().filter(|(name, _)| ours(name)) {
        command.env_remove(name);
    }
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--quotas", "unlimited", "--log-filter", "error"])
        .args(shards.map(|shards| format!("--shards={shards}")))
        .args(review_file.into_iter().flat_map(|file| [OsStr::new("--review-file"), file.as_os_str()]))
        .arg("--data-dir")
        .arg(folder.path())
        .env("HUBBUB_ROOT_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("HUBBUB_ROOT_SECRET_ACCESS_KEY", secret)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .process_group(0);
    Ok(command)
}

/// Waits for the line that says where the server listens; none when its output ends before.
fn announcement(stdout: ChildStdout) -> Option<Url> {
    let lines = BufReader::new(stdout.take(ANNOUNCEMENT_BYTES_MAX)).lines().map_while(Result::ok);
    parse_announcement(lines)
}

fn parse_announcement(mut lines: impl Iterator<Item = String>) -> Option<Url> {
    lines.find_map(|line| Url::parse(line.strip_prefix(ANNOUNCEMENT)?.trim()).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_taken_from_the_line_that_says_it() {
        let check = |text: &str, url: Option<&str>| {
            let found = parse_announcement(text.lines().map(str::to_owned));
            assert_eq!(found.as_ref().map(Url::as_str), url, "{text}");
        };
        check("listening on http://127.0.0.1:4711", Some("http://127.0.0.1:4711/"));
        check("A key was made.\n\nlistening on http://[::1]:9\nmore", Some("http://[::1]:9/"));
        check("is listening on http://a", None);
        check("listening on nothing", None);
        check("", None);
    }

    #[test]
    fn the_secret_is_not_on_the_command_line_and_our_variables_do_not_disturb() {
        let folder = tempfile::tempdir().unwrap();
        let command = command(&folder, "hush", Some(3), Some(Path::new("r.toml"))).unwrap();
        let arguments: Vec<_> = command.get_args().map(|text| text.to_string_lossy()).collect();
        assert!(!arguments.iter().any(|text| text.contains("hush")), "{arguments:?}");
        assert!(arguments.iter().any(|text| text == "--shards=3"), "{arguments:?}");
        assert!(arguments.windows(2).any(|pair| pair == ["--review-file", "r.toml"]), "{arguments:?}");
        for (name, value) in command.get_envs() {
            let is_root = name.to_string_lossy().starts_with("HUBBUB_ROOT_");
            assert_eq!(value.is_some(), is_root, "{name:?}");
        }
    }
}
