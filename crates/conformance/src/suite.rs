//! A suite: a script that runs one real client against a server, or a part of ours beside another's, and prints a line
//! per check, `ok name` or `FAIL name: why`. Python suites run in the environment, Node suites with the packages, that
//! `cargo xtask test` installs.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::server::{ACCESS_KEY_ID, ACCOUNT_ID, MASTER_KEY, REGION, SECRET_ACCESS_KEY, Server, environment};
use crate::watched::Watched;

const DEADLINE: Duration = Duration::from_secs(300);

/// A script and the variable that names its interpreter.
pub struct Suite {
    interpreter: PathBuf,
    script: &'static str,
    checks: usize,
}

impl Suite {
    /// A Python script of `suites/` with at least so many checks.
    ///
    /// # Errors
    /// When the tests were not started by `cargo xtask test`.
    pub fn python(script: &'static str, checks: usize) -> Result<Self> {
        Ok(Self { interpreter: environment("HUBBUB_PYTHON")?.into(), script, checks })
    }

    /// A Node script of `suites/` with at least so many checks.
    ///
    /// # Errors
    /// When the tests were not started by `cargo xtask test`.
    pub fn node(script: &'static str, checks: usize) -> Result<Self> {
        environment("HUBBUB_NODE_MODULES")?;
        Ok(Self { interpreter: "node".into(), script, checks })
    }

    /// Runs the script against the server.
    ///
    /// # Errors
    /// On any failed check, on fewer checks than expected, and past five minutes; with all that script and server said.
    pub fn run(&self, server: &Server) -> Result<()> {
        let mut command = self.command()?;
        point_at(&mut command, server)?;
        self.judge(&mut command, || format!("the server said:\n{}", server.said()))
    }

    /// Runs a script that needs no server.
    ///
    /// # Errors
    /// As [`Suite::run`].
    pub fn run_alone(&self) -> Result<()> {
        self.judge(&mut self.command()?, || "there was no server".to_owned())
    }

    /// Runs a script that starts and ends its servers itself, and another's S3 server beside them.
    ///
    /// # Errors
    /// As [`Suite::run`].
    pub fn run_with_servers_of_its_own(&self) -> Result<()> {
        let mut command = self.command()?;
        for name in ["HUBBUB_BIN", "HUBBUB_S3"] {
            command.env(name, environment(name)?);
        }
        give_key(&mut command);
        self.judge(&mut command, || "the servers were its own".to_owned())
    }

    fn judge(&self, command: &mut Command, server_said: impl Fn() -> String) -> Result<()> {
        let mut process = Watched::start(command, |_| {})?;
        let outcome = process.wait(DEADLINE);
        let said = process.said();
        let checks = said.lines().filter(|line| line.starts_with("ok ")).count();
        let told = || format!("{} said:\n{said}\n{}", self.script, server_said());
        let status = outcome?;
        ensure!(status.success(), "{} ended with {status}; {}", self.script, told());
        ensure!(checks >= self.checks, "only {checks} of {} checks ran; {}", self.checks, told());
        Ok(())
    }

    fn command(&self) -> Result<Command> {
        let suites = Path::new(env!("CARGO_MANIFEST_DIR")).join("suites");
        let mut command = Command::new(&self.interpreter);
        command
            .arg(suites.join(self.script))
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("PYTHONUNBUFFERED", "1")
            .env("PYTHONPATH", &suites)
            .env("NODE_PATH", environment("HUBBUB_NODE_MODULES")?);
        Ok(command)
    }
}

/// The clients get nothing but the usual variables of their SDK, with the endpoint among them.
fn point_at(command: &mut Command, server: &Server) -> Result<()> {
    give_key(command);
    command
        .env("AWS_ENDPOINT_URL_IVSCHAT", server.url())
        .env("HUBBUB_AWS", environment("HUBBUB_AWS")?)
        .env("HUBBUB_EXPIRE_SESSION", environment("HUBBUB_EXPIRE_SESSION")?)
        .env("HUBBUB_MASTER_KEY", MASTER_KEY)
        .env("HUBBUB_URL", server.url())
        .env("HUBBUB_MESSAGING_URL", server.messaging_url())
        .env("HUBBUB_REVIEW_FILE", server.review_file())
        .env("HUBBUB_SERVER_PID", server.pid().to_string());
    Ok(())
}

/// Who the clients are, and where; and nothing of what this machine says about that.
fn give_key(command: &mut Command) {
    command
        .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
        .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY)
        .env("AWS_REGION", REGION)
        .env("AWS_DEFAULT_REGION", REGION)
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_PAGER", "")
        .env("NO_PROXY", "127.0.0.1")
        .env("HUBBUB_ACCOUNT_ID", ACCOUNT_ID);
    for name in ["AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL"] {
        command.env_remove(name);
    }
}
