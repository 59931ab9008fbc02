//! `cargo xtask doc`: the rustdoc of our own packages, with warnings as errors.

use anyhow::Result;

use crate::shell;

/// Fails on a broken link or a missing sentence.
pub(crate) fn run(_arguments: &[String]) -> Result<()> {
    let mut command = shell::cargo(&["doc", "--workspace", "--no-deps", "--document-private-items"]);
    shell::run(command.env("RUSTDOCFLAGS", "-D warnings"))
}
