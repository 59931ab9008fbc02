//! What a close frame carries (RFC 6455 §5.5.1, §7.4). Must not know why a connection closes.

use crate::error::ProtocolError;
use crate::frame::MAX_CONTROL;

/// The payload of a close frame: the code, then `reason` cut at a character boundary to at most 123 bytes. The code
/// must be one that may travel: 1000–1003, 1007–1014 or 3000–4999.
pub fn close_payload(code: u16, reason: &str) -> Vec<u8> {
    let reason = reason.get(..reason.floor_char_boundary(MAX_CONTROL - 2)).unwrap_or_default();
    let mut payload = Vec::with_capacity(2 + reason.len());
    payload.extend(code.to_be_bytes());
    payload.extend(reason.as_bytes());
    payload
}

/// Code and reason of a received close frame.
pub(crate) fn parse(payload: &[u8]) -> Result<(Option<u16>, &str), ProtocolError> {
    match payload {
        [] => Ok((None, "")),
        [_] => Err(ProtocolError::TruncatedCloseCode),
        &[high, low, ref reason @ ..] => {
            let code = u16::from_be_bytes([high, low]);
            if !may_travel(code) {
                return Err(ProtocolError::InvalidCloseCode);
            }
            let reason = str::from_utf8(reason).map_err(|_| ProtocolError::InvalidUtf8)?;
            Ok((Some(code), reason))
        }
    }
}

/// Whether RFC 6455 §7.4 and IANA's registry (1012–1014) let this code stand in a frame.
fn may_travel(code: u16) -> bool {
    matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999)
}

#[cfg(test)]
mod tests {
    use super::{close_payload, may_travel, parse};

    #[test]
    fn what_is_written_is_read() {
        for (reason, read) in
            [("", "".to_owned()), ("bye", "bye".to_owned()), (&"é".repeat(62), "é".repeat(61))]
        {
            assert_eq!(parse(&close_payload(4001, reason)), Ok((Some(4001), &*read)));
        }
    }

    #[test]
    fn codes_that_may_travel() {
        for code in [1000, 1001, 1002, 1003, 1007, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999] {
            assert!(may_travel(code), "{code}");
        }
        for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535] {
            assert!(!may_travel(code), "{code}");
        }
    }
}
