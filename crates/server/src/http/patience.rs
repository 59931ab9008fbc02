//! A stream that waits for its client only so long: for a request's head, for the next request, and for an answer to
//! be taken. Knows no HTTP: who answers requests tells it when one begins and when it is answered.
//!
//! How long a body may take is not looked after here; who reads it does.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// How long a client is waited for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Patience {
    /// From the first byte of a request's head to its last; on a new connection, from its beginning.
    pub(crate) head: Duration,
    /// From one answer to the first byte of the next request. So long an answer may also wait without the client taking
    /// any of it.
    pub(crate) idle: Duration,
}

/// How it stands between a connection's stream and who answers its requests.
#[derive(Debug, Clone)]
pub(crate) struct Turn(Arc<State>);

#[derive(Debug)]
struct State {
    begun: Instant,
    /// Which request the connection is at. Even: none; odd: one is being answered.
    number: AtomicU32,
    /// When the last answer was ready, in microseconds since the beginning.
    answered_us: AtomicU64,
    ran_out: AtomicBool,
}

/// One request being answered; its end is when this is dropped.
pub(crate) struct Answering(Turn);

impl Turn {
    /// A connection that begins now.
    pub(crate) fn new() -> Self {
        let (number, answered_us, ran_out) = Default::default();
        Self(Arc::new(State { begun: Instant::now(), number, answered_us, ran_out }))
    }

    /// A request has come in whole, but for its body.
    pub(crate) fn begin(&self) -> Answering {
        self.0.number.fetch_add(1, Ordering::Relaxed);
        Answering(self.clone())
    }

    /// Whether patience ended in the midst of something.
    pub(crate) fn ran_out(&self) -> bool {
        self.0.ran_out.load(Ordering::Relaxed)
    }

    fn run_out(&self) -> io::Error {
        self.0.ran_out.store(true, Ordering::Relaxed);
        ErrorKind::TimedOut.into()
    }

    fn answered_at(&self) -> Instant {
        self.0.begun + Duration::from_micros(self.0.answered_us.load(Ordering::Relaxed))
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let State { begun, number, answered_us, .. } = &*self.0.0;
        let after = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        answered_us.store(after, Ordering::Relaxed);
        number.fetch_add(1, Ordering::Relaxed);
    }
}

/// The stream. Where patience ends while it is idle, it reads as ended; anywhere else, it fails as timed out.
#[derive(Debug)]
pub(crate) struct Patient<S> {
    stream: S,
    patience: Patience,
    turn: Turn,
    /// The turn that the stream was last read in.
    seen: u32,
    /// When the head began that is not whole yet.
    head_since: Option<Instant>,
    /// Rings when there may be something to end, or earlier: so a request that comes in time costs no timer.
    alarm: Pin<Box<Sleep>>,
    writing: Option<Pin<Box<Sleep>>>,
}

impl<S> Patient<S> {
    /// A new connection, of which a first head is expected.
    pub(crate) fn new(stream: S, patience: Patience, turn: Turn) -> Self {
        let (head_since, alarm) = (Some(turn.0.begun), Box::pin(sleep(patience.head)));
        Self { stream, patience, turn, seen: 0, head_since, alarm, writing: None }
    }

    /// The stream itself, which waits as long as it likes again.
    pub(crate) fn into_inner(self) -> S {
        self.stream
    }

    /// Which turn it is, with what belongs to an earlier one forgotten.
    fn turn(&mut self) -> u32 {
        let turn = self.turn.0.number.load(Ordering::Relaxed);
        if turn != self.seen {
            self.seen = turn;
            self.head_since = None;
        }
        turn
    }

    /// Nothing came: for how long is that in order?
    fn poll_patience(&mut self, turn: u32, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let busy = !turn.is_multiple_of(2) || self.writing.is_some();
        let idle_from = if busy { Instant::now() } else { self.turn.answered_at() };
        let until =
            self.head_since.map_or(idle_from + self.patience.idle, |since| since + self.patience.head);
        if self.alarm.deadline() > until {
            self.alarm.as_mut().reset(until);
        }
        while self.alarm.as_mut().poll(cx).is_ready() {
            if Instant::now() >= until {
                let idle = self.head_since.is_none();
                return Poll::Ready(if idle { Ok(()) } else { Err(self.turn.run_out()) });
            }
            self.alarm.as_mut().reset(until);
        }
        Poll::Pending
    }

    /// Fails as timed out if the client has taken nothing for too long.
    fn poll_taken<T>(&mut self, taken: Poll<io::Result<T>>, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if taken.is_ready() {
            self.writing = None;
            return taken;
        }
        let patience = self.patience.idle;
        ready!(self.writing.get_or_insert_with(|| Box::pin(sleep(patience))).as_mut().poll(cx));
        Poll::Ready(Err(self.turn.run_out()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let turn = this.turn();
        let before = buf.filled().len();
        let read = Pin::new(&mut this.stream).poll_read(cx, buf);
        if read.is_pending() {
            return this.poll_patience(turn, cx);
        }
        let is_head = turn.is_multiple_of(2) && buf.filled().len() > before;
        if is_head && this.head_since.is_none() {
            this.head_since = Some(Instant::now());
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let taken = Pin::new(&mut this.stream).poll_write(cx, bytes);
        this.poll_taken(taken, cx)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let taken = Pin::new(&mut this.stream).poll_write_vectored(cx, slices);
        this.poll_taken(taken, cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let taken = Pin::new(&mut this.stream).poll_flush(cx);
        this.poll_taken(taken, cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let taken = Pin::new(&mut this.stream).poll_shutdown(cx);
        this.poll_taken(taken, cx)
    }
}
