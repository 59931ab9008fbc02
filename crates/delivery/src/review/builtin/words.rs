//! Words and phrases: all of a rule's in one automaton over the folded text, which finds where a word may be; then each
//! finding is compared with the word, character by character.
//!
//! Two steps, because a `1` may be an `i` or an `l`: for the automaton the three are one class, so that it needs each
//! word once, and `tail` is still told from `tall`.

use super::error::Problem;
use super::fold::{Unit, fold};
use super::letters::{Alphabet, Letters};
use super::text::{Scope, Span, Text};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::collections::BTreeMap;
use std::ops::Range;

/// Words and phrases, ready to be found.
#[derive(Debug)]
pub(super) struct Words {
    alphabet: Alphabet,
    is_whole: bool,
    automaton: AhoCorasick,
    /// For each pattern of the automaton the words of its classes.
    words: Vec<Vec<Word>>,
}

/// A word or phrase, folded.
pub(super) type Word = Box<[Letter]>;

/// A character of a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    base: char,
    marks: u32,
    letters: Letters,
}

/// A text as the automaton reads it.
#[derive(Debug, Default)]
struct Line {
    classes: String,
    /// For each character where it is in `classes`, and the first unit that it stands for.
    places: Vec<(usize, usize)>,
}

/// Between words there is this, however much and whatever it is.
const BLANK: char = ' ';

/// What may stand in a word or phrase and is the same as a blank there.
const BLANKS: &str = ".,:;-_/&?'`‘’“”\"…‐‑‒–—·";

impl Words {
    pub(super) fn new(alphabet: Alphabet, is_whole: bool, words: Vec<Word>) -> Result<Self, Problem> {
        let mut of_class = BTreeMap::<String, Vec<Word>>::new();
        for word in words {
            let line = word.iter().map(|letter| alphabet.class(&letter.unit())).collect();
            let same = of_class.entry(line).or_default();
            if !same.contains(&word) {
                same.push(word);
            }
        }
        let mut builder = AhoCorasick::builder();
        // A tenth of the memory of a DFA, and at least half as fast.
        let automaton = builder.kind(Some(AhoCorasickKind::ContiguousNFA)).build(of_class.keys());
        let automaton = automaton.map_err(|_| Problem::Memory { most: i32::MAX as usize })?;
        Ok(Self { alphabet, is_whole, automaton, words: of_class.into_values().collect() })
    }

    /// Where the words are. Signs are read in two ways, as letters (`$hit`) and as what parts words (`kill! him!`),
    /// each time all of them; but a `!` at a word's end is never a letter.
    pub(super) fn find(&self, text: &Text<'_>, scope: Scope) -> Vec<Span> {
        let mut found = Vec::new();
        let units = text.units();
        self.find_in(&self.line(units, false), units, scope, &mut found);
        if (found.is_empty() || scope == Scope::All) && units.iter().any(|unit| self.is_sign(unit)) {
            self.find_in(&self.line(units, true), units, scope, &mut found);
        }
        found
    }

    fn line(&self, units: &[Unit], signs_are_letters: bool) -> Line {
        let mut line = Line::default();
        line.classes.reserve(units.len());
        line.places.reserve(units.len());
        let mut is_word_to_come = false;
        let mut is_letter = vec![false; units.len()];
        for (unit, is_letter) in units.iter().zip(&mut is_letter).rev() {
            *is_letter = !unit.is_separator()
                || signs_are_letters && self.is_sign(unit) && (unit.base != '!' || is_word_to_come);
            is_word_to_come = *is_letter;
        }
        for (index, (unit, is_letter)) in units.iter().zip(is_letter).enumerate() {
            if is_letter {
                line.places.push((line.classes.len(), index));
                line.classes.push(self.alphabet.class(unit));
            } else if !line.classes.ends_with(BLANK) {
                line.places.push((line.classes.len(), index));
                line.classes.push(BLANK);
            }
        }
        line
    }

    /// Whether this is a sign that can be typed for a letter.
    fn is_sign(&self, unit: &Unit) -> bool {
        !self.alphabet.typed_for(unit.base).is_empty() && unit.is_separator()
    }

