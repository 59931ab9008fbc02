//! Files that only their owner may read, made whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

/// Reads the file, or makes it with what `make` gives. Answers the content, and whether it was made now.
///
/// # Errors
/// When it can be neither read nor written.
pub(crate) fn read_or_make(path: &Path, make: impl FnOnce() -> String) -> io::Result<(String, bool)> {
    match fs::read_to_string(path) {
        Ok(content) => {
            warn_if_open(path);
            Ok((content, false))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let content = make();
            write(path, &content)?;
            Ok((content, true))
        }
        Err(error) => Err(error),
    }
}

/// Written beside and moved into place, so that a crash leaves no half of a key behind.
fn write(path: &Path, content: &str) -> io::Result<()> {
    let beside = path.with_extension("new");
    let _ = fs::remove_file(&beside);
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)?;
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

/// Says so where others than its owner may read a file that holds secrets.
pub(crate) fn warn_if_open(path: &Path) {
    if fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0) {
        tracing::warn!(path = %path.display(), "others than its owner may read this secret file; chmod 600 it");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_made_once_and_is_its_owner_s_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        assert_eq!(read_or_make(&path, || "a".into()).unwrap(), ("a".into(), true));
        assert_eq!(read_or_make(&path, || "b".into()).unwrap(), ("a".into(), false));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
