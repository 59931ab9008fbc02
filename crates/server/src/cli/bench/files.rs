//! Where results go beside the terminal. Opened before the run, so that a long one is not in vain.

use super::chart;
use super::error::BenchError;
use super::report::Report;
use crate::cli::error::CliError;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The files that were asked for.
#[derive(Debug)]
pub(super) struct Files {
    json: Option<Opened>,
    svg: Option<Opened>,
}

#[derive(Debug)]
struct Opened {
    path: PathBuf,
    file: File,
}

impl Files {
    /// Makes or empties them.
    ///
    /// # Errors
    /// [`BenchError::File`]
    pub(super) fn create(json: Option<&Path>, svg: Option<&Path>) -> Result<Self, BenchError> {
        Ok(Self { json: json.map(Opened::create).transpose()?, svg: svg.map(Opened::create).transpose()? })
    }

    /// Writes the report into each.
    pub(super) fn write(self, report: &Report) -> Result<(), CliError> {
        if let Some(json) = self.json {
            json.write(&format!("{}\n", serde_json::to_string_pretty(report).map_err(io::Error::other)?))?;
        }
        if let Some(svg) = self.svg {
            svg.write(&chart::draw(report)?)?;
        }
        Ok(())
    }
}

impl Opened {
    fn create(path: &Path) -> Result<Self, BenchError> {
        let failed = |cause| BenchError::File { path: path.to_owned(), cause };
        Ok(Self { path: path.to_owned(), file: File::create(path).map_err(failed)? })
    }

    fn write(mut self, text: &str) -> Result<(), BenchError> {
        let failed = |cause| BenchError::File { path: self.path, cause };
        self.file.write_all(text.as_bytes()).map_err(failed)
    }
}
