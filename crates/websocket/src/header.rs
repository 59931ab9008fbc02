//! One frame's header (RFC 6455 §5.2), read and written. Must not know messages, limits or payloads.

use crate::decode::Role;
use crate::error::ProtocolError;
use crate::frame::{MAX_CONTROL, OpCode};

/// The longest header: two bytes, an eight-byte length, a mask.
pub(crate) const MAX_LEN: usize = 14;

const FIN: u8 = 0x80;
const RSV: u8 = 0x70;
const MASKED: u8 = 0x80;
const LENGTH_IN_2: u8 = 126;
const LENGTH_IN_8: u8 = 127;

/// A header that is legal by itself for the role that reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) fin: bool,
    pub(crate) opcode: OpCode,
    pub(crate) mask: Option<[u8; 4]>,
    /// Bytes of payload, as declared: anything up to `u64::MAX`.
    pub(crate) len: u64,
}

impl Header {
    /// Reads the header at the start of `bytes` and how many bytes it takes; `None` while it is incomplete.
    pub(crate) fn parse(bytes: &[u8], role: Role) -> Result<Option<(Self, usize)>, ProtocolError> {
        let &[first, second, ref after @ ..] = bytes else { return Ok(None) };
        if first & RSV != 0 {
            return Err(ProtocolError::ReservedBits);
        }
        let opcode = OpCode::from_bits(first & 0x0f).ok_or(ProtocolError::ReservedOpCode)?;
        let fin = first & FIN != 0;
        match (role, second & MASKED != 0) {
            (Role::Server, false) => return Err(ProtocolError::UnmaskedFrame),
            (Role::Client, true) => return Err(ProtocolError::MaskedFrame),
            _ => {}
        }
        let short = second & !MASKED;
        if opcode.is_control() && !fin {
            return Err(ProtocolError::FragmentedControl);
        }
        if opcode.is_control() && usize::from(short) > MAX_CONTROL {
            return Err(ProtocolError::LongControl);
        }
        let Some((len, rest)) = parse_length(short, after)? else { return Ok(None) };
        let (mask, rest) = match role {
            Role::Client => (None, rest),
            Role::Server => {
                let Some((key, rest)) = rest.split_first_chunk() else { return Ok(None) };
                (Some(*key), rest)
            }
        };
        Ok(Some((Self { fin, opcode, mask, len }, bytes.len() - rest.len())))
    }

    /// How many bytes [`Self::write`] appends.
    pub(crate) fn written_len(&self) -> usize {
        let length = match self.len {
            0..=125 => 0,
            126..=0xffff => 2,
            _ => 8,
        };
        2 + length + self.mask.map_or(0, |key| key.len())
    }

    /// Appends this header.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let fin = if self.fin { FIN } else { 0 };
        let masked = if self.mask.is_some() { MASKED } else { 0 };
        out.push(fin | self.opcode as u8);
        match self.len {
            len @ 0..=125 => out.push(masked | len as u8),
            len @ 126..=0xffff => {
                out.push(masked | LENGTH_IN_2);
                out.extend((len as u16).to_be_bytes());
            }
            len => {
                out.push(masked | LENGTH_IN_8);
                out.extend(len.to_be_bytes());
            }
        }
        out.extend(self.mask.into_iter().flatten());
    }
}

/// The payload length that `short` announces and what follows it; `None` while it is incomplete.
fn parse_length(short: u8, after: &[u8]) -> Result<Option<(u64, &[u8])>, ProtocolError> {
    let (len, rest, least) = match short {
        LENGTH_IN_2 => match after.split_first_chunk() {
            Some((bytes, rest)) => (u64::from(u16::from_be_bytes(*bytes)), rest, 126),
            None => return Ok(None),
        },
        LENGTH_IN_8 => match after.split_first_chunk() {
            Some((bytes, rest)) => (u64::from_be_bytes(*bytes), rest, 0x1_0000),
            None => return Ok(None),
        },
        short => (u64::from(short), after, 0),
    };
    if len < least { Err(ProtocolError::LengthNotMinimal) } else { Ok(Some((len, rest))) }
}
