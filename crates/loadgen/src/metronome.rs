//! Wakes a thread at an exact moment: a poll by itself waits in whole milliseconds, which is too coarse for latencies
//! of some microseconds. Must not know what is due.

use crate::clock::Clock;
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// A thread that does nothing but wait. It ends with this.
#[derive(Debug)]
pub(crate) struct Metronome {
    orders: Option<Sender<Duration>>,
    ordered: Option<Duration>,
    thread: Option<JoinHandle<()>>,
}

impl Metronome {
    /// Starts the thread; it calls `wake` once for each moment ordered.
    pub(crate) fn start(clock: Clock, wake: impl Fn() + Send + 'static) -> io::Result<Self> {
        let (orders, received) = channel();
        let run = move || beat(clock, &received, wake);
        let thread = thread::Builder::new().name("metronome".into()).spawn(run)?;
        Ok(Self { orders: Some(orders), ordered: None, thread: Some(thread) })
    }

    /// Orders a wake-up; it takes the place of an earlier one that has not come yet.
    pub(crate) fn wake_at(&mut self, at: Duration) {
        if self.ordered.replace(at) != Some(at)
            && let Some(orders) = &self.orders
        {
            // The thread lives as long as this does.
            let _ = orders.send(at);
        }
    }
}

impl Drop for Metronome {
    fn drop(&mut self) {
        self.orders = None;
        let _ = self.thread.take().map(JoinHandle::join);
    }
}

fn beat(clock: Clock, orders: &Receiver<Duration>, wake: impl Fn()) {
    let mut order = orders.recv();
    while let Ok(at) = order {
        order = match orders.recv_timeout(at.saturating_sub(clock.now())) {
            Ok(instead) => Ok(instead),
            Err(RecvTimeoutError::Disconnected) => return,
            Err(RecvTimeoutError::Timeout) => {
                wake();
                orders.recv()
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::Metronome;
    use crate::clock::Clock;
    use std::sync::mpsc::channel;
    use std::time::Duration;

    #[test]
    fn it_wakes_at_the_last_order_and_never_early() {
        let clock = Clock::start();
        let (woken, wakes) = channel();
        let wake = move || woken.send(clock.now()).unwrap();
        let mut metronome = Metronome::start(clock, wake).unwrap();
        metronome.wake_at(Duration::from_secs(3600));
        let at = clock.now() + Duration::from_millis(2);
        metronome.wake_at(at);
        assert!(wakes.recv().unwrap() >= at);
        drop(metronome);
        assert!(wakes.recv().is_err(), "the thread has ended");
    }
}
