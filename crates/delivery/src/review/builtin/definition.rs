//! Rule sets as people write them in the configuration. What is wrong with one is found by compiling it.

use serde::Deserialize;
use std::path::PathBuf;

/// A rule set: `arn:aws:lambda:<region>:<account>:function:hubbub-builtin-<name>` refers to it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleSetDefinition {
    /// 1 to 64 characters of `[a-zA-Z0-9_-]`, as in a function's name.
    pub name: String,
    /// Whether messages go out whatever the rules say, which is counted and logged. What is repeated is learned as if
    /// they decided.
    #[serde(default)]
    pub shadow: bool,
    /// The rules, in the order in which they are asked; at most 64.
    #[serde(default)]
    pub rule: Vec<RuleDefinition>,
}

/// One rule.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum RuleDefinition {
    /// Words and phrases.
    Words(WordsDefinition),
    /// Regular expressions.
    Regex(RegexDefinition),
    /// Links to other hosts than the allowed ones.
    Links(LinksDefinition),
    /// One character many times in a row.
    RepeatedCharacters(RepeatedCharactersDefinition),
    /// SHOUTING.
    Capitals(CapitalsDefinition),
    /// One user saying the same again and again.
    RepeatedMessages(RepeatedMessagesDefinition),
}

/// What a rule does to a message that offends against it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// The message does not go out.
    #[default]
    Deny,
    /// The message goes out with the offending part made unreadable.
    Mask,
}

/// Where a word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Matching {
    /// Not as a part of a longer word. In scripts that do not part words (Han, Kana, Thai, Lao, Khmer, Myanmar) this is
    /// the same as `Substring`.
    #[default]
    WholeWord,
    /// Anywhere.
    Substring,
}

/// What words are read through, besides letter case, width and invisible characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fold {
    /// `h3ll0` is read as `hello`.
    Leetspeak,
    /// Letters of other scripts, and letters with accents, are read as the Latin letters that they look like; a capital
    /// `I`, a `1` and a `|` as an `l` or an `i`.
    Confusables,
}

/// Words and phrases.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WordsDefinition {
    /// Words, and phrases of words with blanks between them, each of at most 100 characters.
    pub words: Vec<String>,
    /// A file with one more word or phrase on each line; empty lines and those that begin with `#` are passed over.
    pub file: Option<PathBuf>,
    /// Where they count.
    #[serde(rename = "match")]
    pub matching: Matching,
    /// What they are read through.
    pub fold: Vec<Fold>,
    /// What happens.
    pub action: Action,
    /// What the sender is told, at most 500 characters.
    pub reason: Option<String>,
    /// One character to mask with, `*` unless given.
    pub mask_with: Option<String>,
}

/// Regular expressions, over the text as it was written. They need time in proportion to the text, whatever they are:
/// there are no back-references and no look-around.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RegexDefinition {
    /// Expressions in the syntax of the `regex` crate; none may match the empty text. A `\b` is best written as
    /// `(?-u:\b)`: one that knows all letters costs up to some hundred microseconds where the text is not ASCII.
    pub patterns: Vec<String>,
    /// Whether letter case is looked at.
    pub case_insensitive: bool,
    /// What happens.
    pub action: Action,
    /// What the sender is told, at most 500 characters.
    pub reason: Option<String>,
    /// One character to mask with, `*` unless given.
    pub mask_with: Option<String>,
}

/// Links to other hosts than these.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LinksDefinition {
    /// `example.com` allows that host, also with `www.` before it; `*.example.org` allows each host below it.
    pub allow_hosts: Vec<String>,
    /// What happens.
    pub action: Action,
    /// What the sender is told, at most 500 characters.
    pub reason: Option<String>,
    /// One character to mask with, `*` unless given.
    pub mask_with: Option<String>,
}

/// One character many times in a row.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepeatedCharactersDefinition {
    /// The longest row that may be; case, accents, skin tones and invisible characters between are not looked at.
    pub most: u32,
    /// What happens; what is masked is what comes after the first `most`.
    #[serde(default)]
    pub action: Action,
    /// What the sender is told, at most 500 characters.
    pub reason: Option<String>,
    /// One character to mask with, `*` unless given.
    pub mask_with: Option<String>,
}

/// SHOUTING.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapitalsDefinition {
    /// The largest share of capitals among the letters that have a case, 0 to 100.
    pub percent: u32,
    /// With fewer such letters a message may be written as one likes.
    #[serde(default)]
    pub least_letters: u32,
    /// What happens; masking writes the capitals small.
    #[serde(default)]
    pub action: Action,
    /// What the sender is told, at most 500 characters.
    pub reason: Option<String>,
}

/// One user saying the same again and again in one room. It always denies.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RepeatedMessagesDefinition {
    /// Over which time messages are counted, up to a day.
    pub window_seconds: u64,
    /// How often the same may be said in that time; case, width, accents, punctuation and invisible characters are not
    /// looked at. Messages that this rule refused do not count.
    pub most: u32,
    /// What happens; only `deny` is allowed.
    #[serde(default)]
    pub action: Action,
    /// What the sender is told, at most 500 characters.
    pub reason: Option<String>,
}
