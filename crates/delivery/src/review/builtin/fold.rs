//! What a reader sees of a text: characters without case, width, style and what is invisible, each with the place where
//! it stands in the text. Knows no rule.
//!
//! Sources: Unicode Standard §3.13 (case folding, here lower(upper(lower)) of each character, which also takes `ß` for
//! `ss` and the dotless `ı` for `i`) and UAX 15 (compatibility decomposition, which makes full-width, mathematical and
//! ringed letters plain and takes ligatures apart).

use super::text::Span;
use std::sync::LazyLock;
use unicode_normalization::char::{compose, decompose_compatible, is_combining_mark};

/// One character as a reader sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Unit {
    /// Folded, without accents.
    pub(super) base: char,
    /// Its accents, in no order: 0 is none. Only those count which make a letter of their own, as in `é`; others, such
    /// as a stroke through each letter, are decoration.
    pub(super) marks: u32,
    /// Whether it was written as a capital `I`, which is not to be told from an `l`.
    pub(super) is_capital_i: bool,
    start: u32,
    end: u32,
}

impl Unit {
    /// A character that stands nowhere.
    pub(super) const fn placeless(base: char, marks: u32) -> Self {
        Self { base, marks, is_capital_i: false, start: 0, end: 0 }
    }

    /// Where it stands, in bytes of the text; accents and invisible characters after it are a part of it. Two units can
    /// stand at the same place: both `f` of a ligature.
    pub(super) const fn span(&self) -> Span {
        self.start as usize..self.end as usize
    }

    /// Whether it parts words: white space, punctuation, and symbols but for pictures.
    pub(super) fn is_separator(&self) -> bool {
        let is_above_punctuation = matches!(self.base, '\u{2190}'..='\u{27ff}' | '\u{2900}'..='\u{2dff}')
            || matches!(self.base, '\u{3040}'..='\u{fe0f}' | '\u{fe70}'..);
        let is_picture = is_above_punctuation && !self.base.is_whitespace();
        !is_picture && !self.base.is_alphanumeric()
    }

    /// Whether it makes one word with such characters beside it.
    pub(super) fn is_of_word(&self) -> bool {
        self.base.is_alphanumeric() && !is_of_undivided_script(self.base)
    }
}

/// Folds a text. There are at most four units for a character.
pub(super) fn fold(text: &str) -> Vec<Unit> {
    let mut folding = Folding { units: Vec::with_capacity(text.len()), is_joined: false };
    for (start, char) in text.char_indices() {
        let place = (clamp(start), clamp(start + char.len_utf8()));
        if char.is_ascii_graphic() || char == ' ' {
            folding.push(char.to_ascii_lowercase(), 0, place);
            folding.note_capital_i(char);
        } else if let Some((base, marks)) = known(char) {
            folding.push(base, marks, place);
        } else {
            folding.take(char, place);
        }
    }
    folding.units
}

/// Whether a character only changes the one before it, or nothing.
pub(super) fn is_attached(char: char) -> bool {
    !char.is_ascii_graphic() && (is_invisible(char) || is_combining_mark(char))
}

const JOINER: char = '\u{200d}';

struct Folding {
    units: Vec<Unit>,
    /// Whether the character before was a joiner.
    is_joined: bool,
}

impl Folding {
    fn take(&mut self, char: char, place: (u32, u32)) {
        if is_invisible(char) {
            self.extend(place);
            self.is_joined = char == JOINER;
        } else if is_phrase(char) {
            self.push(char, 0, place);
        } else {
            decompose_compatible(char, |piece| self.take_piece(piece, place));
        }
    }

    fn take_piece(&mut self, piece: char, place: (u32, u32)) {
        if is_invisible(piece) {
            return self.extend(place);
        }
        let is_joined = std::mem::take(&mut self.is_joined);
        if let Some(last) = self.units.last_mut() {
            let is_mark = is_combining_mark(piece) && !is_spelling(last.base, piece);
            let is_joined_picture = is_joined && !piece.is_alphanumeric() && !last.base.is_alphanumeric();
            match compose(last.base, piece) {
                Some(_) if is_mark => last.marks = last.marks.wrapping_add(piece as u32),
                // Hangul out of its parts, kana with its voice.
                Some(composed) => last.base = composed,
                None if is_mark || is_joined_picture => {}
                None => return self.push_folded(piece, place),
            }
            return self.extend(place);
        }
        if !is_combining_mark(piece) {
            self.push_folded(piece, place);
        }
    }

