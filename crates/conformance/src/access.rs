//! Users and credentials on the server under test, made as an operator makes them: with `hubbub access`.

use std::process::{Command, Output};

use anyhow::{Result, ensure};

use crate::server::{ACCESS_KEY_ID, MASTER_KEY, REGION, SECRET_ACCESS_KEY, Server, environment};

impl Server {
    /// What `hubbub access` prints with these arguments, split at white space, signed with the root's key.
    ///
    /// # Errors
    /// When the command fails; then with what it said.
    pub fn access(&self, arguments: &str) -> Result<String> {
        let mut command = Command::new(environment("HUBBUB_BIN")?);
        command
            .arg("access")
            .args(arguments.split_whitespace())
            .env_clear()
            .env("HUBBUB_ENDPOINT", self.url())
            .env("HUBBUB_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID)
            .env("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY);
        printed(command.output()?)
    }

    /// The session token of a session that lasted as long as the given one, which lives, and has expired.
    ///
    /// # Errors
    /// When the token is none of this key, or the tests were not started by `cargo xtask test`.
    pub fn expired_session_token(&self, access_key_id: &str, session_token: &str) -> Result<String> {
        let mut command = Command::new(environment("HUBBUB_EXPIRE_SESSION")?);
        printed(command.args([MASTER_KEY, access_key_id, session_token]).output()?)
    }
}

fn printed(output: Output) -> Result<String> {
    let Output { status, stdout, stderr } = output;
    ensure!(status.success(), "the command ended with {status}: {}", String::from_utf8_lossy(&stderr));
    Ok(String::from_utf8(stdout)?.trim_end().to_owned())
}
