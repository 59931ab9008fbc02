//! Where a client is: at the other end of the connection, or where a trusted proxy says. Pure.
//!
//! **Invariant:** what an untrusted peer writes into a forwarding header counts for nothing.

use http::HeaderMap;
use model::Network;
use std::net::{IpAddr, Ipv6Addr};

/// Where a request comes from, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Client {
    /// Its address.
    pub(crate) ip: IpAddr,
    /// Whether it came over TLS, to us or to the proxy.
    pub(crate) is_secure: bool,
}

/// The most hops that are looked at.
const MOST_HOPS: usize = 32;

impl Client {
    /// The client of a request that came over no connection of ours.
    pub(crate) const UNKNOWN: Self = Self { ip: IpAddr::V6(Ipv6Addr::UNSPECIFIED), is_secure: false };

    /// The client behind `peer`, who speaks to us over TLS or not.
    ///
    /// `X-Forwarded-For` is read from its end, where the proxy next to us writes: the first address there that is no
    /// trusted proxy's is the client's. What a client itself wrote stands before that and is never reached.
    pub(crate) fn behind(peer: IpAddr, is_secure: bool, headers: &HeaderMap, trusted: &[Network]) -> Self {
        let is_trusted = |ip: IpAddr| trusted.iter().any(|network| network.contains(ip));
        let peer = peer.to_canonical();
        if !is_trusted(peer) {
            return Self { ip: peer, is_secure };
        }
        let mut ip = peer;
        for hop in hops(headers).rev().take(MOST_HOPS) {
            // What cannot be read was not written by a proxy of ours: the last that could be is as far as we see.
            let Some(before) = address(hop) else { break };
            ip = before;
            if !is_trusted(ip) {
                break;
            }
        }
        let forwarded = headers.get("x-forwarded-proto").map(|value| value.as_bytes() == b"https");
        Self { ip, is_secure: forwarded.unwrap_or(is_secure) }
    }
}

/// The addresses of all lines, in order.
fn hops(headers: &HeaderMap) -> impl DoubleEndedIterator<Item = &str> {
    let lines = headers.get_all("x-forwarded-for").into_iter().collect::<Vec<_>>();
    lines.into_iter().flat_map(|line| line.to_str().unwrap_or("?").split(','))
}

/// An address, perhaps with a port.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let bare =
        hop.parse().ok().or_else(|| hop.parse::<std::net::SocketAddr>().ok().map(|with_port| with_port.ip()));
    let bracketed = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    bare.or_else(bracketed).map(|ip: IpAddr| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn find(peer: &str, forwarded: &[&str], trusted: &[&str]) -> String {
        let mut headers = HeaderMap::new();
        for line in forwarded {
            headers.append("x-forwarded-for", HeaderValue::from_str(line).unwrap());
        }
        let trusted: Vec<_> = trusted.iter().map(|text| Network::parse(text).unwrap()).collect();
        Client::behind(peer.parse().unwrap(), false, &headers, &trusted).ip.to_string()
    }

    #[test]
    fn only_a_trusted_proxy_is_believed() {
        let local = ["10.0.0.0/8", "fd00::/8"];
        for (peer, forwarded, expected) in [
            ("203.0.113.7", vec!["1.2.3.4"], "203.0.113.7"),
            ("::ffff:203.0.113.7", vec![], "203.0.113.7"),
            ("10.0.0.1", vec![], "10.0.0.1"),
            ("10.0.0.1", vec!["1.2.3.4"], "1.2.3.4"),
            ("::ffff:10.0.0.1", vec!["1.2.3.4"], "1.2.3.4"),
            // What the client wrote itself stands first.
            ("10.0.0.1", vec!["9.9.9.9, 1.2.3.4"], "1.2.3.4"),
            ("10.0.0.1", vec!["9.9.9.9", "1.2.3.4"], "1.2.3.4"),
            // Through several proxies of ours.
            ("10.0.0.1", vec!["1.2.3.4, 10.1.1.1, fd00::7"], "1.2.3.4"),
            ("fd00::1", vec!["1.2.3.4:5678"], "1.2.3.4"),
            ("fd00::1", vec!["[2001:db8::1]:443"], "2001:db8::1"),
            ("fd00::1", vec!["[2001:db8::1]"], "2001:db8::1"),
            ("10.0.0.1", vec!["1.2.3.4, nonsense"], "10.0.0.1"),
            ("10.0.0.1", vec!["nonsense, 10.2.2.2"], "10.2.2.2"),
            ("10.0.0.1", vec![""], "10.0.0.1"),
            ("10.0.0.1", vec!["unknown"], "10.0.0.1"),
        ] {
            assert_eq!(find(peer, &forwarded, &local), expected, "{peer} {forwarded:?}");
        }
        assert_eq!(find("10.0.0.1", &["1.2.3.4"], &[]), "10.0.0.1");
        let long = vec!["10.0.0.2"; 1_000].join(",");
        assert_eq!(find("10.0.0.1", &[&format!("1.2.3.4,{long}")], &local), "10.0.0.2");
    }

    #[test]
    fn tls_ends_here_or_at_the_proxy() {
        let check = |peer: &str, proto: Option<&'static str>, is_secure: bool| {
            let headers: HeaderMap = proto
                .map(|proto| ("x-forwarded-proto".parse().unwrap(), HeaderValue::from_static(proto)))
                .into_iter()
                .collect();
            let trusted = [Network::parse("10.0.0.1").unwrap()];
            Client::behind(peer.parse().unwrap(), is_secure, &headers, &trusted).is_secure
        };
        assert!(check("10.0.0.1", Some("https"), false));
        assert!(!check("10.0.0.1", Some("http"), true));
        assert!(check("10.0.0.1", None, true));
        assert!(!check("10.0.0.2", Some("https"), false));
    }
}