    fn push_folded(&mut self, piece: char, place: (u32, u32)) {
        for low in piece.to_lowercase() {
            for folded in low.to_uppercase().flat_map(char::to_lowercase) {
                self.push(folded, 0, place);
            }
        }
        self.note_capital_i(piece);
    }

    fn note_capital_i(&mut self, char: char) {
        if let Some(last) = self.units.last_mut().filter(|_| char == 'I') {
            last.is_capital_i = true;
        }
    }

    fn push(&mut self, base: char, marks: u32, (start, end): (u32, u32)) {
        self.is_joined = false;
        self.units.push(Unit { base, marks, is_capital_i: false, start, end });
    }

    fn extend(&mut self, (_, end): (u32, u32)) {
        if let Some(last) = self.units.last_mut() {
            last.end = end;
        }
    }
}

/// What a letter is folded to, if that takes no thought: most are one unit, whatever was before.
fn known(char: char) -> Option<(char, u32)> {
    match char {
        // Kana, Han, Hangul.
        '\u{3041}'..='\u{3096}'
        | '\u{30a1}'..='\u{30fa}'
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{ac00}'..='\u{d7a3}' => Some((char, 0)),
        ..KNOWN_END => KNOWN.get(char as usize).copied().flatten(),
        _ => None,
    }
}

const KNOWN_END: char = '\u{2000}';

static KNOWN: LazyLock<Vec<Option<(char, u32)>>> = LazyLock::new(|| {
    let find = |char: char| {
        // What can become one with the character before it.
        let mut first = None;
        decompose_compatible(char, |piece| first = first.or(Some(piece)));
        let is_dependent =
            first.is_none_or(is_attached) || is_attached(char) || ('\u{1100}'..='\u{11ff}').contains(&char);
        let mut folding = Folding { units: Vec::new(), is_joined: false };
        folding.take(char, (0, 0));
        match folding.units.as_slice() {
            [unit] if !is_dependent && unit.base.is_alphanumeric() && !unit.is_capital_i => {
                Some((unit.base, unit.marks))
            }
            _ => None,
        }
    };
    ('\0'..KNOWN_END).map(find).collect()
});

