//! What a review by a rule set of 10,000 words costs, beside one pass of a plain automaton of the same words over the
//! raw text: the ratio is the price of folding, of two readings and of word boundaries. Messages have 500 characters.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a benchmark that cannot go on must stop")]

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use criterion::Criterion;
use delivery::{RepeatMemory, RuleSet, RuleSetDefinition, Said};
use model::{AccountId, Id, Monotonic, RoomKey};
use std::hint::black_box;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    reviews(&mut criterion);
    criterion.final_summary();
}

/// 10,000 words of 4 to 12 letters which look like words: syllables by a fixed generator.
fn words() -> Vec<String> {
    let syllables = [
        "ba", "ce", "di", "fo", "gu", "la", "me", "ni", "po", "ru", "sa", "te", "vi", "wo", "zu", "ar", "en",
    ];
    let mut state = 7_u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) % below) as usize
    };
    let mut words = std::collections::BTreeSet::new();
    while words.len() < 10_000 {
        let count = 2 + draw(5);
        words.insert((0..count).map(|_| syllables[draw(syllables.len() as u64)]).collect::<String>());
    }
    words.into_iter().collect()
}

/// The text again and again, up to 500 characters.
fn message(text: &str) -> String {
    text.chars().cycle().take(500).collect()
}

fn rule_set(rules: &str, words: &[String]) -> RuleSet {
    let definition: RuleSetDefinition = toml::from_str(&format!("name = \"bench\"\n{rules}")).unwrap();
    RuleSet::compile(&definition, &|_| Ok(words.join("\n"))).unwrap()
}

const PLAIN: &str = "[[rule]]\nkind = \"words\"\nfile = \"words\"\n";
const FOLDED: &str =
    "[[rule]]\nkind = \"words\"\nfile = \"words\"\nfold = [\"leetspeak\", \"confusables\"]\n";
const REGEX: &str = r#"
[[rule]]
kind = "regex"
patterns = ['\d{3}-\d{4}', '(?i)free\s+gifts?', '(?i)(?-u:\b)(buy|sell)\s+now(?-u:\b)', '[\x{1F600}-\x{1F64F}]{4}']
"#;
const LINKS: &str = "[[rule]]\nkind = \"links\"\nallow_hosts = [\"example.com\"]\n";
const OTHERS: &str = r#"
[[rule]]
kind = "repeated_characters"
most = 10
[[rule]]
kind = "capitals"
percent = 80
[[rule]]
kind = "repeated_messages"
window_seconds = 60
most = 100
"#;

fn reviews(criterion: &mut Criterion) {
    let words = words();
    let mut builder = AhoCorasick::builder();
    let plain = builder.kind(Some(AhoCorasickKind::ContiguousNFA)).build(&words).unwrap();
    let sets = [
        ("words", rule_set(PLAIN, &words)),
        ("words, all folds", rule_set(FOLDED, &words)),
        ("words, all folds, masked", rule_set(&format!("{FOLDED}action = \"mask\"\n"), &words)),
        ("regex", rule_set(REGEX, &words)),
        // The engine's one slow thing: a `\b` that knows all letters, in a text that is not ASCII.
        ("regex with Unicode's \\b", rule_set(&REGEX.replace(r"(?-u:\b)", r"\b"), &words)),
        ("links", rule_set(LINKS, &words)),
        ("all rules", rule_set(&format!("{FOLDED}{REGEX}{LINKS}{OTHERS}"), &words)),
    ];
    let messages = [
        ("English", message("The quick brown fox jumps over the lazy dog, and nobody in the chat minds. ")),
        ("typed for lists", message("h3ll0! w3 4r3 t3$t1ng @ll 0f 1t, $0 wh@t?! ")),
        ("Russian", message("Съешь ещё этих мягких французских булок, да выпей же чаю. ")),
        ("Japanese", message("いろはにほへと ちりぬるを、我が世誰ぞ常ならむ。")),
        ("nearly words", message("baced gufonil ponizusat xbaceba zzlameni rusateviwox ")),
        (
            "only words",
            words
                .iter()
                .step_by(97)
                .flat_map(|word| [word, " "])
                .collect::<String>()
                .chars()
                .take(500)
                .collect(),
        ),
    ];
    for (language, message) in &messages {
        let mut group = criterion.benchmark_group(*language);
        group.bench_function("reference: automaton over the raw text", |bencher| {
            bencher.iter(|| plain.find_overlapping_iter(black_box(message.as_str())).count());
        });
        for (name, set) in &sets {
            // What is repeated is forgotten at once, so that each review takes the whole way.
            let memory = RepeatMemory::new([1, 2]);
            let mut now = Monotonic::default();
            group.bench_function(*name, |bencher| {
                bencher.iter(|| {
                    now = now.after(std::time::Duration::from_secs(1));
                    set.review(&said(black_box(message)), &memory, now)
                });
            });
        }
        group.finish();
    }
}

fn said(content: &str) -> Said<'_> {
    let room = RoomKey {
        account: AccountId::parse("123456789012").unwrap(),
        id: Id::parse("AbCdEfGhIjKl").unwrap(),
    };
    Said { room, user_id: "ann", content }
}
