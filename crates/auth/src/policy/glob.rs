//! Wildcards over text: `*` and `?`. It knows nothing of policies.
//!
//! **Invariant:** no recursion and no backtracking. A pattern is cut at the stars into segments, and each is looked for
//! once, leftmost, behind the one before. A segment of plain text is found in linear time; one with `?` costs a word
//! operation for each of its characters and each 64 characters of the text.

use memchr::memmem;
use std::collections::HashMap;

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
    match segment {
        [] => Some(text),
        [only] => match view(only)? {
            Piece::Text(wanted) => {
                // Several times as fast as `str::find` on texts as short as ours, and as linear.
                let at = memmem::find(text.as_bytes(), wanted.as_bytes())?;
                text.get(at + wanted.len()..)
            }
            Piece::One | Piece::Many => without_first(text),
        },
        several => match joined(several, view)? {
            Some(wanted) => {
                let at = memmem::find(text.as_bytes(), wanted.as_bytes())?;
                text.get(at + wanted.len()..)
            }
            None if lacks_a_part(several, view, text) => None,
            None => find_by_bits(several, view, text),
        },
    }
}

/// Whether some text of the segment is nowhere: the usual case, and a cheap one to see.
fn lacks_a_part<'p, P>(
    segment: &'p [P],
    view: &impl Fn(&'p P) -> Option<Piece<&'p str>>,
    text: &str,
) -> bool {
    let is_absent = |part: &str| memmem::find(text.as_bytes(), part.as_bytes()).is_none();
    segment.iter().any(|member| matches!(view(member), Some(Piece::Text(part)) if is_absent(part)))
}

/// The segment as one text, if there is no `?` in it; nothing if something in it stands for nothing.
fn joined<'p, P>(
    segment: &'p [P],
    view: &impl Fn(&'p P) -> Option<Piece<&'p str>>,
) -> Option<Option<String>> {
    let mut text = String::new();
    for member in segment {
        match view(member)? {
            Piece::Text(part) => text.push_str(part),
            Piece::One | Piece::Many => return Some(None),
        }
    }
    Some(Some(text))
}

/// Looks at all places of the text at once: a bit for each character, set while what is behind it is what the segment
/// begins with.
fn find_by_bits<'p, 't, P>(
    segment: &'p [P],
    view: &impl Fn(&'p P) -> Option<Piece<&'p str>>,
    text: &'t str,
) -> Option<&'t str> {
    let ends: Vec<usize> = text.char_indices().map(|(at, char)| at + char.len_utf8()).collect();
    let mut places: HashMap<char, Bits> = HashMap::new();
    for (at, char) in text.chars().enumerate() {
        places.entry(char).or_insert_with(|| Bits::none(ends.len())).set(at);
    }
    // The places behind which the next character is to stand; 0 is before the first.
    let mut reached: Option<Bits> = None;
    for member in segment {
        match view(member)? {
            Piece::Text(wanted) => {
                for char in wanted.chars() {
                    reached = Some(Bits::follow(reached, places.get(&char)?)?);
                }
            }
            Piece::One | Piece::Many => reached = Some(Bits::follow(reached, &Bits::all(ends.len()))?),
        }
    }
    match reached {
        None => Some(text),
        Some(reached) => text.get(*ends.get(reached.first()?)?..),
    }
}

/// A set of places in a text.
#[derive(Debug, Clone)]
struct Bits(Vec<u64>);

impl Bits {
    fn none(length: usize) -> Self {
        Self(vec![0; length.div_ceil(64)])
    }

    fn all(length: usize) -> Self {
        let mut words = vec![u64::MAX; length.div_ceil(64)];
        if let Some(last) = words.last_mut().filter(|_| !length.is_multiple_of(64)) {
            *last >>= 64 - length % 64;
        }
        Self(words)
    }

    fn set(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    /// Those of `places` that stand right behind a place that is reached, or anywhere if nothing is yet; `None` if
    /// there are none.
    fn follow(reached: Option<Self>, places: &Self) -> Option<Self> {
        let mut followed = places.clone();
        if let Some(reached) = reached {
            let mut carried = 0;
            for (word, before) in followed.0.iter_mut().zip(reached.0) {
                *word &= before << 1 | carried;
                carried = before >> 63;
            }
        }
        followed.0.iter().any(|word| *word != 0).then_some(followed)
    }

    fn first(&self) -> Option<usize> {
        let (index, word) = self.0.iter().enumerate().find(|(_, word)| **word != 0)?;
        Some(index * 64 + word.trailing_zeros() as usize)
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
        // Two thousand million steps, if each place were tried by itself.
        let pattern = format!("*{}b*", "?".repeat(60_000));
        assert!(!check(&pattern, &"a".repeat(80_000)));
        assert!(check(&pattern, &("a".repeat(80_000) + "b")));
        assert!(!check(&format!("*?{}b*", "a".repeat(30_000)), &"a".repeat(60_000)));
    }

    proptest! {
        #[test]
        fn segments_are_found_across_words(
            before in "[ab]{0,150}", wanted in "[ab?]{2,9}", found in "[ab]{2,9}", after in "[ab]{0,70}",
        ) {
            let text = format!("{before}{found}{after}");
            let pattern = format!("*{wanted}*");
            let chars: Vec<char> = text.chars().collect();
            let wanted: Vec<char> = wanted.chars().collect();
            let is_there = chars.windows(wanted.len()).any(|window| naive(&wanted, window));
            prop_assert_eq!(check(&pattern, &text), is_there);
        }

        #[test]
        fn it_is_what_the_definition_says(pattern in "[ab?é*]{0,9}", text in "[abé*?]{0,9}") {
            let characters: (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
            prop_assert_eq!(check(&pattern, &text), naive(&characters.0, &characters.1));
        }
    }
}
