//! What a connection keeps while a frame or a fragmented message is incomplete. Must not know whole frames.

use std::mem;
use std::ops::ControlFlow;

use super::{Incoming, Limits, Role, Stop, deliver, event};
use crate::error::ProtocolError;
use crate::frame::OpCode;
use crate::header::{self, Header};
use crate::mask;

/// An incomplete header, or an open frame, or an open message, or an open frame of an open message.
#[derive(Debug, Default)]
pub(super) struct Partial {
    /// The bytes of an incomplete header.
    head: [u8; header::MAX_LEN],
    head_len: usize,
    frame: Option<OpenFrame>,
    /// The payload of an open control frame, at most 125 bytes.
    control: Vec<u8>,
    message: Option<OpenMessage>,
}

/// A frame whose header is complete and whose payload is not.
#[derive(Debug)]
struct OpenFrame {
    header: Header,
    /// Bytes of payload that have arrived.
    arrived: u64,
}

/// A message whose last byte has not arrived.
#[derive(Debug)]
struct OpenMessage {
    opcode: OpCode,
    fragments: u32,
    /// What the headers so far declare, never above `Limits::hard_max`.
    declared: u64,
    /// What has arrived; empty once `declared` is above `Limits::max_message`.
    payload: Vec<u8>,
    /// How much of a text's payload is known to be UTF-8.
    checked: usize,
}

impl Partial {
    pub(super) fn is_done(&self) -> bool {
        self.head_len == 0 && self.frame.is_none() && self.message.is_none()
    }

    pub(super) fn kept_bytes(&self) -> usize {
        let payload = self.message.as_ref().map_or(0, |message| message.payload.capacity());
        size_of::<Self>() + self.control.capacity() + payload
    }

    /// Takes at least one byte of `input` and at most the rest of one frame; says how many.
    pub(super) fn resume(
        &mut self,
        input: &mut [u8],
        role: Role,
        limits: &Limits,
        sink: &mut impl FnMut(Incoming<'_>) -> ControlFlow<()>,
    ) -> Result<usize, Stop> {
        let mut used = 0;
        let mut frame = match self.frame.take() {
            Some(frame) => frame,
            None => {
                let (taken, header) = self.take_header(input, role)?;
                used += taken;
                let Some(header) = header else { return Ok(used) };
                self.open(&header, limits)?;
                OpenFrame { header, arrived: 0 }
            }
        };
        let missing = usize::try_from(frame.header.len - frame.arrived).unwrap_or(usize::MAX);
        let available = input.get_mut(used..).unwrap_or_default();
        let taken = missing.min(available.len());
        let chunk = available.get_mut(..taken).unwrap_or_default();
        used += chunk.len();
        self.absorb(&frame, chunk, limits)?;
        frame.arrived += chunk.len() as u64;
        if frame.arrived == frame.header.len {
            self.finish(&frame.header, limits, sink)?;
        } else {
            self.frame = Some(frame);
        }
        Ok(used)
    }

    /// Adds bytes to the incomplete header; gives how many it took and the header once it is complete.
    fn take_header(&mut self, input: &[u8], role: Role) -> Result<(usize, Option<Header>), ProtocolError> {
        let before = self.head_len;
        for (slot, byte) in self.head.iter_mut().skip(before).zip(input) {
            *slot = *byte;
            self.head_len += 1;
        }
        let head = self.head.get(..self.head_len).unwrap_or_default();
        let Some((header, head_len)) = Header::parse(head, role)? else {
            return Ok((self.head_len - before, None));
        };
        self.head_len = 0;
        Ok((head_len - before, Some(header)))
    }

    /// Checks a frame's place in the order of frames and against the limits, before any of its payload.
    fn open(&mut self, header: &Header, limits: &Limits) -> Result<(), ProtocolError> {
        if header.opcode.is_control() {
            return Ok(());
        }
        let message = match (&mut self.message, header.opcode) {
            (None, OpCode::Continuation) => return Err(ProtocolError::OrphanContinuation),
            (Some(message), OpCode::Continuation) => message,
            (Some(_), _) => return Err(ProtocolError::UnfinishedMessage),
            (slot @ None, opcode) => slot.insert(OpenMessage::new(opcode)),
        };
        message.fragments += 1;
        message.declared = message.declared.saturating_add(header.len);
        if message.declared > u64::from(limits.hard_max) {
            return Err(ProtocolError::TooLarge);
        }
        if message.fragments > limits.max_fragments {
            return Err(ProtocolError::TooManyFragments);
        }
        if message.is_discarded(limits) {
            message.payload = Vec::new();
        }
        Ok(())
    }

    /// Unmasks and keeps a piece of the frame's payload.
    fn absorb(&mut self, frame: &OpenFrame, chunk: &mut [u8], limits: &Limits) -> Result<(), ProtocolError> {
        let control = frame.header.opcode.is_control();
        if !control && self.message.as_ref().is_none_or(|message| message.is_discarded(limits)) {
            return Ok(());
        }
        if let Some(key) = frame.header.mask {
            mask::apply(chunk, key, frame.arrived);
        }
        match &mut self.message {
            _ if control => self.control.extend_from_slice(chunk),
            Some(message) => message.append(chunk, limits)?,
            None => {}
        }
        Ok(())
    }

    /// Delivers what the frame's last byte completes, if it does.
    fn finish(
        &mut self,
        header: &Header,
        limits: &Limits,
        sink: &mut impl FnMut(Incoming<'_>) -> ControlFlow<()>,
    ) -> Result<(), Stop> {
        if header.opcode.is_control() {
            let payload = mem::take(&mut self.control);
            return deliver(event(header.opcode, &payload, limits)?, sink);
        }
        match self.message.take() {
            Some(message) if header.fin && message.is_discarded(limits) => {
                let len = usize::try_from(message.declared).unwrap_or(usize::MAX);
                deliver(Incoming::TooLarge { len }, sink)
            }
            Some(message) if header.fin => deliver(event(message.opcode, &message.payload, limits)?, sink),
            unfinished => {
                self.message = unfinished;
                Ok(())
            }
        }
    }
}

impl OpenMessage {
    fn new(opcode: OpCode) -> Self {
        Self { opcode, fragments: 0, declared: 0, payload: Vec::new(), checked: 0 }
    }

    fn is_discarded(&self, limits: &Limits) -> bool {
        self.declared > u64::from(limits.max_message)
    }

    /// Keeps a piece of payload; text that can no longer become UTF-8 fails at once.
    fn append(&mut self, chunk: &[u8], limits: &Limits) -> Result<(), ProtocolError> {
        let needed = self.payload.len() + chunk.len();
        if needed > self.payload.capacity() {
            // Doubling stops at the limit, so that capacity is bounded as well as length.
            let target = (self.payload.capacity() * 2).min(limits.max_message as usize).max(needed);
            self.payload.reserve_exact(target - self.payload.len());
        }
        self.payload.extend_from_slice(chunk);
        if self.opcode == OpCode::Text {
            let unchecked = self.payload.get(self.checked..).unwrap_or_default();
            self.checked += match str::from_utf8(unchecked) {
                Ok(text) => text.len(),
                Err(error) if error.error_len().is_none() => error.valid_up_to(),
                Err(_) => return Err(ProtocolError::InvalidUtf8),
            };
        }
        Ok(())
    }
}
