//! Standard output, line by line.

use std::io::{self, Write as _};

/// Writes `text` and a line end, at once.
pub(super) fn line(text: &str) -> io::Result<()> {
    write(&format!("{text}\n"))
}

/// Writes `text` as it is, at once.
pub(super) fn write(text: &str) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}
