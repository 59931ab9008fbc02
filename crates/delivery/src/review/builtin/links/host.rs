//! Which host a link leads to, and whether it is allowed.

use super::top_level::{TopLevel, top_level};
use crate::review::builtin::error::Problem;
use crate::review::builtin::limits::MOST_HOSTS;
use std::borrow::Cow;
use std::collections::HashSet;

/// Hosts that links may lead to.
#[derive(Debug)]
pub(super) struct AllowedHosts {
    exact: HashSet<String>,
    /// The hosts below these.
    below: HashSet<String>,
}

impl AllowedHosts {
    /// Parses `example.com` and `*.example.org`; an error comes with the index of the host.
    pub(super) fn parse<'a>(hosts: impl Iterator<Item = &'a str>) -> Result<Self, (usize, Problem)> {
        let mut allowed = Self { exact: HashSet::new(), below: HashSet::new() };
        for (index, text) in hosts.enumerate() {
            if index >= MOST_HOSTS {
                return Err((index, Problem::TooMany { most: MOST_HOSTS }));
            }
            let (set, name) = match text.strip_prefix("*.") {
                Some(name) => (&mut allowed.below, name),
                None => (&mut allowed.exact, text),
            };
            let is_ip_v6 = name.starts_with('[') && name.ends_with(']') && !name.contains(['/', '@']);
            let is_name = !name.is_empty() && name.chars().all(|char| is_host_char(char) || char == '.');
            let name = normal(name).filter(|_| is_name || is_ip_v6).ok_or((index, Problem::Host))?;
            set.insert(name);
        }
        Ok(allowed)
    }

    /// Whether links may lead there. What is no host is not allowed.
    pub(super) fn contain(&self, host: &str) -> bool {
        let Some(host) = normal(host) else { return false };
        let is_below = || {
            host.match_indices('.')
                .any(|(dot, _)| host.get(dot + 1..).is_some_and(|up| self.below.contains(up)))
        };
        self.exact.contains(&host)
            || host.strip_prefix("www.").is_some_and(|host| self.exact.contains(host))
            || is_below()
    }
}

/// The host of the authority that begins at `start`, as written, and where it ends. `None` if there is none.
pub(super) fn host_of_authority(text: &str, start: usize) -> Option<(&str, usize)> {
    let rest = text.get(start..)?;
    // Quotes and the like do not end it for browsers.
    let is_end = |char: char| char.is_whitespace() || "/?#".contains(char);
    let authority = rest.get(..rest.find(is_end).unwrap_or(rest.len()))?;
    let is_at_end = rest.get(authority.len()..).is_none_or(|rest| !rest.starts_with(['/', '?', '#']));
    // Whatever is before the last `@` is a user's name and password. But for browsers a `\` ends all, for other
    // programs not: then the whole is taken for the host, which is none that could be allowed.
    let host = if authority.contains('\\') { authority } else { authority.rsplit('@').next()? };
    // Where nothing comes after it, a sentence may.
    let is_of_sentence = |char: char| is_at_end && ".,;:!)*'`\"<>”’…".contains(char);
    let host = host.trim_end_matches(is_of_sentence);
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let host = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(host, _)| host);
    // Where nothing is before a sign that is wide perhaps, there may be a host behind it.
    let goes_on = || rest.split_whitespace().next().is_some_and(|rest| rest.contains('@'));
    (!host.is_empty() || goes_on()).then(|| (host, start + authority.len()))
}

/// The part of a name with dots that is a host of a link without a scheme, by what comes after the name. `None` if
/// nobody would take it for a link.
pub(super) fn is_bare_host<'a>(name: &'a str, rest: &str) -> Option<&'a str> {
    if rest.starts_with('@') {
        return None;
    }
    let (before, last) = name.rsplit_once('.')?;
    // In Japanese, say, the sentence goes on without a blank.
    let ascii = last.find(|char: char| !char.is_ascii()).filter(|end| *end > 0).unwrap_or(last.len());
    let (last, rest) = if ascii < last.len() { (last.get(..ascii)?, "") } else { (last, rest) };
    let host = name.get(..before.len() + 1 + last.len())?;
    let leads_on = rest.starts_with('/') || is_port_next(rest);
    let is_sure = leads_on || name.starts_with("www.") || before.contains('.');
    let is_host = match top_level(last) {
        TopLevel::Known => true,
        TopLevel::AlsoAWord => is_sure,
        TopLevel::Unknown => (leads_on || name.starts_with("www.")) && is_like_top_level(last),
        TopLevel::Number => is_ip_v4(host),
    };
    is_host.then_some(host)
}

/// Whether a character can be in a host's label.
pub(super) fn is_host_char(char: char) -> bool {
    char.is_alphanumeric() || char == '-' || char == '_' || !char.is_ascii() && !char.is_whitespace()
}

/// Whether a link goes on after its host.
pub(super) fn leads_on(rest: &str) -> bool {
    rest.starts_with(['/', '?', '#']) || is_port_next(rest)
}

/// Whether a port comes next, which is not a password.
fn is_port_next(rest: &str) -> bool {
    let Some(port) = rest.strip_prefix(':') else { return false };
    let after = port.trim_start_matches(|char: char| char.is_ascii_digit());
    after.len() < port.len() && !after.starts_with('@')
}

fn is_like_top_level(label: &str) -> bool {
    label.len() > 1 && label.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_ip_v4(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>().is_ok()
}

/// A host as it goes into the DNS, without the dot at the end; `None` for what is none.
fn normal(host: &str) -> Option<String> {
    let host = unescaped(host);
    if host.starts_with('[') {
        return Some(host.to_ascii_lowercase());
    }
    let host = host.strip_suffix('.').unwrap_or(&host);
    let ascii = idna::domain_to_ascii_cow(host.as_bytes(), idna::AsciiDenyList::URL).ok()?;
    (!ascii.is_empty()).then(|| ascii.into_owned())
}

/// Browsers undo `%65` in hosts.
fn unescaped(host: &str) -> Cow<'_, str> {
    if !host.contains('%') {
        return Cow::Borrowed(host);
    }
    let mut bytes = Vec::with_capacity(host.len());
    let mut rest = host.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped =
            after.get(..2).filter(|_| *first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    Cow::Owned(String::from_utf8_lossy(&bytes).into_owned())
}
