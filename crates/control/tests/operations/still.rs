//! A clock that stands still: what waits for the timer waits until the rest is done, however slow the machine is.

use std::cell::RefCell;
use std::sync::mpsc::{Sender, channel};
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::{task, time};

thread_local! {
    /// How many want the clock to stand, and what lets it go.
    static STANDING: RefCell<(usize, Option<Sender<()>>)> = const { RefCell::new((0, None)) };
}

/// While one of these is there, the timer of a runtime of one thread stands still.
pub(crate) struct Still;

impl Still {
    /// None in a runtime of more threads, whose timer cannot be stopped.
    pub(crate) fn begin() -> Option<Self> {
        if Handle::current().runtime_flavor() != RuntimeFlavor::CurrentThread {
            return None;
        }
        STANDING.with_borrow_mut(|(wanted, release)| {
            *wanted += 1;
            if *wanted == 1 {
                time::pause();
                // A paused clock leaps ahead when a runtime has nothing to do; amid a blocking task it does not.
                let (sender, released) = channel::<()>();
                task::spawn_blocking(move || released.recv());
                *release = Some(sender);
            }
        });
        Some(Self)
    }
}

impl Drop for Still {
    fn drop(&mut self) {
        STANDING.with_borrow_mut(|(wanted, release)| {
            *wanted -= 1;
            if *wanted == 0 {
                *release = None;
                time::resume();
            }
        });
    }
}
