//! Links to hosts that are not allowed. A link is what a client may make one of, or a reader can easily type: with a
//! scheme, with `www.`, or a bare domain whose end is a known top-level domain; also as `hxxp` and with its dots
//! written as `[.]` or `dot`.
//!
//! Sources: WHATWG URL (what browsers take for a host), UTS 46 through the `idna` crate (which host a name means).

mod host;
mod plain;
mod top_level;

use super::error::Problem;
use super::text::{Scope, Span};
use host::{AllowedHosts, host_of_authority, is_bare_host, leads_on};
use plain::Plain;
use regex_automata::meta::Regex;
use std::sync::LazyLock;

/// The hosts that links may lead to.
#[derive(Debug)]
pub(super) struct Links {
    allowed: AllowedHosts,
    shapes: &'static Shapes,
}

/// How links are recognized.
#[derive(Debug)]
struct Shapes {
    /// A scheme and what follows it, up to the host.
    scheme: Regex,
    /// A name with dots.
    name: Regex,
    /// A dot that is written to be read by people only.
    hidden_dot: Regex,
}

/// Compiled once for all rules.
static SHAPES: LazyLock<Result<Shapes, String>> = LazyLock::new(|| {
    let regex = |pattern: &str| Regex::new(pattern).map_err(|error| error.to_string());
    Ok(Shapes { scheme: regex(SCHEME)?, name: regex(NAME)?, hidden_dot: regex(HIDDEN_DOT)? })
});

/// `https://`, `http:\\`, `hxxp[:]//`, and any `other-scheme://`. Browsers mend slashes of http only.
const SCHEME: &str = r"h[tx]{2}ps?[\[({]?:[\])}]?[/\\]+|[a-z][a-z0-9+.\-]*[\[({]?:[\])}]?//";
const NAME: &str = r"[\p{L}\p{N}\p{M}_\-]+(?:\.[\p{L}\p{N}\p{M}_\-]+)+";
const HIDDEN_DOT: &str = r"\s*[\[({<]\s*(?:\.|dot)\s*[\])}>]\s*|\s+dot\s+";

/// A link in the plain text, and the host that it leads to.
struct Link<'a> {
    /// All of it that could be meant.
    span: Span,
    /// What says where it leads: the authority.
    leading: Span,
    host: &'a str,
}

impl Link<'_> {
    /// What whoever makes a link of it takes in for sure: it ends at the first sign that no URL has (RFC 3986), or that
    /// often stands around one. Behind that another may begin.
    fn sure_span(&self, text: &str) -> Span {
        let rest = text.get(self.leading.end..self.span.end).unwrap_or_default();
        let is_end = |char: char| "\"'<>`\\^{|}".contains(char);
        self.span.start..self.leading.end + rest.find(is_end).unwrap_or(rest.len())
    }
}

impl Links {
    pub(super) fn compile<'a>(allowed: impl Iterator<Item = &'a str>) -> Result<Self, (usize, Problem)> {
        let shapes = SHAPES.as_ref().map_err(|error| (0, Problem::Pattern(error.clone())))?;
        Ok(Self { allowed: AllowedHosts::parse(allowed)?, shapes })
    }

    /// Where links are that lead elsewhere.
    pub(super) fn find(&self, content: &str, scope: Scope) -> Vec<Span> {
        let plain = self.plain(content);
        if !plain.text.contains(['.', ':']) {
            return Vec::new();
        }
        let mut found = Vec::new();
        let mut is_elsewhere = |link: &Link<'_>| {
            if !self.allowed.contain(link.host) || plain.is_doubtful(link.leading.clone(), content) {
                found.push(plain.place(link.span.clone()));
            }
            !found.is_empty() && scope == Scope::First
        };
        let mut passed = Vec::<Span>::new();
        for link in self.links_with_scheme(&plain.text) {
            if is_elsewhere(&link) {
                return found;
            }
            passed.push(link.sure_span(&plain.text));
        }
        for link in self.bare_links(&plain.text) {
            if passed.iter().any(|span| span.contains(&link.span.start)) {
                continue;
            }
            if is_elsewhere(&link) {
                break;
            }
            passed.push(link.sure_span(&plain.text));
        }
        found
    }

    /// The text with all its dots.
    fn plain(&self, content: &str) -> Plain {
        let plain = Plain::read(content);
        if !plain.text.contains(['[', '(', '{', '<']) && !plain.text.contains("dot") {
            return plain;
        }
        let dots: Vec<_> = self.shapes.hidden_dot.find_iter(&plain.text).map(|found| found.range()).collect();
        if dots.is_empty() { plain } else { plain.with_dots(&dots) }
    }

    /// Links with a scheme, to any host there is, also those inside others (`https://a.example/https://b.example`).
    fn links_with_scheme<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Link<'a>> {
        self.shapes.scheme.find_iter(text).filter_map(move |scheme| {
            let (host, end) = host_of_authority(text, scheme.end())?;
            Some(Link { span: scheme.start()..end_of_link(text, end), leading: scheme.end()..end, host })
        })
    }

    /// Links without a scheme. What stands before an `@` leads nowhere.
    fn bare_links<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Link<'a>> {
        self.shapes.name.find_iter(text).filter_map(move |name| {
            let rest = text.get(name.end()..).unwrap_or_default();
            let host = is_bare_host(text.get(name.range())?, rest)?;
            let end = name.start() + host.len();
            let leading = name.start()..end;
            let end = if leads_on(text.get(end..)?) { end_of_link(text, end) } else { end };
            Some(Link { span: name.start()..end, leading, host })
        })
    }
}

/// Where a link ends that goes on here.
fn end_of_link(text: &str, from: usize) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    let is_end = |char: char| char.is_whitespace() || ['"', '<', '>'].contains(&char);
    from + rest.find(is_end).unwrap_or(rest.len())
}
