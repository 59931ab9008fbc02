//! What a socket could not take yet: shared frames in order, and the few that may overtake them.

use model::Monotonic;
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

/// Empty, and then without any heap, for every client that reads as fast as it is written to.
#[derive(Debug, Default)]
pub(crate) struct Outbox(Option<Box<Backlog>>);

/// **Invariant:** `urgent` and each entry of `data` hold whole frames from their beginning; a position says how far the
/// socket has taken it.
#[derive(Debug)]
struct Backlog {
    /// Pongs, pings, errors, closes; what the socket has taken is taken off.
    urgent: Vec<u8>,
    /// Whether the socket has taken something of what is urgent, so that no data may come before the rest.
    urgent_begun: bool,
    data: VecDeque<Arc<[u8]>>,
    /// How much of the first entry the socket has taken.
    data_at: usize,
    data_bytes: usize,
    since: Monotonic,
}

/// The outbox already holds as much as it may.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full;

impl Outbox {
    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Since when something waits and the socket has taken nothing of it.
    pub(crate) fn waiting_since(&self) -> Option<Monotonic> {
        self.0.as_ref().map(|backlog| backlog.since)
    }

    /// Bytes that wait.
    pub(crate) fn bytes(&self) -> usize {
        self.0.as_ref().map_or(0, |backlog| backlog.data_bytes + backlog.urgent.len())
    }

    /// Keeps `frames`, of which the socket has taken `taken` bytes already. What is kept is shared, not copied.
    ///
    /// # Errors
    /// [`Full`], when more than `most` bytes would wait; a first entry always fits.
    pub(crate) fn keep(
        &mut self,
        frames: &Arc<[u8]>,
        taken: usize,
        most: usize,
        now: Monotonic,
    ) -> Result<(), Full> {
        let backlog = self.backlog(now);
        let bytes = frames.len().saturating_sub(taken);
        if !backlog.data.is_empty() && backlog.data_bytes + bytes > most {
            return Err(Full);
        }
        if backlog.data.is_empty() {
            backlog.data_at = taken;
        }
        backlog.data_bytes += bytes;
        backlog.data.push_back(Arc::clone(frames));
        Ok(())
    }

    /// Keeps a frame that goes out before all data that has not been begun.
    ///
    /// # Errors
    /// [`Full`], when more than `most` urgent bytes would wait.
    pub(crate) fn keep_urgent(&mut self, frame: &[u8], most: usize, now: Monotonic) -> Result<(), Full> {
        let backlog = self.backlog(now);
        if backlog.urgent.len() + frame.len() > most {
            return Err(Full);
        }
        backlog.urgent.extend_from_slice(frame);
        Ok(())
    }

    /// Drops all data but the rest of a frame that the socket has begun: nothing may follow what is urgent now.
    pub(crate) fn drop_data(&mut self) {
        let Some(backlog) = &mut self.0 else { return };
        backlog.data.truncate(1);
        let Some(first) = backlog.data.front() else { return };
        let end = frame_end(first, backlog.data_at);
        match first.get(..end) {
            Some(begun) if backlog.data_at < end => {
                let begun: Arc<[u8]> = begun.into();
                backlog.data = VecDeque::from([begun]);
                backlog.data_bytes = end - backlog.data_at;
            }
            _ => {
                backlog.data = VecDeque::new();
                backlog.data_bytes = 0;
                backlog.data_at = 0;
            }
        }
    }

    /// Gives `write` what waits until all is gone or it takes no more; the outbox is then empty, or not.
    ///
    /// # Errors
    /// What `write` fails with, but for `WouldBlock`.
    pub(crate) fn flush(
        &mut self,
        now: Monotonic,
        mut write: impl FnMut(&[u8]) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let mut written = 0;
        while let Some(backlog) = &mut self.0 {
            match write(backlog.next()) {
                Ok(0) => break,
                Ok(taken) => {
                    written += taken;
                    backlog.since = now;
                    if backlog.advance(taken) {
                        self.0 = None;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) => return Err(error),
            }
        }
        Ok(written)
    }

    fn backlog(&mut self, now: Monotonic) -> &mut Backlog {
        self.0.get_or_insert_with(|| {
            Box::new(Backlog {
                urgent: Vec::new(),
                urgent_begun: false,
                data: VecDeque::new(),
                data_at: 0,
                data_bytes: 0,
                since: now,
            })
        })
    }
}

impl Backlog {
    /// What is next: the frame that was begun, then what is urgent, then the data.
    fn next(&self) -> &[u8] {
        let Some(first) = self.data.front() else { return &self.urgent };
        let end = match (self.urgent.is_empty(), self.urgent_begun) {
            (true, _) => first.len(),
            (false, false) => frame_end(first, self.data_at),
            (false, true) => return &self.urgent,
        };
        if self.data_at < end { first.get(self.data_at..end).unwrap_or_default() } else { &self.urgent }
    }

