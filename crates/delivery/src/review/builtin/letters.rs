//! Which plain letters a character can stand for in a word: itself, what it looks like, what it is typed for. Knows no
//! words.
//!
//! Source of the look-alikes: UTS 39 §4, confusables, without its advice that `m` looks like `rn` and `0` like `O`: in
//! plain text that would refuse honest words.

use super::fold::Unit;
use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_security::confusable_detection::skeleton;

/// A set of the letters a to z and the digits 0 to 9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Letters(u64);

const PLAIN: [char; 36] = [
    'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n', 'o', 'p', 'q', 'r', 's', 't', 'u',
    'v', 'w', 'x', 'y', 'z', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9',
];

impl Letters {
    const fn one(char: char) -> Self {
        match char {
            'a'..='z' => Self(1 << (char as u32 - 'a' as u32)),
            '0'..='9' => Self(1 << (char as u32 - '0' as u32 + 26)),
            _ => Self(0),
        }
    }

    /// The first of the letters. There must be one.
    pub(super) fn first(self) -> char {
        PLAIN.get(self.0.trailing_zeros() as usize).copied().unwrap_or(' ')
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// How texts and words are read by one rule.
#[derive(Debug, Clone)]
pub(super) struct Alphabet {
    is_confusables: bool,
    /// What digits and signs are typed for, in ASCII.
    typed: [Letters; 128],
    /// And beyond.
    typed_wide: &'static [Row],
    /// For each letter and digit one that is the same for all which some character may stand for at once.
    classes: [char; PLAIN.len()],
}

impl Alphabet {
    pub(super) fn new(is_leetspeak: bool, is_confusables: bool) -> Self {
        let none: &[Row] = &[];
        let (ascii, typed_wide) = if is_leetspeak { (LEETSPEAK_ASCII, LEETSPEAK_WIDE) } else { (none, none) };
        let mut typed = [Letters::default(); 128];
        let mut classes = std::array::from_fn(|index| Letters(1 << index));
        let strokes = if is_confusables { STROKES } else { none };
        for (char, letters) in ascii.iter().chain(strokes) {
            let letters = letters_of(letters);
            typed.iter_mut().skip(*char as usize).take(1).for_each(|typed| *typed = letters);
            merge(&mut classes, letters.and(Letters::one(*char)));
        }
        if is_confusables {
            let ambiguous = LOOKS.values().filter(|letters| letters.0.count_ones() > 1);
            ambiguous.for_each(|letters| merge(&mut classes, *letters));
        }
        Self { is_confusables, typed, typed_wide, classes: classes.map(Letters::first) }
    }

    /// The letters that a character of a word is.
    pub(super) fn of_word(&self, unit: &Unit) -> Letters {
        if unit.base.is_ascii() {
            Letters::one(unit.base)
        } else if self.is_confusables {
            LOOKS.get(&unit.base).copied().unwrap_or_default()
        } else {
            Letters::default()
        }
    }

    /// The letters that a character of a message can stand for.
    pub(super) fn of_text(&self, unit: &Unit) -> Letters {
        let capital = if unit.is_capital_i && self.is_confusables { TALL } else { Letters::default() };
        self.of_word(unit).and(self.typed_for(unit.base)).and(capital)
    }

    /// The letters that a digit or sign is typed for.
    pub(super) fn typed_for(&self, char: char) -> Letters {
        if let Some(letters) = self.typed.get(char as usize) {
            return *letters;
        }
        let row = self.typed_wide.iter().find(|(typed, _)| *typed == char);
        row.map_or_else(Letters::default, |(_, letters)| letters_of(letters))
    }

    /// Whether accents may be overlooked.
    pub(super) const fn is_blind_to_marks(&self) -> bool {
        self.is_confusables
    }

    /// A character that is the same for all characters that could be meant by this one.
    pub(super) fn class(&self, unit: &Unit) -> char {
        let letters = self.of_text(unit);
        self.classes.get(letters.0.trailing_zeros() as usize).copied().unwrap_or(unit.base)
    }
}

/// A character, and letters.
type Row = (char, &'static str);

/// Digits and signs, and the letters that they are typed for.
const LEETSPEAK_ASCII: &[Row] = &[
    ('0', "o"),
    ('1', "il"),
    ('2', "z"),
    ('3', "e"),
    ('4', "a"),
    ('5', "s"),
    ('6', "g"),
    ('7', "t"),
    ('8', "b"),
    ('9', "g"),
    ('!', "il"),
    ('$', "s"),
    ('+', "t"),
    ('@', "a"),
    ('|', "il"),
];

/// What is as a capital `I` and a small `l`: a stroke.
const STROKES: &[Row] = &[('1', "il"), ('|', "il")];
/// What such a stroke can stand for. An `l` itself is not read as an `i`, or `tall` would be `tail`.
const TALL: Letters = Letters::one('i').and(Letters::one('l'));

/// The same beyond ASCII.
const LEETSPEAK_WIDE: &[Row] = &[('¢', "c"), ('£', "l"), ('€', "e")];

/// Whether a sign may be read as a letter by some rule, so that nobody may mask with it.
pub(super) fn is_typed_for_a_letter(char: char) -> bool {
    LEETSPEAK_ASCII.iter().chain(LEETSPEAK_WIDE).any(|(typed, _)| *typed == char)
}

fn letters_of(letters: &str) -> Letters {
    letters.chars().map(Letters::one).fold(Letters::default(), Letters::and)
}

/// Makes one class of the classes of these letters.
fn merge(classes: &mut [Letters], letters: Letters) {
    let all = classes.iter().filter(|class| class.meets(letters)).fold(letters, |all, class| all.and(*class));
    classes.iter_mut().filter(|class| class.meets(all)).for_each(|class| *class = all);
}

/// The look-alikes among folded characters: some 500, found once, when the first rule wants them.
static LOOKS: LazyLock<HashMap<char, Letters>> = LazyLock::new(|| {
    let scripts = ('\u{80}'..'\u{2e80}').chain('\u{a4d0}'..'\u{ac00}').chain('\u{10000}'..'\u{12000}');
    let more = ('\u{16e00}'..'\u{17000}').chain('\u{1f100}'..'\u{1f200}');
    scripts.chain(more).map(|char| (char, find_looks(char))).filter(|(_, found)| !found.is_empty()).collect()
});

/// What a character looks like in lower or in upper case.
fn find_looks(char: char) -> Letters {
    if let Some(letter) = STYLED.iter().find_map(|(first, letters)| styled(char, *first, letters)) {
        return letter;
    }
    let found = Letters::default().and(find_look(char));
    let mut upper = char.to_uppercase();
    match (upper.next(), upper.next()) {
        (Some(upper), None) if upper != char => found.and(find_look(upper)),
        _ => found,
    }
}

/// UTS 39's prototype of a character, if it is a letter, whatever strokes are through it. Digits are left out: what
/// looks like one looks more like something else.
fn find_look(char: char) -> Letters {
    let mut buffer = [0; 4];
    let mut prototype = skeleton(char.encode_utf8(&mut buffer)).flat_map(char::to_lowercase);
    let first = prototype.next().filter(char::is_ascii_lowercase);
    let mut rest = prototype.skip_while(|char| ('\u{300}'..='\u{36f}').contains(char));
    match (first, rest.next(), rest.next()) {
        (Some('r'), Some('n'), None) => Letters::one('m'),
        // What looks like an `l` looks like a capital `i`.
        (Some('l'), None, None) => letters_of("il"),
        (Some(letter), None, None) => Letters::one(letter),
        _ => Letters::default(),
    }
}

/// Letters in styles that Unicode gives no decomposition: the first character, and the letters from there.
const STYLED: &[Row] = &[
    ('\u{1f150}', "abcdefghijklmnopqrstuvwxyz"),
    ('\u{1f170}', "abcdefghijklmnopqrstuvwxyz"),
    ('\u{1f1e6}', "abcdefghijklmnopqrstuvwxyz"),
    // Small capitals, wherever they are.
    ('ᴀ', "a"),
    ('ʙ', "b"),
    ('ᴅ', "d"),
    ('ᴇ', "e"),
    ('ꜰ', "f"),
    ('ɢ', "g"),
    ('ʜ', "h"),
    ('ɪ', "i"),
    ('ᴊ', "j"),
    ('ᴋ', "k"),
    ('ʟ', "l"),
    ('ᴍ', "m"),
    ('ɴ', "n"),
    ('ᴘ', "p"),
    ('ʀ', "r"),
    ('ᴛ', "t"),
    ('ʏ', "y"),
];

fn styled(char: char, first: char, letters: &str) -> Option<Letters> {
    let index = (char as u32).checked_sub(first as u32)?;
    letters.chars().nth(index as usize).map(Letters::one)
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::*;

    fn stands_for(alphabet: &Alphabet, text: &str, word: &str) -> bool {
        let (text, word) = (fold(text), fold(word));
        text.iter().zip(&word).all(|(text, word)| {
            let is_meant = text.base == word.base || alphabet.of_text(text).meets(alphabet.of_word(word));
            assert!(!is_meant || alphabet.class(text) == alphabet.class(word), "{text:?} {word:?}");
            is_meant
        })
    }

    #[test]
    fn what_is_read_as_what_depends_on_the_alphabet() {
        let check = |text: &str, word: &str, expected: [bool; 4]| {
            let read = [(false, false), (true, false), (false, true), (true, true)].map(
                |(leetspeak, confusables)| stands_for(&Alphabet::new(leetspeak, confusables), text, word),
            );
            assert_eq!(read, expected, "{text} for {word}");
        };
        check("hello", "hello", [true; 4]);
        check("h3110", "hello", [false, true, false, true]);
        check("h3!|0", "hello", [false, true, false, true]);
        check("heIIo", "hello", [false, false, true, true]);
        check("he1|o", "hello", [false, true, true, true]);
        check("k1|l", "kill", [false, true, true, true]);
        check("TAIL", "tail", [true; 4]);
        check("hello", "h3110", [false; 4]);
        check("h3110", "h3110", [true; 4]);
        check("һеllо", "hello", [false, false, true, true]);
        check("НЕLLО", "hello", [false, false, true, true]);
        check("hello", "һеllо", [false, false, true, true]);
        check("ΝΙCΕ", "nice", [false, false, true, true]);
        check("ν1cе", "nice", [false, false, true, true]);
        check("ν!cе", "nice", [false, false, false, true]);
        check("đøłł", "doll", [false, false, true, true]);
        check("🅑🅰🇩", "bad", [false, false, true, true]);
        check("ʙᴀᴅ", "bad", [false, false, true, true]);
        check("corn", "com", [false; 4]);
        check("O", "0", [false; 4]);
        check("tall", "tail", [false; 4]);
        check("хуй", "хуи", [true; 4]);
        check("xyи", "хуи", [false, false, true, true]);
    }

    #[test]
    fn whatever_can_be_meant_is_of_one_class() {
        for (leetspeak, confusables) in [(true, false), (false, true), (true, true)] {
            let alphabet = Alphabet::new(leetspeak, confusables);
            let plain: Vec<_> = ('a'..='z').chain('0'..='9').map(String::from).collect();
            for text in ('!'..'\u{20000}').map(String::from) {
                let reads_no_other = fold(&text).iter().all(|unit| alphabet.of_text(unit).is_empty());
                let meant = plain.iter().filter(|word| !reads_no_other && stands_for(&alphabet, &text, word));
                assert!(meant.count() < 6, "{text}");
            }
        }
    }
}
