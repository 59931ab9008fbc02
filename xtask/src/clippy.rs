//! `cargo xtask clippy`: every lint of the workspace, with warnings as errors.

use anyhow::Result;

use crate::shell;

/// Fails on any warning, in tests and examples as well.
pub(crate) fn run(_arguments: &[String]) -> Result<()> {
    shell::run(&mut shell::cargo(&["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))
}
