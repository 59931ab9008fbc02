//! Text of strangers made safe for a terminal: it may hold neither commands to the terminal nor a line of its own.

use std::iter::Peekable;
use std::str::Chars;

const ESCAPE: char = '\u{1b}';
const BELL: char = '\u{7}';
/// The C1 forms of `ESC [`, `ESC P`, `ESC X`, `ESC ]`, `ESC ^`, `ESC _` and `ESC \` (ECMA-48 §5.3).
const CSI: char = '\u{9b}';
const STRING_END: char = '\u{9c}';

/// `text` without escape sequences, control characters and marks that reorder a line; white space of any kind
/// becomes a space. Source of the sequences: ECMA-48 §5.
pub(super) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(char) = rest.next() {
        match char {
            ESCAPE => skip_escape(&mut rest),
            CSI => skip_control_sequence(&mut rest),
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => skip_string(&mut rest),
            '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push(' '),
            _ if char.is_control() || reorders(char) => {}
            _ => out.push(char),
        }
    }
    out
}

/// JSON made safe for a terminal without a change to what it says: what a terminal would obey is written as `\uXXXX`,
/// which outside a string stands in no JSON. Line ends and tabs stay; a carriage return goes.
pub(super) fn printable_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for char in json.chars() {
        match char {
            '\n' | '\t' => out.push(char),
            '\r' => {}
            // Everything of this kind has four digits.
            _ if char.is_control() || reorders(char) || matches!(char, '\u{2028}' | '\u{2029}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(char)));
            }
            _ => out.push(char),
        }
    }
    out
}

/// After ESC: a control sequence, a string, or intermediates and one final character.
fn skip_escape(rest: &mut Peekable<Chars<'_>>) {
    match rest.peek() {
        Some('[') => {
            rest.next();
            skip_control_sequence(rest);
        }
        Some('P' | 'X' | ']' | '^' | '_') => {
            rest.next();
            skip_string(rest);
        }
        _ => {
            while rest.next_if(|char| (' '..='/').contains(char)).is_some() {}
            rest.next_if(|char| ('0'..='~').contains(char));
        }
    }
}

/// Parameters, intermediates and the final character. What cannot belong to it ends it and stays.
fn skip_control_sequence(rest: &mut Peekable<Chars<'_>>) {
    while rest.next_if(|char| (' '..='?').contains(char)).is_some() {}
    rest.next_if(|char| ('@'..='~').contains(char));
}

/// Up to the string's end; a string that never ends takes the rest of the text with it, as it would on a terminal.
fn skip_string(rest: &mut Peekable<Chars<'_>>) {
    while let Some(char) = rest.next() {
        let ends = match char {
            BELL | STRING_END => true,
            ESCAPE => rest.next_if_eq(&'\\').is_some(),
            _ => false,
        };
        if ends {
            return;
        }
    }
}

/// Embeddings, overrides and isolates (Unicode UAX #9 §2): with them a message could look like another user's line.
fn reorders(char: char) -> bool {
    matches!(char, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_gone() {
        let check = |text: &str, expected: &str| assert_eq!(printable(text), expected, "{text:?}");
        check("plain, é, 漢字, 👩‍👩‍👧, שלום", "plain, é, 漢字, 👩‍👩‍👧, שלום");
        check("\x1b[31mred\x1b[0m", "red");
        check("\x1b[2J\x1b[Hgone", "gone");
        check("\u{9b}31mred", "red");
        check("\x1b]0;title\x07after", "after");
        check("\x1b]52;c;aGk=\x1b\\after", "after");
        check("\u{9d}0;title\u{9c}after", "after");
        check("\x1bP1$r\x1b\\after", "after");
        check("\x1b(Bcharset \x1bcreset", "charset reset");
        check("a\x1b", "a");
        check("a\x1b[31", "a");
        check("\x1b[\u{1}31mstill no command", "31mstill no command");
        check("\x1b]never ends", "");
        check("two\r\nlines\tand\u{2028}more", "two  lines and more");
        check("bell\x07 back\x08 nul\0 del\x7f", "bell back nul del");
        check("\u{202e}nna\u{202c}: \u{2066}x\u{2069}", "nna: x");
    }

    #[test]
    fn json_says_the_same_and_a_terminal_obeys_none_of_it() {
        let said =
            serde_json::json!({ "a\x1b[2J": ["\u{9b}31m", "\u{202e}x", "\x7f", "\r\n\t", "é\u{2028}"] });
        let json = printable_json(&format!("{said:#}\r\n"));
        assert!(!json.contains(|char: char| char != '\n' && (char.is_control() || reorders(char))), "{json}");
        assert!(json.contains(r"\u009b31m") && json.contains(r"\u202ex"), "{json}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&json).unwrap(), said);
        assert_eq!(printable_json("{\n\t\"é\": 1\r}"), "{\n\t\"é\": 1}");
    }

    #[test]
    fn no_control_character_is_left_whatever_comes() {
        let odd = ['\x1b', '[', ']', 'P', '\\', '\x07', '\u{9b}', '\u{9c}', '\u{9d}', ';', 'm', '\n', '\0'];
        for first in odd {
            for second in odd {
                for third in odd {
                    let text: String = [first, second, third].iter().collect();
                    assert!(!printable(&text).contains(char::is_control), "{text:?}");
                }
            }
        }
    }
}
