//! Wildcards over text: `*` and `?`. It knows nothing of policies.
//!
//! **Invariant:** no recursion and no backtracking over stars. A text is cut at the stars into segments, and each is
//! looked for once, leftmost, behind the one before. A segment of plain text is found in linear time; one with `?`
//! costs at most its length times the text's.

use memchr::memmem;

/// One piece of a pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece<T> {
    /// Exactly this text.
    Text(T),
    /// `?`: one character.
    One,
    /// `*`: any number of characters, none included.
    Many,
}

impl Piece<Box<str>> {
    /// The same, borrowed.
    pub(super) fn view(&self) -> Option<Piece<&str>> {
        Some(match self {
            Self::Text(text) => Piece::Text(text),
            Self::One => Piece::One,
            Self::Many => Piece::Many,
        })
    }

    /// Reads a text in which `*` and `?` are wildcards.
    pub(super) fn parse(text: &str) -> impl Iterator<Item = Self> + '_ {
        let mut rest = text;
        std::iter::from_fn(move || {
            let (piece, taken) = match rest.chars().next()? {
                '*' => (Self::Many, 1),
                '?' => (Self::One, 1),
                _ => {
                    let end = rest.find(['*', '?']).unwrap_or(rest.len());
                    (Self::Text(rest.get(..end)?.into()), end)
                }
            };
            rest = rest.get(taken..)?;
            Some(piece)
        })
    }
}

/// What a pattern is made of.
pub(super) trait Star {
    /// Whether this is a `*`, told without looking further.
    fn is_star(&self) -> bool;
}

impl<T> Star for Piece<T> {
    fn is_star(&self) -> bool {
        matches!(self, Self::Many)
    }
}

/// Whether the pattern, whose members `view` shows as pieces, matches the whole text. Case counts. What has no piece
/// matches nothing.
pub(super) fn matches<'p, P: Star>(
    pattern: &'p [P],
    view: impl Fn(&'p P) -> Option<Piece<&'p str>>,
    text: &str,
) -> bool {
    let (first, mut behind) = cut(pattern);
    let Some(mut rest) = strip_start(first, &view, text) else { return false };
    while let Some(pattern) = behind {
        let (segment, next) = cut(pattern);
        if next.is_none() {
            return ends_with(segment, &view, rest);
        }
        let Some(after) = find(segment, &view, rest) else { return false };
        rest = after;
        behind = next;
    }
    rest.is_empty()
}

/// The segment before the first star, and what stands behind the star.
fn cut<P: Star>(pattern: &[P]) -> (&[P], Option<&[P]>) {
    let star = pattern.iter().position(Star::is_star);
    match star.and_then(|at| pattern.split_at_checked(at)) {
        Some((segment, behind)) => (segment, behind.get(1..)),
        None => (pattern, None),
    }
}

/// What follows the segment at the text's start.
fn strip_start<'p, 't, P>(
    segment: &'p [P],
    view: &impl Fn(&'p P) -> Option<Piece<&'p str>>,
    text: &'t str,
) -> Option<&'t str> {
    segment.iter().try_fold(text, |rest, member| match view(member)? {
        Piece::Text(wanted) => rest.strip_prefix(wanted),
        Piece::One | Piece::Many => without_first(rest),
    })
}

fn ends_with<'p, P>(segment: &'p [P], view: &impl Fn(&'p P) -> Option<Piece<&'p str>>, text: &str) -> bool {
    let start = segment.iter().rev().try_fold(text, |rest, member| match view(member)? {
        Piece::Text(wanted) => rest.strip_suffix(wanted),
        Piece::One | Piece::Many => {
            let mut characters = rest.chars();
            characters.next_back().map(|_| characters.as_str())
        }
    });
    start.is_some()
}

/// What follows the leftmost place of the segment.
fn find<'p, 't, P>(
    segment: &'p [P],
    view: &impl Fn(&'p P) -> Option<Piece<&'p str>>,
    text: &'t str,
) -> Option<&'t str> {
    let head = match segment.first().and_then(view) {
        Some(Piece::Text(head)) => head.as_bytes(),
        _ => b"",
    };
    let mut from = text;
    loop {
        // Several times as fast as `str::find` on texts as short as ours, and as linear.
        let candidate = from.get(memmem::find(from.as_bytes(), head)?..)?;
        if let Some(after) = strip_start(segment, view, candidate) {
            return Some(after);
        }
        from = without_first(candidate)?;
    }
}

fn without_first(text: &str) -> Option<&str> {
    let mut characters = text.chars();
    characters.next().map(|_| characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::{prop_assert_eq, proptest};

    fn check(pattern: &str, text: &str) -> bool {
        let pieces: Vec<_> = Piece::parse(pattern).collect();
        matches(&pieces, Piece::view, text)
    }

    /// The definition, written down: exponential, and obviously right.
    fn naive(pattern: &[char], text: &[char]) -> bool {
        match (pattern.split_first(), text.split_first()) {
            (None, None) => true,
            (Some(('*', rest)), _) => (0..=text.len()).any(|skipped| naive(rest, &text[skipped..])),
            (Some(('?', rest)), Some((_, text))) => naive(rest, text),
            (Some((wanted, rest)), Some((found, text))) => wanted == found && naive(rest, text),
            _ => false,
        }
    }

    #[test]
    fn stars_cross_everything_and_question_marks_take_one_character() {
        for (pattern, text) in [
            ("", ""),
            ("*", ""),
            ("**", "a:b/c"),
            ("a*c", "a:/c"),
            ("?", "é"),
            ("*?", "x"),
            ("a*b*a", "aba"),
            ("*ab?d*", "xxabab-dyy"),
        ] {
            assert!(check(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("?", ""), ("a*b*a", "ab"), ("a", "A"), ("a*a", "a"), ("a?", "a")]
        {
            assert!(!check(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn a_hostile_pattern_ends_soon() {
        let pattern = "*a".repeat(20_000) + "*b";
        assert!(!check(&pattern, &"a".repeat(40_000)));
        assert!(!check(&("*".repeat(20_000) + "b"), &"a".repeat(20_000)));
    }

    proptest! {
        #[test]
        fn it_is_what_the_definition_says(pattern in "[ab?é*]{0,9}", text in "[abé*?]{0,9}") {
            let characters: (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            prop_assert_eq!(check(&pattern, &text), naive(&characters.0, &characters.1));
        }
    }
}
