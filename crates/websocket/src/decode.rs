//! Bytes of one connection in, whole messages and control frames out. Must not know sockets, time or what a
//! message means.

mod partial;

use std::ops::ControlFlow;

use crate::close;
use crate::error::ProtocolError;
use crate::frame::OpCode;
use crate::header::Header;
use crate::mask;
use partial::Partial;

/// Which end of the connection we are; a server reads masked frames, a client unmasked ones (RFC 6455 §5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// We accepted the connection.
    Server,
    /// We opened the connection.
    Client,
}

/// How much one message may be. A `hard_max` below `max_message` wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of payload that are kept and delivered. A longer message is read past and reported as
    /// [`Incoming::TooLarge`].
    pub max_message: u32,
    /// Bytes of payload after which it is [`ProtocolError::TooLarge`], as soon as a frame's header says so.
    pub hard_max: u32,
    /// Frames per message, the first one included, after which it is [`ProtocolError::TooManyFragments`].
    pub max_fragments: u32,
}

impl Default for Limits {
    /// 32 KiB kept, 128 KiB read past, 256 frames.
    fn default() -> Self {
        Self { max_message: 32 * 1024, hard_max: 128 * 1024, max_fragments: 256 }
    }
}

/// What has arrived in full. It borrows from the read buffer or from the decoder, for the sink's call only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Incoming<'a> {
    /// A text message.
    Text(&'a str),
    /// A binary message.
    Binary(&'a [u8]),
    /// A text or binary message above [`Limits::max_message`]: all of it was read, none of it kept or checked.
    TooLarge {
        /// Bytes of its payload.
        len: usize,
    },
    /// A ping; its answer is a pong with the same payload.
    Ping(&'a [u8]),
    /// A pong, asked for or not.
    Pong(&'a [u8]),
    /// The peer's last word. The decoder ignores whatever comes after it (RFC 6455 §5.5.1).
    Close {
        /// Its code, one that may travel; `None` for an empty close frame.
        code: Option<u16>,
        /// Its reason, mostly empty.
        reason: &'a str,
    },
}

/// One connection's reading half.
///
/// **Invariant:** `partial` is `None` unless a frame or a fragmented message is incomplete.
#[derive(Debug)]
pub struct Decoder {
    partial: Option<Box<Partial>>,
    limits: Limits,
    role: Role,
    ended: bool,
}

/// Why the decoder stopped before the end of its input.
enum Stop {
    /// A close frame came or the sink wants no more.
    Ended,
    Breach(ProtocolError),
}

impl From<ProtocolError> for Stop {
    fn from(error: ProtocolError) -> Self {
        Self::Breach(error)
    }
}

impl Decoder {
    /// A decoder at the start of a connection, after the handshake's last byte.
    pub fn new(role: Role, limits: Limits) -> Self {
        Self { partial: None, limits, role, ended: false }
    }

    /// Consumes all of `input`, which is unmasked in place, and gives `sink` whatever is complete, in order.
    ///
    /// After a close frame, an error, or when the sink breaks, the connection's input has ended: the rest of this
    /// input and all later input is ignored and what was kept is freed.
    pub fn feed(
        &mut self,
        input: &mut [u8],
        sink: &mut impl FnMut(Incoming<'_>) -> ControlFlow<()>,
    ) -> Result<(), ProtocolError> {
        if self.ended {
            return Ok(());
        }
        let Err(stop) = self.drain(input, sink) else { return Ok(()) };
        self.ended = true;
        self.partial = None;
        match stop {
            Stop::Ended => Ok(()),
            Stop::Breach(error) => Err(error),
        }
    }

    /// Bytes of heap held for an incomplete frame or message; 0 between messages.
    pub fn kept_bytes(&self) -> usize {
        self.partial.as_ref().map_or(0, |partial| partial.kept_bytes())
    }

    fn drain(
        &mut self,
        input: &mut [u8],
        sink: &mut impl FnMut(Incoming<'_>) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        let mut at = 0;
        while let Some(rest) = input.get_mut(at..)
            && !rest.is_empty()
        {
            let Some(partial) = &mut self.partial else {
                match whole_frame(rest, self.role, &self.limits, sink)? {
                    Some(used) => at += used,
                    None => self.partial = Some(Box::default()),
                }
                continue;
            };
            at += partial.resume(rest, self.role, &self.limits, sink)?;
            if partial.is_done() {
                self.partial = None;
            }
        }
        Ok(())
    }
}

/// Delivers the frame at the start of `input` without keeping anything and says how long it is; `None`, with
/// `input` untouched, when it is not a whole unfragmented one.
fn whole_frame(
    input: &mut [u8],
    role: Role,
    limits: &Limits,
    sink: &mut impl FnMut(Incoming<'_>) -> ControlFlow<()>,
) -> Result<Option<usize>, Stop> {
    let Some((header, head_len)) = Header::parse(input, role)? else { return Ok(None) };
    if header.opcode == OpCode::Continuation {
        return Err(ProtocolError::OrphanContinuation.into());
    }
    if header.len > u64::from(limits.hard_max) && !header.opcode.is_control() {
        return Err(ProtocolError::TooLarge.into());
    }
    let end = usize::try_from(header.len).ok().and_then(|len| head_len.checked_add(len));
    let payload = end.and_then(|end| input.get_mut(head_len..end));
    let (Some(payload), true) = (payload, header.fin) else { return Ok(None) };
    let used = head_len + payload.len();
    if let Some(key) = header.mask {
        mask::apply(payload, key, 0);
    }
    deliver(event(header.opcode, payload, limits)?, sink)?;
    Ok(Some(used))
}

/// What a message's first opcode, or a control frame's, and its whole payload mean.
fn event<'a>(opcode: OpCode, payload: &'a [u8], limits: &Limits) -> Result<Incoming<'a>, ProtocolError> {
    Ok(match opcode {
        OpCode::Ping => Incoming::Ping(payload),
        OpCode::Pong => Incoming::Pong(payload),
        OpCode::Close => {
            let (code, reason) = close::parse(payload)?;
            Incoming::Close { code, reason }
        }
        _ if payload.len() as u64 > u64::from(limits.max_message) => {
            Incoming::TooLarge { len: payload.len() }
        }
        OpCode::Text => Incoming::Text(str::from_utf8(payload).map_err(|_| ProtocolError::InvalidUtf8)?),
        OpCode::Binary => Incoming::Binary(payload),
        OpCode::Continuation => return Err(ProtocolError::OrphanContinuation),
    })
}

fn deliver(
    incoming: Incoming<'_>,
    sink: &mut impl FnMut(Incoming<'_>) -> ControlFlow<()>,
) -> Result<(), Stop> {
    let last = matches!(incoming, Incoming::Close { .. });
    if sink(incoming).is_break() || last { Err(Stop::Ended) } else { Ok(()) }
}
