//! The sockets: one event loop per core that owns its connections, reads, writes, pings and timers.
//!
//! A connection's way: [`Shards::reserve`] gives it a place, so that it misses nothing; [`Reservation::attach`] brings
//! its socket once the handshake is answered; from then on its shard alone touches it.
//!
//! A publication's way: the bus puts it into the shard's inbox ([`engine::Outlet`]), the room gathers what came
//! meanwhile, and a pass writes the same shared bytes to each viewer.
//!
//! **Invariant:** nothing here knows an operation, the store or the configuration file, and no rule of a room: it
//! carries frames to the engine's sessions and does what they react with. A delivery takes no lock, allocates nothing
//! and wakes no task.

mod alarms;
mod connection;
mod counters;
mod delivery;
mod inbox;
mod outbox;
mod reading;
mod reservation;
mod room;
mod shard;
mod shards;
mod slots;
mod timers;
mod transport;

pub use counters::{CloseReason, ShardCounters};
pub use reservation::{Held, Reservation};
pub use shards::{ShardSettings, Shards, ShardsStart};
pub use transport::ChatSocket;
