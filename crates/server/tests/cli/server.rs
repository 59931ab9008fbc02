//! The real server, in a folder of its own and with nothing configured but the port.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

pub(crate) struct Server {
    pub(crate) process: Child,
    pub(crate) endpoint: String,
    folder: PathBuf,
}

impl Server {
    pub(crate) fn start(folder: &Path) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hubbub"));
        command.args(["serve", "--listen", "127.0.0.1:0"]).env_clear().current_dir(folder);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines().map_while(Result::ok);
        let endpoint = lines.find_map(|line| Some(line.strip_prefix("listening on ")?.to_owned())).unwrap();
        Self { process, endpoint, folder: folder.to_owned() }
    }

    /// The folder of its state.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.join("hubbub-data")
    }

    /// Another command, in the same folder.
    pub(crate) fn hubbub(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hubbub"));
        command.args(arguments).env_clear().env("HUBBUB_ENDPOINT", &self.endpoint).current_dir(&self.folder);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
