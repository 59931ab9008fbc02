//! Regular expressions, rows, capitals and repeated messages.

use super::*;
use std::time::Duration;

#[test]
fn expressions_see_the_text_as_it_was_written() {
    let set = rule(
        r#"kind = "regex"
        patterns = ['\b\d{3}-\d{4}\b', 'free\s+gifts?', '(?i:buy now)', '[\u{1F600}-\u{1F64F}]{3}']"#,
    );
    check(&set, true, &["call 555-1234", "free   gift", "BUY Now", "😀😁😂"]);
    check(&set, false, &["5555-12345", "FREE gift", "fr\u{200b}ee gift", "ｆree gift", "😀😁"]);
    let masked = rule(
        r#"kind = "regex"
        patterns = ["b+", "[a-c]x", "é"]
        case_insensitive = true
        action = "mask"
        mask_with = '#'"#,
    );
    check_masked(&masked, &[("aBbb Ax É", "a### ## #"), ("", ""), ("x", "x")]);
}

#[test]
fn expressions_that_ruin_other_engines_end() {
    // A backtracking engine would take 2^500 steps for each: that the test ends is the proof.
    for pattern in ["^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", r"(.*a){20}b", "^(([a-z])+.)+[A-Z]([a-z])+$"] {
        let set = rule(&format!("kind = \"regex\"\npatterns = ['{pattern}x']\n"));
        check(&set, false, &[&"a".repeat(500), &format!("{}!", "a".repeat(499))]);
        let masked = rule(&format!("kind = \"regex\"\naction = \"mask\"\npatterns = ['{pattern}x']\n"));
        check(&masked, false, &[&"a".repeat(500)]);
    }
}

#[test]
fn rows_are_cut() {
    let rows = r#"kind = "repeated_characters"
        most = 3"#;
    check(
        &rule(rows),
        true,
        &["loool ooool", "AaAa", "éeèe", "a\u{200b}aa\u{200b}a", "!!!!", "👍👍🏽👍🏿👍", "    ", "ｏoｏo"],
    );
    check(&rule(rows), false, &["looo", "ababababab", "aa aa", "aaa!aaa", "", "🇺🇸🇺🇸🇺🇸🇺🇸"]);
    check_masked(
        &rule(&format!("{rows}\naction = \"mask\"")),
        &[
            ("looooool!!!!!", "looo***l!!!**"),
            ("aaaabbbb", "aaa*bbb*"),
            ("a\u{301}aa\u{301}aa\u{301}", "a\u{301}aa\u{301}**"),
            ("****", "****"),
        ],
    );
}

#[test]
fn shouting_is_a_share_of_the_letters_that_have_a_case() {
    let shouting = r#"kind = "capitals"
        percent = 70
        least_letters = 5"#;
    check(
        &rule(shouting),
        true,
        &["HELLO", "HELLO yo", "ПРИВЕТ", "HELLO 12345 !!! 日本", "ＨＥＬＬＯ", "𝐇𝐄𝐋𝐋𝐎"],
    );
    check(&rule(shouting), false, &["LOL!", "HELlo", "OK OK 日本語", "hello", "", "12345", "HELLOOO you"]);
    check_masked(
        &rule(&format!("{shouting}\naction = \"mask\"")),
        &[("HELLO, Ann!", "hello, ann!"), ("İSTANBUL", "İstanbul"), ("𝐇𝐄𝐋𝐋𝐎", "𝐇𝐄𝐋𝐋𝐎"), ("ΣΑΣΑΣ", "σασασ")],
    );
    check(&rule("kind = \"capitals\"\npercent = 0"), true, &["a quiet A"]);
    check(&rule("kind = \"capitals\"\npercent = 100"), false, &["LOUD"]);
}

struct Chat {
    set: RuleSet,
    memory: RepeatMemory,
}

impl Chat {
    fn passes(&self, user_id: &str, content: &str, at_seconds: u64) -> bool {
        let said = Said { room: room(), user_id, content };
        let now = NOW.after(Duration::from_secs(at_seconds));
        self.set.review(&said, &self.memory, now) == Verdict::Allow
    }
}

#[test]
fn the_same_is_said_only_so_often() {
    let set = rule("kind = \"repeated_messages\"\nwindow_seconds = 60\nmost = 2");
    let chat = Chat { set, memory: RepeatMemory::new([3, 4]) };
    for (second, user, content, passes) in [
        (0, "ann", "Hello!", true),
        (10, "ann", "hello", true),
        (20, "ann", " ｈeł\u{200b}lo ... ".replace('ł', "l").as_str(), false),
        (20, "ann", "hello you", true),
        (20, "ann", "hel lo", true),
        (20, "bob", "hello", true),
        (59, "ann", "HELLO", false),
        // What was refused does not count: the first is past, the second is not.
        (60, "ann", "hello", true),
        (61, "ann", "hello", false),
        (70, "ann", "hello", true),
        (80, "ann", "!!!", true),
        (80, "ann", "???", true),
        (80, "ann", "!!!", true),
        (80, "ann", "!!!", false),
    ] {
        assert_eq!(chat.passes(user, content, second), passes, "{second} {user} {content}");
    }
    let other_room = RoomKey { id: Id::parse("000000000000").unwrap(), ..room() };
    let said = Said { room: other_room, user_id: "ann", content: "!!!" };
    let now = NOW.after(Duration::from_secs(80));
    assert_eq!(chat.set.review(&said, &chat.memory, now), Verdict::Allow);
}

#[test]
fn two_rules_count_apart() {
    let rule = |window: u32, most: u32| {
        format!("[[rule]]\nkind = \"repeated_messages\"\nwindow_seconds = {window}\nmost = {most}\n")
    };
    let set = compiled(&format!("{}{}", rule(10, 1), rule(1_000, 2))).unwrap();
    let chat = Chat { set, memory: RepeatMemory::new([5, 6]) };
    let passed = [0, 5, 10, 20, 500, 1_001].map(|second| chat.passes("ann", "hi", second));
    assert_eq!(passed, [true, false, true, false, false, true]);
}
