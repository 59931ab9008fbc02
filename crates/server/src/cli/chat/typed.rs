//! Standard input, line by line, beside everything else. Does not know what a line means.

use std::io::{self, BufRead as _, Read as _};
use tokio::sync::mpsc;

/// The longest line that is taken as one; far above what a message may be.
const LINE_BYTES_MAX: u64 = 16 * 1024;
/// How many lines wait while the connection is away; reading stops at that.
const LINES_MAX: usize = 64;

/// The lines as they are typed; closed at their end.
///
/// A thread of its own reads them: a blocking read on the runtime would keep the process alive after the chat's end.
pub(super) fn lines() -> io::Result<mpsc::Receiver<String>> {
    let (typed, lines) = mpsc::channel(LINES_MAX);
    std::thread::Builder::new().name("typed".to_owned()).spawn(move || read(io::stdin().lock(), &typed))?;
    Ok(lines)
}

fn read(mut input: impl io::BufRead, typed: &mpsc::Sender<String>) {
    loop {
        let mut line = Vec::new();
        match input.by_ref().take(LINE_BYTES_MAX).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(&line).trim_end_matches(['\n', '\r']).to_owned();
        if typed.blocking_send(text).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_with_their_input() {
        let (typed, mut lines) = mpsc::channel(8);
        read(&b"one\r\n\nthr\xffee"[..], &typed);
        drop(typed);
        let read: Vec<String> = std::iter::from_fn(|| lines.blocking_recv()).collect();
        assert_eq!(read, ["one", "", "thr\u{fffd}ee"]);
    }

    #[test]
    fn a_line_that_never_ends_is_cut() {
        let (typed, mut lines) = mpsc::channel(8);
        read(io::repeat(b'x').take(2 * LINE_BYTES_MAX + 1).chain(&b""[..]).buffered(), &typed);
        drop(typed);
        let lengths: Vec<usize> =
            std::iter::from_fn(|| lines.blocking_recv()).map(|line| line.len()).collect();
        assert_eq!(lengths, [16 * 1024, 16 * 1024, 1]);
    }

    trait Buffered: io::Read + Sized {
        fn buffered(self) -> io::BufReader<Self> {
            io::BufReader::new(self)
        }
    }

    impl<R: io::Read> Buffered for R {}
}
