//! The files that tidy looks at: everything git tracks or would track, as text.

use std::fs;

use anyhow::{Context as _, Result};

use super::source::Source;
use crate::shell;

/// Every text file of the repository; what is not UTF-8 is no text and is left out.
pub(crate) fn read() -> Result<Vec<Source>> {
    let mut git = shell::program("git");
    git.args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
    let list = shell::output(&mut git).context("tidy asks git which files there are")?;
    let mut files = Vec::new();
    for path in list.split('\0').filter(|path| !path.is_empty()) {
        let absolute = shell::root().join(path);
        if !absolute.is_file() {
            continue;
        }
        if let Ok(text) = String::from_utf8(fs::read(&absolute)?) {
            files.push(Source::new(path, text));
        }
    }
    Ok(files)
}
