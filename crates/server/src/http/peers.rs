//! How many connections each client address has open.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts connections by address; only asked when the configuration sets a bound.
#[derive(Default)]
pub(crate) struct Peers(Mutex<HashMap<IpAddr, u32>>);

/// One counted connection; given back when it is dropped.
pub(crate) struct Counted {
    peers: Arc<Peers>,
    address: IpAddr,
}

impl Peers {
    /// Counts one more, unless the address has `most` already.
    pub(crate) fn admit(self: &Arc<Self>, address: IpAddr, most: u32) -> Option<Counted> {
        let mut open = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Counted { peers: Arc::clone(self), address })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut open = self.peers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}
