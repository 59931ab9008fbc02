//! `cargo xtask fmt`: the format is rustfmt's, and only checked here.

use anyhow::{Context as _, Result};

use crate::shell;

/// Fails when rustfmt would change a file.
pub(crate) fn run(_arguments: &[String]) -> Result<()> {
    shell::run(&mut shell::cargo(&["fmt", "--all", "--check"])).context("run `cargo fmt --all`")
}
