//! RFC 6455 as pure functions over bytes: frames out ([`frame`]), messages in ([`decode`]), the opening
//! handshake ([`handshake`]).
//!
//! It must not know what a chat is. There are no sockets, no async, no clock and no randomness here.
//!
//! - **Invariant:** a whole unfragmented frame in the read buffer is delivered out of that buffer: unmasked in
//!   place, not copied, nothing allocated.
//! - **Invariant:** between frames and messages a [`Decoder`] owns no heap memory.
//! - **Invariant:** what a [`Decoder`] keeps is bounded by [`Limits::max_message`] and by what really arrived; a
//!   declared length alone never allocates.
//! - **Invariant:** how the input was cut into reads is not visible in what the sink sees.
//! - **Invariant:** text and close reasons that leave here are valid UTF-8.
//! - No extension is spoken, so the RSV bits are always an error; we never send a fragment.

mod close;
pub mod decode;
mod error;
pub mod frame;
pub mod handshake;
mod header;
mod mask;

pub use crate::close::close_payload;
pub use crate::decode::{Decoder, Incoming, Limits, Role};
pub use crate::error::ProtocolError;
pub use crate::frame::{
    OpCode, close_frame, encode_client, encode_server, frame_len, ping_frame, pong_frame, text_frame,
};
pub use crate::handshake::{
    Accepted, HandshakeError, Request, SubprotocolError, accept_key, check_accept, check_request,
    request_key, single_subprotocol,
};
