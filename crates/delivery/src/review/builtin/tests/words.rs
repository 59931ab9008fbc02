//! Words: what passes by a list and what does not, and who suffers.

use super::*;

const LIST: &str = r#"kind = "words"
    words = ["ass", "hell", "shit", "bad", "cunt", "tail", "ill", "kill yourself", "don't", "ñandú",
        "хуй", "バカ", "한국", "🖕", "1488"]"#;

#[test]
fn case_width_style_and_what_is_invisible_never_matter() {
    check(
        &rule(LIST),
        true,
        &[
            "bad",
            "BAD",
            "Bad!",
            "so bad.",
            "(bad)",
            "bad_word",
            "bad's",
            "ｂａｄ",
            "𝐛𝖺𝓭",
            "ⓑⓐⓓ",
            "ᵇᵃᵈ",
            "b\u{200b}ad",
            "b\u{ad}a\u{2060}d\u{feff}",
            "b\u{336}a\u{336}d\u{336}",
            "\u{202e}bad",
            "b\u{1}ad",
            "haß ſhit",
            "kill yourself",
            "KILL  YOURSELF",
            "kill, yourself",
            "kill.\n-yourself",
            "dont, don't, don’t",
            "ÑANDÚ",
            "n\u{303}andu\u{301}",
            "ХУЙ",
            "あのバカが",
            "ﾊﾞｶ",
            "한국",
            "🖕🏿",
            "x🖕x",
            "1488",
        ],
    );
}

#[test]
fn whole_words_spare_the_honest() {
    check(
        &rule(LIST),
        false,
        &[
            "Scunthorpe",
            "class",
            "assume the bass",
            "hello shell",
            "bade badly",
            "tall tales",
            "kill your self",
            "killyourself",
            "skill yourself",
            "kill themselves",
            "dont",
            "nandu",
            "한국어",
            "11488",
            "b4d",
            "ḃad",
            "b a d",
        ],
    );
    check(
        &rule(&format!("{LIST}\nmatch = \"substring\"")),
        true,
        &["Scunthorpe", "class", "한국어", "skill yourself"],
    );
}

#[test]
fn leetspeak_is_read_as_what_it_is_typed_for() {
    let set = rule(&format!("{LIST}\nfold = [\"leetspeak\"]"));
    check(
        &set,
        true,
        &[
            "b4d",
            "B@D",
            "a55",
            "@$$",
            "a$$",
            "$h1t",
            "5h!7",
            "sh|+",
            "h3ll",
            "h311",
            "he1l!",
            "7a1l",
            "ta|l",
            "!ll",
            "1LL",
            "cun7",
            "k1ll y0ur$elf",
            "kill! yourself",
            "k!ll! yourself",
            "kill @ yourself",
            "1488",
            "１488",
            "h€££",
            "he!l",
            "bad!",
            "$bad",
            "hell!!",
        ],
    );
    // An `l` is no `i`, numbers are no words, and what is typed for a digit is no digit.
    check(
        &set,
        false,
        &[
            "tall", "455", "455!", "@", "!11", "1 48 8", "i488", "cl4ss", "p@$$", "class!", "i!!", "!!!",
            "he!!", "7411",
        ],
    );
    let listed = rule(
        r#"kind = "words"
        words = ["a$$", "sh!t", "h4xx0r"]
        fold = ["leetspeak"]"#,
    );
    check(&listed, true, &["a$$", "ass", "a55", "shit", "sh!t", "h4xx0r"]);
    check(&listed, false, &["a", "haxxor", "sh t"]);
    // Known and not caught: signs read one way and the other in one message, and signs for several letters.
    check(&set, false, &["k!ll @ yourself", "|-|ell", "h*ll", "h_e_l_l"]);
    // Letters apart pass, unless they stand in the list so.
    check(&set, false, &["s.h.i.t", "s h i t", "s-h-i-t"]);
    let apart = rule("kind = \"words\"\nwords = [\"s h i t\"]");
    check(&apart, true, &["s.h.i.t", "s h i t", "S - h - i - t!"]);
}

