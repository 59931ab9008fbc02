//! Making parts of a text unreadable without making it longer.

use super::fold::is_attached;
use super::text::Span;

/// The text with one `with` for each character in the spans; characters that only change the one before them
/// (accents, joiners, skin tones) go with it. It has at least one character and never more than before.
pub(super) fn mask(content: &str, mut spans: Vec<Span>, with: char) -> String {
    spans.sort_unstable_by_key(|span| span.start);
    let mut masked = String::with_capacity(content.len());
    let mut spans = spans.into_iter().peekable();
    for (at, char) in content.char_indices() {
        while spans.next_if(|span| span.end <= at).is_some() {}
        let is_masked = spans.peek().is_some_and(|span| span.start <= at);
        if !is_masked {
            masked.push(char);
        } else if !is_attached(char) {
            masked.push(with);
        }
    }
    if masked.is_empty() && !content.is_empty() {
        masked.push(with);
    }
    masked
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_masked_character_by_character_in_any_order() {
        let check = |content: &str, spans: &[(usize, usize)], masked: &str| {
            let spans = spans.iter().map(|(start, end)| *start..*end).collect();
            assert_eq!(mask(content, spans, '*'), masked, "{content}");
        };
        check("abc", &[], "abc");
        check("abc", &[(1, 2)], "a*c");
        check("aßc", &[(1, 3)], "a*c");
        check("abcdef", &[(4, 6), (0, 1)], "*bcd**");
        check("abcdef", &[(0, 4), (1, 2), (3, 5)], "*****f");
        check("abcdef", &[(0, 5), (1, 2), (5, 6)], "******");
        check("e\u{301}\u{327}x", &[(0, 5)], "*x");
        check("\u{200b}\u{200b}", &[(0, 6)], "*");
    }
}
