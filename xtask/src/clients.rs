//! The real clients and stand-ins that the conformance suites run: a Python environment and npm packages, pinned by
//! files in `crates/conformance` and installed under `target/`. It must not know what the suites do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result};

use crate::shell;

/// Where the clients were installed.
pub(crate) struct Clients {
    /// The interpreter that has boto3 and `websockets`; beside it are `moto_server` and `cargo-lambda`.
    pub(crate) python: PathBuf,
    /// The AWS CLI.
    pub(crate) aws: PathBuf,
    /// The folder of the npm packages.
    pub(crate) node_modules: PathBuf,
}

impl Clients {
    /// Installs both kinds of packages below `directory`; does nothing when the pins are the ones installed there.
    pub(crate) fn install(directory: &Path) -> Result<Self> {
        fs::create_dir_all(directory)?;
        install_python(directory)?;
        install_npm(directory)?;
        let programs = directory.join("venv").join("bin");
        Ok(Self {
            python: programs.join("python"),
            aws: programs.join("aws"),
            node_modules: directory.join("node_modules"),
        })
    }
}

fn install_python(directory: &Path) -> Result<()> {
    let requirements = pins("requirements.txt");
    let stamp =
        Stamp::of(directory.join("python.stamp"), &[&requirements], Command::new("python3").arg("-VV"))?;
    if stamp.stands() {
        return Ok(());
    }
    let venv = directory.join("venv");
    shell::run(shell::program("python3").args(["-m", "venv", "--clear"]).arg(&venv))
        .context("python3 cannot make a virtual environment (on Debian: apt-get install python3-venv)")?;
    let mut pip = shell::program(venv.join("bin").join("python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    shell::run(pip.arg("--requirement").arg(&requirements))?;
    stamp.write()
}

fn install_npm(directory: &Path) -> Result<()> {
    let files = [pins("package.json"), pins("package-lock.json")];
    let stamp =
        Stamp::of(directory.join("npm.stamp"), &[&files[0], &files[1]], Command::new("node").arg("-v"))?;
    if stamp.stands() {
        return Ok(());
    }
    for file in &files {
        fs::copy(file, directory.join(file.file_name().context("a pin file has a name")?))?;
    }
    let mut npm = shell::program("npm");
    npm.current_dir(directory).args([
        "ci",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--loglevel=error",
    ]);
    shell::run(&mut npm)?;
    stamp.write()
}

fn pins(name: &str) -> PathBuf {
    shell::root().join("crates").join("conformance").join(name)
}

/// Says what was installed: the tool's own version and the pin files, whole. It stands while both are unchanged.
struct Stamp {
    path: PathBuf,
    text: String,
}

impl Stamp {
    fn of(path: PathBuf, pins: &[&Path], version: &mut Command) -> Result<Self> {
        let mut text = shell::output(version)?;
        for pin in pins {
            text += &fs::read_to_string(pin).with_context(|| format!("cannot read {}", pin.display()))?;
        }
        Ok(Self { path, text })
    }

    fn stands(&self) -> bool {
        fs::read_to_string(&self.path).is_ok_and(|text| text == self.text)
    }

    fn write(&self) -> Result<()> {
        fs::write(&self.path, &self.text).with_context(|| format!("cannot write {}", self.path.display()))
    }
}
