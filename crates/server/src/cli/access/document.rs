//! A policy's document from a file or from standard input. Whether it is a policy is not decided here.

use crate::cli::error::CliError;
use auth::Policy;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// A file, or `-` for standard input.
#[derive(Debug, Clone)]
pub(super) struct Document(PathBuf);

impl From<PathBuf> for Document {
    fn from(path: PathBuf) -> Self {
        Self(path)
    }
}

impl Document {
    /// What it holds, at most as much as a policy may have.
    pub(super) fn read(&self) -> Result<String, CliError> {
        let text =
            if self.is_stdin() { read(io::stdin().lock()) } else { File::open(&self.0).and_then(read) };
        text.map_err(|cause| CliError::UnreadableDocument { file: self.name(), cause })
    }

    /// For errors.
    pub(super) fn name(&self) -> String {
        if self.is_stdin() { "standard input".to_owned() } else { self.0.display().to_string() }
    }

    fn is_stdin(&self) -> bool {
        self.0 == Path::new("-")
    }
}

fn read(from: impl Read) -> io::Result<String> {
    let mut text = String::new();
    from.take(Policy::MAX_BYTES as u64 + 1).read_to_string(&mut text)?;
    if text.len() > Policy::MAX_BYTES {
        return Err(io::Error::other(format!("it is larger than {} KiB", Policy::MAX_BYTES / 1024)));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p.json");
        let check = |content: &[u8], expected: Result<usize, &str>| {
            std::fs::write(&path, content).unwrap();
            let read = Document::from(path.clone()).read();
            match expected {
                Ok(length) => assert_eq!(read.unwrap().len(), length),
                Err(why) => {
                    let said = read.unwrap_err().to_string();
                    let place = format!("cannot read the policy in {}: ", path.display());
                    assert!(said.starts_with(&place) && said.contains(why), "{said}");
                }
            }
        };
        check(b"{}", Ok(2));
        check(&[b' '; 64 * 1024], Ok(64 * 1024));
        check(&[b' '; 64 * 1024 + 1], Err("larger than 64 KiB"));
        check(b"\xff", Err("UTF-8"));
        std::fs::remove_file(&path).unwrap();
        let said = Document::from(path.clone()).read().unwrap_err().to_string();
        assert!(said.contains("p.json: No such file"), "{said}");
    }
}
