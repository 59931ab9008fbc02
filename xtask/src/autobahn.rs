//! `cargo xtask autobahn`: Autobahn's fuzzing client against the codec's echo example. The suite runs on CPython 2.7
//! only; where that is missing the command says so in capitals, because nothing was proved.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use crate::shell;

const SUITE: &str = "autobahntestsuite==25.10.1";
const VIRTUALENV: &str = "virtualenv==20.15.1";
/// What Autobahn may say of a case: right, right but lenient, or nothing to judge.
const ACCEPTED: [&str; 3] = ["OK", "NON-STRICT", "INFORMATIONAL"];

/// Runs the cases and fails on any that is not accepted.
pub(crate) fn run(_arguments: &[String]) -> Result<()> {
    let Some(python) = find_python() else {
        println!("SKIPPED: Autobahn needs CPython 2.7 (`python2.7` on PATH, or pyenv's); nothing was tested");
        return Ok(());
    };
    let directory = shell::target_directory()?.join("autobahn");
    fs::create_dir_all(&directory)?;
    let client = install(&python, &directory)?;
    let (_echo, address) = start_echo()?;
    let report = run_cases(&client, &directory, &address)?;
    let (cases, failures) = judge(&report);
    println!("autobahn: {cases} cases, {} not accepted", failures.len());
    if cases == 0 || !failures.is_empty() {
        bail!("not accepted:\n{}", failures.join("\n"));
    }
    Ok(())
}

fn find_python() -> Option<PathBuf> {
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap_or_default();
    let pyenv = std::env::var_os("PYENV_ROOT").map_or_else(|| home.join(".pyenv"), PathBuf::from);
    let versions = fs::read_dir(pyenv.join("versions")).into_iter().flatten().flatten();
    let installed = versions.map(|version| version.path().join("bin").join("python2.7"));
    let works = |python: &PathBuf| shell::works(Command::new(python).args(["-c", "import sys"]));
    std::iter::once(PathBuf::from("python2.7")).chain(installed).find(works)
}

/// Installs the suite once; gives the path of its client.
fn install(python: &Path, directory: &Path) -> Result<PathBuf> {
    let (tools, venv) = (directory.join("tools"), directory.join("venv"));
    let client = venv.join("bin").join("wstest");
    if client.exists() {
        return Ok(client);
    }
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    shell::run(shell::program(python).args(pip).arg("--target").arg(&tools).arg(VIRTUALENV))?;
    shell::run(shell::program(python).env("PYTHONPATH", &tools).args(["-m", "virtualenv"]).arg(&venv))?;
    shell::run(shell::program(venv.join("bin").join("python")).args(pip).arg(SUITE))?;
    Ok(client)
}

/// The echo server, ended when it is dropped.
struct Echo(Child);

impl Drop for Echo {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Builds and starts the example; gives the address that it prints.
fn start_echo() -> Result<(Echo, String)> {
    shell::run(&mut shell::cargo(&["build", "--package", "websocket", "--example", "echo"]))?;
    let binary = shell::target_directory()?.join("debug").join("examples").join("echo");
    let mut child =
        shell::program(binary).stdout(Stdio::piped()).spawn().context("cannot start the echo example")?;
    let stdout = child.stdout.take().context("the echo example has no output")?;
    let echo = Echo(child);
    for line in BufReader::new(stdout).lines() {
        if let Some(address) = line?.strip_prefix("listening on ") {
            return Ok((echo, address.to_owned()));
        }
    }
    bail!("the echo example ended without saying where it listens")
}

fn run_cases(client: &Path, directory: &Path, address: &str) -> Result<Value> {
    let reports = directory.join("reports");
    let specification = json!({
        "outdir": reports,
        "servers": [{ "agent": "websocket", "url": format!("ws://{address}") }],
        "cases": ["*"],
        "exclude-cases": ["9.*", "12.*", "13.*"],
        "exclude-agent-cases": {},
    });
    let path = directory.join("fuzzingclient.json");
    fs::write(&path, specification.to_string())?;
    shell::run(shell::program(client).args(["--mode", "fuzzingclient", "--spec"]).arg(path))?;
    let report = fs::read_to_string(reports.join("index.json")).context("Autobahn wrote no report")?;
    serde_json::from_str(&report).context("Autobahn's report is not JSON")
}

/// The number of cases in the report, and a line for each that is not accepted.
fn judge(report: &Value) -> (usize, Vec<String>) {
    let cases = report.get("websocket").and_then(Value::as_object).into_iter().flatten();
    let (mut count, mut failures) = (0, Vec::new());
    for (name, case) in cases {
        count += 1;
        for part in ["behavior", "behaviorClose"] {
            let said = case.get(part).and_then(Value::as_str).unwrap_or("MISSING");
            if !ACCEPTED.contains(&said) {
                failures.push(format!("{name} {part}: {said}"));
            }
        }
    }
    (count, failures)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::judge;

    #[test]
    fn a_case_is_judged_by_its_frames_and_by_its_close() {
        let report = json!({ "websocket": {
            "1.1.1": { "behavior": "OK", "behaviorClose": "OK" },
            "2.1": { "behavior": "NON-STRICT", "behaviorClose": "INFORMATIONAL" },
            "3.1": { "behavior": "FAILED", "behaviorClose": "OK" },
            "7.1": { "behavior": "OK" },
        }});
        let failures = vec!["3.1 behavior: FAILED".to_owned(), "7.1 behaviorClose: MISSING".to_owned()];
        assert_eq!(judge(&report), (4, failures));
    }
}