    fn find_in(&self, line: &Line, units: &[Unit], scope: Scope, found: &mut Vec<Span>) {
        let Ok(matches) = self.automaton.try_find_overlapping_iter(&line.classes) else { return };
        for possible in matches {
            let start = line.places.partition_point(|(at, _)| *at < possible.start());
            let words = self.words.get(possible.pattern().as_usize()).map(Vec::as_slice).unwrap_or_default();
            let length = words.first().map_or(0, |word| word.len());
            let Some(places) = line.places.get(start..start + length) else { continue };
            let Some(span) = whole_span(places, units) else { continue };
            if found.last().is_some_and(|last| last.start <= span.start && span.end <= last.end) {
                continue;
            }
            if (!self.is_whole || line.is_whole(start..start + length, units))
                && words.iter().any(|word| self.is_said(word, places, units))
            {
                found.push(span);
                if scope == Scope::First {
                    return;
                }
            }
        }
    }

    /// Whether the word is what these characters can be read as. Digits and most signs alone are no word, unless they
    /// are the word itself: 455 is a number, and `!!!` is none of `ill` and `lil`.
    fn is_said(&self, word: &Word, places: &[(usize, usize)], units: &[Unit]) -> bool {
        let (mut is_typed, mut has_letter) = (false, false);
        for (letter, (_, index)) in word.iter().zip(places) {
            let Some(unit) = units.get(*index) else { return false };
            if letter.base == BLANK {
                continue;
            }
            let is_same = letter.base == unit.base;
            if !is_same && !letter.letters.meets(self.alphabet.of_text(unit)) {
                return false;
            }
            if letter.marks != unit.marks && !(letter.marks == 0 && self.alphabet.is_blind_to_marks()) {
                return false;
            }
            is_typed |= !is_same;
            has_letter |= is_letter(unit.base);
        }
        has_letter || !is_typed
    }
}

impl Line {
    /// Whether no word goes on from these characters to either side.
    fn is_whole(&self, range: Range<usize>, units: &[Unit]) -> bool {
        let is_of_word = |index: Option<usize>| {
            let place = index.and_then(|index| self.places.get(index));
            place.is_some_and(|(at, index)| {
                let is_blank = self.classes.get(*at..).is_some_and(|rest| rest.starts_with(BLANK));
                // A separator that is no blank is a sign, read as a letter.
                !is_blank && units.get(*index).is_some_and(|unit| unit.is_of_word() || unit.is_separator())
            })
        };
        let Range { start, end } = range;
        let goes_on_before = is_of_word(start.checked_sub(1)) && is_of_word(Some(start));
        let goes_on_after = is_of_word(end.checked_sub(1)) && is_of_word(Some(end));
        !goes_on_before && !goes_on_after
    }
}

impl Letter {
    const fn unit(&self) -> Unit {
        Unit::placeless(self.base, self.marks)
    }
}

/// Folds a word or phrase of a list.
///
/// # Errors
/// [`Problem::NoWord`] if nothing remains; [`Problem::Sign`] for a sign that would be a mere blank in messages, so that
/// `c++` would be found in each `c`.
pub(super) fn word(text: &str, alphabet: &Alphabet) -> Result<Word, Problem> {
    let mut letters = Vec::<Letter>::new();
    for unit in fold(text) {
        let typed = alphabet.typed_for(unit.base);
        let letter = match unit.base {
            base if !unit.is_separator() => {
                Letter { base, marks: unit.marks, letters: alphabet.of_word(&unit) }
            }
            base if base.is_whitespace() || BLANKS.contains(base) => {
                Letter { base: BLANK, marks: 0, letters: Letters::default() }
            }
            // Many lists have words as they are typed to pass by lists.
            _ if !typed.is_empty() => {
                let plain = Unit::placeless(typed.first(), 0);
                Letter { base: plain.base, marks: 0, letters: alphabet.of_word(&plain) }
            }
            sign => return Err(Problem::Sign(sign)),
        };
        if letter.base != BLANK || letters.last().is_some_and(|last| last.base != BLANK) {
            letters.push(letter);
        }
    }
    letters.pop_if(|last| last.base == BLANK);
    if letters.is_empty() { Err(Problem::NoWord) } else { Ok(letters.into()) }
}

/// Whether this is a letter by itself, or hardly anything else in the midst of letters.
fn is_letter(base: char) -> bool {
    base.is_alphabetic() || ['@', '$'].contains(&base) || base > '\u{ff}' && !base.is_numeric()
}

/// Where a word stands that has these characters.
fn whole_span(places: &[(usize, usize)], units: &[Unit]) -> Option<Span> {
    let first = units.get(places.first()?.1)?;
    let last = units.get(places.last()?.1)?;
    Some(first.span().start..last.span().end)
}