fn clamp(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Characters that show nothing (Unicode's Default_Ignorable_Code_Point and controls), and two that only stretch or
/// tint the one before: the Arabic tatweel and skin tones.
pub(super) fn is_invisible(char: char) -> bool {
    if char.is_control() {
        return !char.is_whitespace();
    }
    matches!(char,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{640}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// Characters which stand for whole words, of up to eighteen letters: they are not taken apart, or a message of nothing
/// else would cost twenty times what others cost.
const fn is_phrase(char: char) -> bool {
    matches!(char, '\u{fdf0}'..='\u{fdfd}' | '\u{3300}'..='\u{33ff}')
}

/// Whether a mark spells in its own script what a letter does in others: vowel signs of India and of the scripts that
/// come from there, and the voices of kana. On a letter of another script it is decoration.
fn is_spelling(base: char, mark: char) -> bool {
    let is_near_india = matches!(mark, '\u{900}'..='\u{1aaf}' | '\u{1b00}'..='\u{1bff}');
    let has_signs = is_near_india || matches!(mark, '\u{a800}'..='\u{abff}' | '\u{11000}'..='\u{11fff}');
    let is_of_base = base as u32 >> 8 == mark as u32 >> 8;
    has_signs && is_of_base || matches!((base, mark), ('\u{3041}'..='\u{30ff}', '\u{3099}' | '\u{309a}'))
}

/// Scripts that write words without anything between them: Thai, Lao, Myanmar, Khmer, Kana, Han.
fn is_of_undivided_script(char: char) -> bool {
    matches!(char,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{3005}'..='\u{3007}'
        | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}'
        | '\u{a9e0}'..='\u{a9ff}' | '\u{aa60}'..='\u{aa7f}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bases(text: &str) -> String {
        fold(text).iter().map(|unit| unit.base).collect()
    }

    #[test]
    fn what_looks_the_same_but_for_style_is_the_same() {
        for (text, folded) in [
            ("Hello, World", "hello, world"),
            ("ＨＥＬＬＯ", "hello"),
            ("𝐡𝓮𝔩𝕝𝖔", "hello"),
            ("ⓗⓔⓛⓛⓞ", "hello"),
            ("ʰᵉˡˡᵒ", "hello"),
            ("h\u{200b}e\u{ad}l\u{2060}l\u{fe0f}o", "hello"),
            ("h\u{336}e\u{336}l\u{336}l\u{336}o\u{336}", "hello"),
            ("STRASSE", "strasse"),
            ("Straße", "strasse"),
            ("STRAẞE", "strasse"),
            ("ﬁﬀ ſ K", "fiff s k"),
            ("ΣΊΣΥΦΟΣ σίσυφος", "σισυφοσ σισυφοσ"),
            ("İıIi", "iiii"),
            ("e\u{301}É", "ee"),
            ("한국", "한국"),
            ("\u{1112}\u{1161}\u{11ab}", "한"),
            ("か\u{3099} ガ ｶﾞ", "が ガ ガ"),
            ("مـــرحَبا", "مرحبا"),
            ("hel\u{fff9}l\u{fffb}o", "hello"),
            ("h\u{951}e\u{a66f}l\u{1cd0}l\u{302a}o\u{6d6}\u{730}\u{3099}\u{16fe4}", "hello"),
            ("कि की क\u{951}ि ไทย ไท้", "कि की क\u{951}ि ไทย ไท้"),
            ("👨\u{200d}👩\u{200d}👧👍🏽", "👨👍"),
            ("\u{200b}", ""),
            ("\u{301}", ""),
        ] {
            assert_eq!(bases(text), folded, "{text}");
        }
    }

    #[test]
    fn accents_that_make_letters_are_told_apart_however_they_are_written() {
        let marks = |text: &str| fold(text).iter().map(|unit| unit.marks != 0).collect::<Vec<_>>();
        assert_eq!(marks("éeǘb\u{301}"), [true, false, true, false]);
        assert_eq!(fold("é").first().map(|unit| unit.marks), fold("e\u{301}").first().map(|unit| unit.marks));
        assert_ne!(fold("é").first().map(|unit| unit.marks), fold("è").first().map(|unit| unit.marks));
    }

    #[test]
    fn each_unit_knows_where_it_stands() {
        let spans: Vec<_> = fold("aßﬁe\u{301}\u{200b}x").iter().map(Unit::span).collect();
        assert_eq!(spans, [0..1, 1..3, 1..3, 3..6, 3..6, 6..12, 12..13]);
    }

    #[test]
    fn words_are_of_letters_and_digits_in_scripts_that_part_words() {
        let of_words: String =
            fold("aé1-日バ한ไ🖕д").iter().filter(|unit| unit.is_of_word()).map(|unit| unit.base).collect();
        assert_eq!(of_words, "ae1한д");
    }

    #[test]
    fn pictures_are_no_separators() {
        let separators: String = fold(" ,.-_'’—…、。！$§|«\n🖕♥あ한aé１½ﾟ")
            .iter()
            .filter(|unit| unit.is_separator())
            .map(|unit| unit.base)
            .collect();
        assert_eq!(separators, " ,.-_'’—...、。!$§|«\n⁄");
    }

    #[test]
    fn what_is_known_is_what_is_worked_out() {
        for char in ('\u{80}'..='\u{d7ff}').filter(|char| known(*char).is_some()) {
            for before in ["", "a", "か", "가", "😀\u{200d}"] {
                let text = format!("{before}{char}");
                let mut slow = Folding { units: Vec::new(), is_joined: false };
                for (start, char) in text.char_indices() {
                    slow.take(char, (clamp(start), clamp(start + char.len_utf8())));
                }
                assert_eq!(fold(&text), slow.units, "{text}");
            }
        }
    }

    #[test]
    fn no_character_becomes_more_than_four() {
        for char in ('\0'..=char::MAX).filter(|char| !char.is_ascii()) {
            assert!(bases(&char.to_string()).chars().count() <= 4, "{char}");
        }
    }
}
