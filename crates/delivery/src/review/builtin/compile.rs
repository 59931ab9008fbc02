//! From the definition of a rule set to its rules: all that can be wrong with one is found here.

use super::capitals::Capitals;
use super::definition::{
    Action, CapitalsDefinition, Fold, LinksDefinition, Matching, RegexDefinition,
    RepeatedCharactersDefinition, RepeatedMessagesDefinition, RuleDefinition, RuleSetDefinition,
    WordsDefinition,
};
use super::error::{Problem, RuleError};
use super::fold::is_attached;
use super::letters::{Alphabet, is_typed_for_a_letter};
use super::limits::{
    MOST_COUNT, MOST_MESSAGES, MOST_PATTERNS, MOST_RULES, MOST_WORDS, NAME_MOST_CHARACTERS,
    PATTERN_MOST_BYTES, PATTERNS_MOST_MEMORY, REASON_MOST_CHARACTERS, WINDOW_MOST_SECONDS,
    WORD_MOST_CHARACTERS, WORDS_MOST_UNITS,
};
use super::links::Links;
use super::patterns::Patterns;
use super::repeats::Repeats;
use super::runs::Runs;
use super::words::{Word, Words, word};
use super::{Check, Consequence, Rule};
use std::io;
use std::path::Path;
use std::time::Duration;

type FileReader<'a> = &'a dyn Fn(&Path) -> io::Result<String>;

/// What of the limits is left for the rules to come.
struct Compiler<'a> {
    name: &'a str,
    words_of_file: FileReader<'a>,
    words: usize,
    units: usize,
    patterns: usize,
    pattern_memory: usize,
}

/// The rules of a rule set.
pub(super) fn rules(set: &RuleSetDefinition, words_of_file: FileReader<'_>) -> Result<Vec<Rule>, RuleError> {
    let is_of_names = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    if set.name.is_empty() || set.name.len() > NAME_MOST_CHARACTERS || !set.name.bytes().all(is_of_names) {
        return Err(RuleError::new("name", Problem::Name));
    }
    if set.rule.len() > MOST_RULES {
        return Err(RuleError::new("rule", Problem::TooMany { most: MOST_RULES }));
    }
    let mut compiler = Compiler {
        name: &set.name,
        words_of_file,
        words: MOST_WORDS,
        units: WORDS_MOST_UNITS,
        patterns: MOST_PATTERNS,
        pattern_memory: PATTERNS_MOST_MEMORY,
    };
    let compiled = set.rule.iter().enumerate().map(|(index, rule)| {
        compiler.rule(index, rule).map_err(|error| error.within(format_args!("rule[{index}]")))
    });
    compiled.collect()
}

impl Compiler<'_> {
    fn rule(&mut self, index: usize, rule: &RuleDefinition) -> Result<Rule, RuleError> {
        let (check, action, reason, mask_with) = match rule {
            RuleDefinition::Words(words) => {
                (self.words(words)?, words.action, &words.reason, words.mask_with.as_deref())
            }
            RuleDefinition::Regex(regex) => {
                (self.patterns(regex)?, regex.action, &regex.reason, regex.mask_with.as_deref())
            }
            RuleDefinition::Links(links) => {
                (hosts(links)?, links.action, &links.reason, links.mask_with.as_deref())
            }
            RuleDefinition::RepeatedCharacters(runs) => {
                (runs_of(runs)?, runs.action, &runs.reason, runs.mask_with.as_deref())
            }
            RuleDefinition::Capitals(capitals) => {
                (shouting(capitals)?, capitals.action, &capitals.reason, None)
            }
            RuleDefinition::RepeatedMessages(repeats) => {
                (self.repeats(index, repeats)?, repeats.action, &repeats.reason, None)
            }
        };
        let reason = checked_reason(reason.as_deref().unwrap_or_else(|| usual_reason(rule)))?;
        let mask_with = checked_mask(mask_with.unwrap_or("*"))?;
        let consequence = match action {
            Action::Deny => Consequence::Deny(reason),
            Action::Mask => Consequence::Mask(mask_with),
        };
        Ok(Rule { check, consequence })
    }

    fn words(&mut self, definition: &WordsDefinition) -> Result<Check, RuleError> {
        let has = |fold| definition.fold.contains(&fold);
        let alphabet = Alphabet::new(has(Fold::Leetspeak), has(Fold::Confusables));
        let mut words = Vec::with_capacity(definition.words.len());
        for (index, text) in definition.words.iter().enumerate() {
            let word = self.word(text, &alphabet);
            words.push(word.map_err(|problem| RuleError::new(format_args!("words[{index}]"), problem))?);
        }
        if let Some(path) = &definition.file {
            let text =
                (self.words_of_file)(path).map_err(|error| RuleError::new("file", Problem::File(error)))?;
            let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim).enumerate();
            for (index, line) in lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#')) {
                let word = self.word(line, &alphabet);
                let place = format_args!("file, line {}", index + 1);
                words.push(word.map_err(|problem| RuleError::new(place, problem))?);
            }
        }
        if words.is_empty() {
            return Err(RuleError::new("words", Problem::Empty));
        }
        let words = Words::new(alphabet, definition.matching == Matching::WholeWord, words);
        words.map(|words| Check::Words(Box::new(words))).map_err(|problem| RuleError::new("words", problem))
    }

    fn word(&mut self, text: &str, alphabet: &Alphabet) -> Result<Word, Problem> {
        self.words = self.words.checked_sub(1).ok_or(Problem::TooMany { most: MOST_WORDS })?;
        if text.chars().count() > WORD_MOST_CHARACTERS {
            return Err(Problem::Length { most: WORD_MOST_CHARACTERS });
        }
        let word = word(text, alphabet)?;
        let left = self.units.checked_sub(word.len());
        self.units = left.ok_or(Problem::Characters { most: WORDS_MOST_UNITS })?;
        Ok(word)
    }

    fn patterns(&mut self, definition: &RegexDefinition) -> Result<Check, RuleError> {
        let patterns = &definition.patterns;
        if patterns.is_empty() {
            return Err(RuleError::new("patterns", Problem::Empty));
        }
        let left = self.patterns.checked_sub(patterns.len());
        self.patterns = left.ok_or(RuleError::new("patterns", Problem::TooMany { most: MOST_PATTERNS }))?;
        let is_bad = |pattern: &String| pattern.is_empty() || pattern.len() > PATTERN_MOST_BYTES;
        if let Some(index) = patterns.iter().position(is_bad) {
            let problem = Problem::Length { most: PATTERN_MOST_BYTES };
            return Err(RuleError::new(format_args!("patterns[{index}]"), problem));
        }
        let patterns = Patterns::compile(patterns, definition.case_insensitive, self.pattern_memory)?;
        self.pattern_memory = self.pattern_memory.saturating_sub(patterns.memory());
        Ok(Check::Patterns(patterns))
    }

    fn repeats(&self, index: usize, definition: &RepeatedMessagesDefinition) -> Result<Check, RuleError> {
        if definition.action == Action::Mask {
            return Err(RuleError::new("action", Problem::CannotMask));
        }
        let seconds = definition.window_seconds;
        within("window_seconds", seconds, 1, WINDOW_MOST_SECONDS)?;
        let most = within("most", definition.most.into(), 1, MOST_MESSAGES)?;
        let rule = (self.name.into(), index);
        Ok(Check::Repeats(Repeats { rule, window: Duration::from_secs(seconds), most }))
    }
}

