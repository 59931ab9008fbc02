//! `cargo xtask test`: every test there is. What the real SDKs need is installed under `target/` by `clients`.

use anyhow::Result;

use crate::clients::Clients;
use crate::shell;

/// Builds the server, runs the workspace's tests, then the conformance suites against the binary just built.
pub(crate) fn run(_arguments: &[String]) -> Result<()> {
    shell::run(&mut shell::cargo(&["build", "--package", "hubbub"]))?;
    shell::run(&mut shell::cargo(&["test", "--workspace", "--exclude", "conformance", "--no-fail-fast"]))?;
    shell::run(&mut shell::cargo(&["build", "--package", "auth", "--examples"]))?;
    shell::run(&mut shell::cargo(&["build", "--package", "conformance", "--example", "s3"]))?;
    let target = shell::target_directory()?;
    let installed = target.join("conformance");
    let clients = Clients::install(&installed)?;
    // `cargo lambda` would build it at the first message.
    let handler = "docs/operating/handlers/rust/Cargo.toml";
    let mut build = shell::cargo(&["build", "--locked", "--manifest-path", handler, "--target-dir"]);
    shell::run(build.arg(installed.join("handlers")))?;
    let mut conformance = shell::cargo(&["test", "--package", "conformance", "--no-fail-fast"]);
    conformance
        .env("HUBBUB_BIN", target.join("debug").join("hubbub"))
        .env("HUBBUB_DECIDE", target.join("debug").join("examples").join("decide"))
        .env("HUBBUB_EXPIRE_SESSION", target.join("debug").join("examples").join("expire_session"))
        .env("HUBBUB_S3", target.join("debug").join("examples").join("s3"))
        .env("HUBBUB_PYTHON", &clients.python)
        .env("HUBBUB_AWS", &clients.aws)
        .env("HUBBUB_NODE_MODULES", &clients.node_modules);
    shell::run(&mut conformance)
}
