//! What holds for any message.

use super::*;
use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
use std::sync::LazyLock;

const RULES: &[&str] = &[
    r#"kind = "words"
       words = ["ass", "bad word", "shit", "ñandú", "хуй", "🖕", "バカ", "a a", "ss"]
       fold = ["leetspeak", "confusables"]"#,
    r#"kind = "words"
       match = "substring"
       words = ["ass", "as sa", "fi", "i", "バ", "s s s"]
       fold = ["leetspeak", "confusables"]"#,
    r#"kind = "regex"
       patterns = ['[^a]b', '\*b', '^\w', 'é+', '\s+x', '\b\d']"#,
    r#"kind = "links"
       allow_hosts = ["example.com"]"#,
    r#"kind = "repeated_characters"
       most = 2"#,
    r#"kind = "capitals"
       percent = 50"#,
];

static MASKING: LazyLock<Vec<RuleSet>> =
    LazyLock::new(|| RULES.iter().map(|rules| rule(&format!("{rules}\naction = \"mask\""))).collect());
static DENYING: LazyLock<Vec<RuleSet>> = LazyLock::new(|| RULES.iter().map(|rules| rule(rules)).collect());

/// Text out of pieces that the rules above stumble over, and anything else.
fn content() -> impl Strategy<Value = String> {
    let pieces = proptest::sample::select(vec![
        "a",
        "s",
        "ss",
        "ß",
        "ﬁ",
        "b",
        " ",
        "word",
        "$",
        "4",
        "@",
        "!",
        "\u{200b}",
        "\u{301}",
        "\u{336}",
        "é",
        "E\u{301}",
        "а",
        "ЅЅ",
        "🖕",
        "🏿",
        "\u{200d}",
        "バ",
        "ハ\u{3099}",
        "カ",
        "ﾊﾞｶ",
        "*",
        "x",
        "evil",
        ".",
        "net",
        "[.]",
        " dot ",
        "http",
        "://",
        "/",
        "@",
        "example.com",
        "xn--",
        "%",
        "。",
        "İ",
        "AA",
        "\n",
        "ﷺ",
        "\u{1112}",
        "\u{1161}",
        "0",
        "хуй",
        "-",
    ]);
    let piece = proptest::strategy::Union::new([
        pieces.prop_map(str::to_owned).boxed(),
        any::<char>().prop_map(String::from).boxed(),
    ]);
    proptest::collection::vec(piece, 1..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn masking_never_lengthens_and_never_goes_on(content in content()) {
        for set in MASKING.iter() {
            if let Verdict::Masked(masked) = review(set, &content) {
                prop_assert!(masked != content);
                prop_assert!((1..=content.chars().count()).contains(&masked.chars().count()), "{}", masked);
                prop_assert_eq!(review(set, &masked), Verdict::Allow, "{:?} {}", set, masked);
            }
        }
    }

    #[test]
    fn what_is_masked_is_what_would_be_denied(content in content()) {
        for (masking, denying) in MASKING.iter().zip(DENYING.iter()) {
            let is_masked = review(masking, &content) != Verdict::Allow;
            let is_denied = review(denying, &content) != Verdict::Allow;
            // Masking can find nothing to change: stars, capitals that have no small letters.
            prop_assert!(is_denied || !is_masked);
        }
    }

    #[test]
    fn spans_lie_between_characters(content in content()) {
        let text = Text::new(&content);
        for rule in MASKING.iter().flat_map(|set| &set.rules) {
            for span in rule.check.spans(&text, Scope::All) {
                prop_assert!(content.get(span.clone()).is_some_and(|part| !part.is_empty()), "{:?}", span);
            }
        }
    }

    /// Where a browser goes is on the list, whatever was done to make us think so.
    #[test]
    fn a_link_that_is_allowed_leads_where_it_may(authority in authority()) {
        static SET: LazyLock<RuleSet> =
            LazyLock::new(|| rule("kind = \"links\"\nallow_hosts = [\"example.com\", \"*.example.org\"]"));
        let link = format!("https://{authority}/");
        if review(&SET, &link) == Verdict::Allow
            && let Ok(url) = reqwest::Url::parse(&link)
        {
            let host = url.host_str().unwrap_or_default().trim_end_matches('.');
            let is_listed = ["example.com", "www.example.com"].contains(&host) || host.ends_with(".example.org");
            prop_assert!(is_listed, "{} leads to {}", link, host);
        }
    }
}

/// What may stand between `https://` and a slash.
fn authority() -> impl Strategy<Value = String> {
    let pieces = proptest::sample::select(vec![
        "example.com",
        "a.example.org",
        ".example.org",
        "evil",
        ".unheardof",
        "evil.net",
        "\\",
        "@",
        "'",
        "\"",
        "<",
        ">",
        "/",
        "?",
        "#",
        ":",
        "80",
        ".",
        ",",
        "!",
        ")",
        "%40",
        "%2f",
        "%5c",
        "%",
        "\u{ff0f}",
        "\u{ff20}",
        "\u{ff1f}",
        "\u{2100}",
        "\u{3002}",
        "\u{ff0e}",
        "\u{200b}",
        "\u{ad}",
        "\u{1}",
        "\u{7f}",
        "[",
        "]",
        "(",
        "dot",
        "xn--",
        "é",
        "\u{301}",
        "😀",
        "|",
        "^",
        "`",
        "{",
        "}",
        "-",
        "_",
        "*",
    ]);
    let piece = proptest::strategy::Union::new([
        pieces.prop_map(str::to_owned).boxed(),
        any::<char>().prop_map(String::from).boxed(),
    ]);
    let pieces = proptest::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat());
    // For everybody who finds links in texts a blank ends one.
    pieces.prop_filter("no blank", |authority| !authority.contains(char::is_whitespace))
}
