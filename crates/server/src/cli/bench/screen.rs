//! How it stands, on standard error: a bar on a terminal, one line for each phase anywhere else.

use indicatif::{ProgressBar, ProgressStyle};
use std::io::{self, IsTerminal as _, Write as _};

const COUNTED: &str = "{msg}  {bar:32} {human_pos}/{human_len}  {elapsed}";
const TIMED: &str = "{msg}  {bar:32} {elapsed}";

/// A phase that is under way; gone from the terminal when it is dropped.
#[derive(Debug)]
pub(super) struct Phase {
    bar: Option<ProgressBar>,
}

impl Phase {
    /// Begins a phase that counts to `total`.
    pub(super) fn counted(text: &str, total: u64) -> Self {
        Self::begin(text, total, COUNTED)
    }

    /// Begins a phase that takes so many milliseconds.
    pub(super) fn timed(text: &str, total_ms: u64) -> Self {
        Self::begin(text, total_ms, TIMED)
    }

    fn begin(text: &str, total: u64, template: &str) -> Self {
        if !io::stderr().is_terminal() {
            say(text);
            return Self { bar: None };
        }
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        let bar = ProgressBar::new(total).with_style(style).with_message(text.to_owned());
        Self { bar: Some(bar) }
    }

    /// So far it is.
    pub(super) fn at(&self, position: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(position);
        }
    }

    /// What stands before the bar.
    pub(super) fn text(&self, text: impl FnOnce() -> String) {
        if let Some(bar) = &self.bar {
            bar.set_message(text());
        }
    }
}

impl Drop for Phase {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A line on standard error.
pub(super) fn say(text: &str) {
    // There is nobody left to tell when the terminal has gone.
    let _ = writeln!(io::stderr().lock(), "{text}");
}
