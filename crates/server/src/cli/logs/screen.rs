//! Standard output, many records at a time.

use super::record::Record;
use crate::cli::printable::printable_json;
use jiff::tz::TimeZone;
use std::io::{self, BufWriter, IsTerminal as _, Stdout, Write as _};

/// Where records are shown, and how.
pub(super) struct Screen {
    form: Form,
    stdout: BufWriter<Stdout>,
}

enum Form {
    Text(TimeZone),
    /// The lines as they are.
    Json,
    /// The lines, with what a terminal would obey written in JSON's own way.
    HarmlessJson,
}

impl Screen {
    /// Shows records as text, or as JSON.
    pub(super) fn new(is_json: bool) -> Self {
        let stdout = io::stdout();
        let form = match (is_json, stdout.is_terminal()) {
            (false, _) => Form::Text(TimeZone::system()),
            (true, false) => Form::Json,
            (true, true) => Form::HarmlessJson,
        };
        Self { form, stdout: BufWriter::new(stdout) }
    }

    /// Shows a record, at the latest with the next [`Screen::flush`].
    pub(super) fn show(&mut self, record: &Record) -> io::Result<()> {
        match &self.form {
            Form::Text(zone) => writeln!(self.stdout, "{}", record.text(zone)),
            Form::Json => writeln!(self.stdout, "{}", record.line),
            Form::HarmlessJson => writeln!(self.stdout, "{}", printable_json(&record.line)),
        }
    }

    /// Shows all that there is until now.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}
