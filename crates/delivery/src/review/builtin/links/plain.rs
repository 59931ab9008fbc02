//! A text as a browser would read a link in it: small, in plain characters, without invisible ones, each byte with the
//! place that it came from.

use crate::review::builtin::fold::is_invisible;
use crate::review::builtin::text::Span;
use unicode_normalization::char::decompose_compatible;

/// A text in plain characters.
#[derive(Debug, Default)]
pub(super) struct Plain {
    pub(super) text: String,
    /// For each byte of `text` the character that it came from, in bytes of the content.
    places: Vec<(usize, usize)>,
}

impl Plain {
    /// Full-width and ringed characters become ASCII, as in the hosts of browsers; all others stay, but for case.
    pub(super) fn read(content: &str) -> Self {
        let mut plain = Self::default();
        for (start, char) in content.char_indices() {
            let place = (start, start + char.len_utf8());
            if char.is_ascii_graphic() {
                plain.push(char.to_ascii_lowercase(), place);
            } else if !is_invisible(char) {
                plain.push_wide(char, place);
            }
        }
        plain
    }

    /// The same with a dot at each of these places, which are in order.
    pub(super) fn with_dots(&self, dots: &[Span]) -> Self {
        let mut plain = Self::default();
        let mut end = 0;
        for dot in dots {
            plain.append(self, end..dot.start);
            let place = self.place(dot.clone());
            plain.push('.', (place.start, place.end));
            end = dot.end;
        }
        plain.append(self, end..self.text.len());
        plain
    }

    /// Where a part of `text` stands in the content.
    pub(super) fn place(&self, span: Span) -> Span {
        let start = self.places.get(span.start).map_or(0, |place| place.0);
        let end =
            span.end.checked_sub(1).and_then(|last| self.places.get(last)).map_or(start, |place| place.1);
        start..end
    }

    /// Whether programs could disagree on where a link with this authority leads. At something invisible some end it;
    /// and a sign that is wide in the content only some take for the plain one, so that what is before an `@` behind
    /// it is a host for these and a user's name for others.
    pub(super) fn is_doubtful(&self, authority: Span, content: &str) -> bool {
        let is_wide = |at: usize| {
            let is_sign = self.text.as_bytes().get(at).is_some_and(|byte| b"/?#@:\\[]%".contains(byte));
            is_sign && !content.get(self.place(at..at + 1)).is_some_and(str::is_ascii)
        };
        let rest = self.text.get(authority.end..).unwrap_or_default();
        let goes_on = rest.split_whitespace().next().is_some_and(|rest| rest.contains('@'));
        let written = content.get(self.place(authority.clone())).unwrap_or_default();
        written.chars().any(is_invisible)
            || goes_on && is_wide(authority.end)
            || authority.into_iter().any(is_wide)
    }

    fn append(&mut self, other: &Self, span: Span) {
        self.text.push_str(other.text.get(span.clone()).unwrap_or_default());
        self.places.extend_from_slice(other.places.get(span).unwrap_or_default());
    }

    fn push_wide(&mut self, char: char, place: (usize, usize)) {
        // Browsers take these for dots, too.
        if ['\u{3002}', '\u{ff0e}', '\u{ff61}'].contains(&char) {
            return self.push('.', place);
        }
        let mut is_ascii = !is_of_plain_letters(char);
        if is_ascii {
            decompose_compatible(char, |piece| is_ascii &= piece.is_ascii());
        }
        if is_ascii {
            decompose_compatible(char, |piece| self.push(piece.to_ascii_lowercase(), place));
        } else {
            char.to_lowercase().for_each(|lower| self.push(lower, place));
        }
    }

    fn push(&mut self, char: char, place: (usize, usize)) {
        self.text.push(char);
        self.places.resize(self.text.len(), place);
    }
}

/// Letters which are no ASCII in another style. Without asking here, they would take most of the time.
const fn is_of_plain_letters(char: char) -> bool {
    matches!(char, '\u{c0}'..='\u{2af}' | '\u{370}'..='\u{1d2b}' | '\u{1e00}'..='\u{1fff}' | '\u{3041}'..='\u{faff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_knows_where_it_came_from() {
        let content = "ａ\u{200b}B ⒸÉ。x";
        let plain = Plain::read(content);
        assert_eq!(plain.text, "ab cé.x");
        for (plain_part, part) in [("a", "ａ"), ("b", "B"), ("cé.", "ⒸÉ。"), ("x", "x")] {
            let start = plain.text.find(plain_part).unwrap();
            assert_eq!(&content[plain.place(start..start + plain_part.len())], part);
        }
        let dotted = Plain::read("a [.] b dot c").with_dots(&[1..6, 7..12]);
        assert_eq!((dotted.text.as_str(), dotted.place(1..2), dotted.place(4..5)), ("a.b.c", 1..6, 12..13));
    }
}