fn hosts(definition: &LinksDefinition) -> Result<Check, RuleError> {
    let links = Links::compile(definition.allow_hosts.iter().map(String::as_str));
    links
        .map(Check::Links)
        .map_err(|(index, problem)| RuleError::new(format_args!("allow_hosts[{index}]"), problem))
}

fn runs_of(definition: &RepeatedCharactersDefinition) -> Result<Check, RuleError> {
    let most = within("most", definition.most.into(), 1, MOST_COUNT)?;
    Ok(Check::Runs(Runs { most }))
}

fn shouting(definition: &CapitalsDefinition) -> Result<Check, RuleError> {
    let CapitalsDefinition { percent, least_letters, .. } = *definition;
    within("percent", percent.into(), 0, 100)?;
    within("least_letters", least_letters.into(), 0, MOST_COUNT)?;
    Ok(Check::Capitals(Capitals { percent, least_letters }))
}

fn within(path: &str, number: u64, least: u64, most: u64) -> Result<usize, RuleError> {
    let number = Some(number).filter(|number| (least..=most).contains(number));
    let number = number.and_then(|number| usize::try_from(number).ok());
    number.ok_or_else(|| RuleError::new(path, Problem::Number { least, most }))
}

fn checked_reason(reason: &str) -> Result<Box<str>, RuleError> {
    if (1..=REASON_MOST_CHARACTERS).contains(&reason.chars().count()) {
        return Ok(reason.into());
    }
    Err(RuleError::new("reason", Problem::Length { most: REASON_MOST_CHARACTERS }))
}

/// What the sender is told if the rule says nothing else.
const fn usual_reason(rule: &RuleDefinition) -> &'static str {
    match rule {
        RuleDefinition::Words(_) | RuleDefinition::Regex(_) => {
            "The message contains words that are not allowed here."
        }
        RuleDefinition::Links(_) => "The message contains a link that is not allowed here.",
        RuleDefinition::RepeatedCharacters(_) => "The message repeats a character too often.",
        RuleDefinition::Capitals(_) => "The message has too many capital letters.",
        RuleDefinition::RepeatedMessages(_) => "The message was sent too often.",
    }
}

/// One character that hides what was there: neither invisible nor to be read as a letter.
fn checked_mask(with: &str) -> Result<char, RuleError> {
    let is_mask = |char: &char| {
        !(char.is_alphanumeric()
            || char.is_whitespace()
            || is_attached(*char)
            || is_typed_for_a_letter(*char))
    };
    let mut chars = with.chars();
    let only = chars.next().filter(|_| chars.next().is_none());
    only.filter(is_mask).ok_or_else(|| RuleError::new("mask_with", Problem::Mask))
}