    /// `taken` bytes of [`Backlog::next`] are gone. Answers whether nothing is left.
    fn advance(&mut self, taken: usize) -> bool {
        let mid_frame =
            || self.data.front().is_some_and(|first| self.data_at < frame_end(first, self.data_at));
        if !self.urgent.is_empty() && (self.urgent_begun || !mid_frame()) {
            self.urgent.drain(..taken.min(self.urgent.len()));
            self.urgent_begun = !self.urgent.is_empty();
        } else {
            self.data_at += taken;
            self.data_bytes -= taken;
            if self.data.front().is_some_and(|first| self.data_at >= first.len()) {
                self.data.pop_front();
                self.data_at = 0;
            }
        }
        self.urgent.is_empty() && self.data.is_empty()
    }
}

/// Where the frame ends that position `at` is in; `at` itself, if that is between two frames.
fn frame_end(frames: &[u8], at: usize) -> usize {
    let mut end = 0;
    while end < at {
        match frames.get(end..).and_then(websocket::frame_len) {
            Some(length) => end += length,
            None => return frames.len(),
        }
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Monotonic = Monotonic::from_nanos(1);

    fn frames(texts: &[&str]) -> Arc<[u8]> {
        texts.iter().flat_map(|text| websocket::text_frame(text.as_bytes()).into_vec()).collect()
    }

    /// Flushes through a socket that takes `step` bytes at a time; what came out.
    fn drained(outbox: &mut Outbox, step: usize) -> Vec<u8> {
        let mut out = Vec::new();
        let write = |bytes: &[u8]| {
            let taken = bytes.len().min(step);
            out.extend_from_slice(&bytes[..taken]);
            Ok(taken)
        };
        outbox.flush(NOW, write).unwrap();
        assert!(outbox.is_empty());
        out
    }

    #[test]
    fn an_urgent_frame_goes_between_frames_and_never_into_one() {
        let data = frames(&["one", "two"]);
        let ping = websocket::ping_frame(b"p");
        for taken in 0..data.len() {
            for step in [1, 3, 100] {
                let mut outbox = Outbox::default();
                outbox.keep(&data, taken, 1000, NOW).unwrap();
                outbox.keep_urgent(&ping, 1000, NOW).unwrap();
                let end = frame_end(&data, taken);
                let expected = [&data[taken..end], &ping, &data[end..]].concat();
                assert_eq!(drained(&mut outbox, step), expected, "taken {taken} step {step}");
            }
        }
    }

    #[test]
    fn after_the_last_word_only_a_begun_frame_is_finished() {
        let data = frames(&["one", "two"]);
        let close = websocket::close_frame(1000, "bye");
        for taken in 0..data.len() {
            let mut outbox = Outbox::default();
            outbox.keep(&data, taken, 1000, NOW).unwrap();
            outbox.keep(&data, 0, 1000, NOW).unwrap();
            outbox.drop_data();
            outbox.keep_urgent(&close, 1000, NOW).unwrap();
            let end = frame_end(&data, taken);
            assert_eq!(drained(&mut outbox, 2), [&data[taken..end], &close].concat(), "taken {taken}");
        }
    }

    #[test]
    fn a_full_outbox_says_so() {
        let data = frames(&["one"]);
        let mut outbox = Outbox::default();
        outbox.keep(&data, 0, 6, NOW).unwrap();
        assert_eq!(outbox.keep(&data, 0, 6, NOW), Err(Full));
        assert_eq!(outbox.bytes(), data.len());
    }
}