#[test]
fn look_alikes_of_latin_letters_are_read_as_these() {
    let set = rule(&format!("{LIST}\nfold = [\"confusables\"]"));
    check(
        &set,
        true,
        &[
            "bаd",
            "ЬАD",
            "βad",
            "ВАD",
            "ʙᴀᴅ",
            "🅑🅐🅓",
            "🅱🅰🅳",
            "🇧🇦🇩",
            "bád",
            "b̈ȁd̂",
            "ɓad",
            "đ bаđ",
            "ѕһіт",
            "ЅНІТ",
            "ıll",
            "ｓһ\u{200d}ı\u{301}т",
            "хуи\u{306}",
            "xyй",
            "Νandú ñandú",
        ],
    );
    // Still no `rn` for `m`, no digit for a letter, no accent put on, and nothing that only somewhat looks alike.
    check(&set, false, &["b4d", "nandu", "хуи", "pад", "ɐss", "∀ss", "bæd"]);
    // A capital `I`, an `l`, a `1` and a `|` are strokes alike; an `l` alone is not read as an `i`.
    check(&set, true, &["heIl", "heII", "ＨＥIl", "hе11", "he|1", "1ll", "|II", "taiI"]);
    check(&set, false, &["111", "11", "talI", "tall", "||| |"]);
    check(&rule(LIST), false, &["heII", "he11", "he||"]);
    let both = rule(&format!("{LIST}\nfold = [\"confusables\", \"leetspeak\"]"));
    check(&both, true, &["ѕh1т", "h3ӏӏ", "á$5", "b4đ"]);
    let names = rule(
        r#"kind = "words"
        words = ["porn", "com", "vile", "nice"]
        fold = ["confusables"]"#,
    );
    check(&names, true, &["ρоrn", "ΝΙCΕ", "νιce", "СОМ"]);
    check(&names, false, &["pom pom", "corn", "live"]);
}

#[test]
fn exactly_what_offends_is_masked() {
    let list = r#"kind = "words"
        words = ["bad", "so bad", "strasse", "fi", "kill yourself", "バカ", "🖕"]
        action = "mask"
        fold = ["leetspeak", "confusables"]"#;
    check_masked(
        &rule(list),
        &[
            ("a bad day", "a *** day"),
            ("Bad,bad, BAD!", "***,***, ***!"),
            ("so bad it is", "****** it is"),
            ("b\u{200b}a\u{301}\u{323}d\u{200b}.", "***."),
            ("Straße!", "******!"),
            ("ﬁ Semper ﬁ", "* Semper *"),
            ("b4d, b@d, ЬАD", "***, ***, ***"),
            ("kill -- YOURSELF now", "**************** now"),
            ("あのバカが", "あの**が"),
            ("👍🖕🏿👍", "👍*👍"),
            ("\u{200b}bad", "\u{200b}***"),
            ("badly", "badly"),
        ],
    );
    check_masked(
        &rule(&format!("{list}\nmatch = \"substring\"\nmask_with = \"█\"")),
        &[("badly", "███ly"), ("ebadbade", "e██████e"), ("ofﬁcer", "of█cer"), ("baﬀi", "ba██")],
    );
}

#[test]
fn overlapping_words_are_all_found() {
    let list = r#"words = ["bad word", "bad", "word up", "a", "aa"]
        kind = "words"
        action = "mask""#;
    check_masked(
        &rule(list),
        &[("bad wordy", "*** wordy"), ("bad word up", "***********"), ("aa a aaa", "** * aaa")],
    );
}

#[test]
fn words_come_from_files_too() {
    let set = rule(
        r#"kind = "words"
        file = "list.txt"
        words = ["here"]"#,
    );
    check(&set, true, &["here", "From File", "last"]);
    check(&set, false, &["words", "from", "file"]);
}
