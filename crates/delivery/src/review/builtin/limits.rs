//! How large a rule set may be. All are ours; they keep a reload in seconds and a rule set in tens of megabytes.

/// Rules of one set.
pub(super) const MOST_RULES: usize = 64;
/// Words and phrases of one set.
pub(super) const MOST_WORDS: usize = 100_000;
/// Characters of one word or phrase.
pub(super) const WORD_MOST_CHARACTERS: usize = 100;
/// Characters of all words and phrases of one set, folded: 100,000 words of ten. It bounds the automata, which take
/// some ten bytes for each.
pub(super) const WORDS_MOST_UNITS: usize = 1_000_000;
/// Regular expressions of one set.
pub(super) const MOST_PATTERNS: usize = 1_000;
/// Bytes of one regular expression.
pub(super) const PATTERN_MOST_BYTES: usize = 1_000;
/// Bytes of the automata of all regular expressions of one set.
pub(super) const PATTERNS_MOST_MEMORY: usize = 8 << 20;
/// Bytes that one thread keeps for the states of one rule's automaton which it has met.
pub(super) const PATTERNS_CACHE_BYTES: usize = 2 << 20;
/// Hosts of one rule on links.
pub(super) const MOST_HOSTS: usize = 10_000;
/// Code points of a reason.
pub(super) const REASON_MOST_CHARACTERS: usize = 500;
/// Characters of a rule set's name.
pub(super) const NAME_MOST_CHARACTERS: usize = 64;
/// The largest number of letters for capitals, and of characters in a row.
pub(super) const MOST_COUNT: u64 = 10_000;
/// The longest time over which messages are counted: a day.
pub(super) const WINDOW_MOST_SECONDS: u64 = 86_400;
/// How often the same message may be allowed in that time.
pub(super) const MOST_MESSAGES: u64 = 100;
