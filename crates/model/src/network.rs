//! Ranges of IP addresses. Knows no packet and no socket.

use std::fmt;
use std::net::IpAddr;

/// Addresses that share a prefix; a bare address is a range of one.
///
/// Source: RFC 4632, section 3.1; RFC 4291, section 2.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// Parses an address, or an address and the length of its prefix: `10.0.0.0/8`, `fd00::1`. Bits behind the prefix
    /// count for nothing.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/').map_or((text, None), |(a, prefix)| (a, Some(prefix)));
        let written: IpAddr = address.parse().ok()?;
        let width = if written.is_ipv4() { 32 } else { 128 };
        let prefix: u8 = match prefix {
            None => width,
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
            Some(_) => return None,
        };
        if prefix > width {
            return None;
        }
        // ::ffff:a.b.c.d/96+n is a.b.c.d/n: clients come in that form only.
        match (written.to_canonical(), prefix.checked_sub(96)) {
            (address @ IpAddr::V4(_), Some(prefix)) if written.is_ipv6() => Some(Self { address, prefix }),
            _ => Some(Self { address: written, prefix }),
        }
    }

    /// Whether the address, in its canonical form, is one of them.
    #[must_use]
    pub fn contains(&self, found: IpAddr) -> bool {
        let differs_at = match (self.address, found) {
            (IpAddr::V4(own), IpAddr::V4(found)) => (own.to_bits() ^ found.to_bits()).leading_zeros(),
            (IpAddr::V6(own), IpAddr::V6(found)) => (own.to_bits() ^ found.to_bits()).leading_zeros(),
            _ => return false,
        };
        differs_at >= u32::from(self.prefix)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_the_addresses_of_its_prefix() {
        for (network, inside, outside) in [
            ("10.0.0.0/8", "10.255.0.1", "11.0.0.0"),
            ("10.1.2.3", "10.1.2.3", "10.1.2.4"),
            ("10.1.2.3/31", "10.1.2.2", "10.1.2.4"),
            ("0.0.0.0/0", "203.0.113.7", "::1"),
            ("fd00::/8", "fdff::1", "fe00::1"),
            ("::1", "::1", "::2"),
            ("::ffff:10.0.0.0/104", "10.9.9.9", "11.0.0.1"),
        ] {
            let parsed = Network::parse(network).unwrap();
            assert!(parsed.contains(inside.parse().unwrap()), "{network} {inside}");
            assert!(!parsed.contains(outside.parse().unwrap()), "{network} {outside}");
        }
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for wrong in
            ["", "10.0.0.0/33", "::1/129", "10.0.0.0/", "10.0.0.0/+8", "10.0.0/8", "a/8", "10.0.0.0/8/8"]
        {
            assert_eq!(Network::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Network::parse("10.0.0.0/8").unwrap().to_string(), "10.0.0.0/8");
    }
}
