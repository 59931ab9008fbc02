//! Lines out of a file, none longer than memory allows. Knows no record.

use std::io::{self, BufRead, Read as _};

/// A record holds a frame, and frames have some kilobytes.
const MOST_BYTES: usize = 1024 * 1024;

/// What is next in a file.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A line, without its end.
    Whole(Vec<u8>),
    /// One that is longer than any record.
    TooLong,
    /// The last one, which has no end.
    Torn,
    /// Nothing.
    End,
}

impl Line {
    /// Reads the next line.
    pub(super) fn read(reader: &mut dyn BufRead) -> io::Result<Self> {
        let mut line = Vec::new();
        (&mut *reader).take(MOST_BYTES as u64 + 1).read_until(b'\n', &mut line)?;
        if line.pop_if(|byte| *byte == b'\n').is_some() {
            return Ok(Self::Whole(line));
        }
        match line.len() {
            0 => Ok(Self::End),
            1..=MOST_BYTES => Ok(Self::Torn),
            _ => Ok(if reader.skip_until(b'\n')? == 0 { Self::Torn } else { Self::TooLong }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_and_have_a_limit() {
        let long = "x".repeat(MOST_BYTES);
        let text = format!("a\n\n{long}\n{long}y\nb\ntorn");
        let mut reader = text.as_bytes();
        let mut read = || Line::read(&mut reader).unwrap();
        let whole = |text: &str| Line::Whole(text.into());
        assert_eq!([read(), read()], [whole("a"), whole("")]);
        assert!(read() == whole(&long), "the longest");
        assert_eq!([read(), read(), read(), read()], [Line::TooLong, whole("b"), Line::Torn, Line::End]);
    }
}
