//! The built-in handler: rule sets that need no service. A message and the time go in, a verdict comes out; what is
//! remembered between messages is a [`RepeatMemory`] that the caller owns.
//!
//! Rules are taken in order. The first that denies ends the review. A rule that masks changes the text, and the rules
//! after it see only what it left.
//!
//! **Invariant:** nothing here reads a file, asks a clock or knows how handlers are asked.

mod capitals;
mod compile;
mod definition;
mod error;
mod fold;
mod letters;
mod limits;
mod links;
mod mask;
mod patterns;
mod repeats;
mod runs;
mod text;
mod words;

pub use definition::{
    Action, CapitalsDefinition, Fold, LinksDefinition, Matching, RegexDefinition,
    RepeatedCharactersDefinition, RepeatedMessagesDefinition, RuleDefinition, RuleSetDefinition,
    WordsDefinition,
};
pub use error::{Problem, RuleError};
pub use repeats::RepeatMemory;

use crate::review::builtin::capitals::Capitals;
use crate::review::builtin::links::Links;
use crate::review::builtin::mask::mask;
use crate::review::builtin::patterns::Patterns;
use crate::review::builtin::repeats::Repeats;
use crate::review::builtin::runs::Runs;
use crate::review::builtin::text::{Scope, Text};
use crate::review::builtin::words::Words;
use model::{Monotonic, RoomKey};
use std::fmt;
use std::io;
use std::path::Path;

/// A message as a rule set sees it.
#[derive(Clone, Copy)]
pub struct Said<'a> {
    /// Where it is said.
    pub room: RoomKey,
    /// Who says it.
    pub user_id: &'a str,
    /// What is said.
    pub content: &'a str,
}

/// Shows nothing that somebody said.
impl fmt::Debug for Said<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Said(***)")
    }
}

/// What a rule set thinks of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It goes out as it is.
    Allow,
    /// It goes out so: another text, at least one code point long and in code points not longer than what was said.
    Masked(String),
    /// It does not go out, for this reason of 1 to 500 code points.
    Denied(Box<str>),
}

/// A rule set, ready to judge. Holds no state; threads may share it.
#[derive(Debug)]
pub struct RuleSet {
    rules: Vec<Rule>,
}

/// A question to a message, and what follows when it is answered with yes.
#[derive(Debug)]
struct Rule {
    check: Check,
    consequence: Consequence,
}

#[derive(Debug)]
enum Check {
    Words(Box<Words>),
    Patterns(Patterns),
    Links(Links),
    Runs(Runs),
    Capitals(Capitals),
    Repeats(Repeats),
}

#[derive(Debug)]
enum Consequence {
    Deny(Box<str>),
    Mask(char),
}

/// How often one rule masks its own result again. Every time more of the text is masked, so that it would end anyway.
const MOST_ROUNDS: usize = 8;

impl RuleSet {
    /// Compiles a rule set. `words_of_file` is asked for the text of each file that a rule names.
    ///
    /// # Errors
    /// The first [`RuleError`], with the place in the definition where it is.
    pub fn compile(
        definition: &RuleSetDefinition,
        words_of_file: &dyn Fn(&Path) -> io::Result<String>,
    ) -> Result<Self, RuleError> {
        compile::rules(definition, words_of_file).map(|rules| Self { rules })
    }

    /// Judges a message. `memory` is for the rules on repeated messages, which note in it what they let pass.
    #[must_use]
    pub fn review(&self, message: &Said<'_>, memory: &RepeatMemory, now: Monotonic) -> Verdict {
        let mut text = Text::new(message.content);
        for rule in &self.rules {
            match &rule.consequence {
                Consequence::Deny(reason) => {
                    if rule.check.applies(&text, message, memory, now) {
                        return Verdict::Denied(reason.clone());
                    }
                }
                Consequence::Mask(with) => rule.check.mask(&mut text, *with),
            }
        }
        text.into_changed().map_or(Verdict::Allow, Verdict::Masked)
    }
}

impl Check {
    fn applies(&self, text: &Text<'_>, said: &Said<'_>, memory: &RepeatMemory, now: Monotonic) -> bool {
        match self {
            Self::Capitals(capitals) => capitals.are_too_many(text.content()),
            Self::Repeats(repeats) => repeats.are_too_many(text, said, memory, now),
            Self::Words(_) | Self::Patterns(_) | Self::Links(_) | Self::Runs(_) => {
                !self.spans(text, Scope::First).is_empty()
            }
        }
    }

    /// Masks until nothing is left to mask: what stands on both sides of a masked word can be a phrase.
    fn mask(&self, text: &mut Text<'_>, with: char) {
        if let Self::Capitals(capitals) = self {
            if capitals.are_too_many(text.content()) {
                text.replace(capitals::lowered(text.content()));
            }
            return;
        }
        for _ in 0..MOST_ROUNDS {
            let spans = self.spans(text, Scope::All);
            if spans.is_empty() || !text.replace(mask(text.content(), spans, with)) {
                return;
            }
        }
        let everything = 0..text.content().len();
        text.replace(mask(text.content(), vec![everything], with));
    }

    /// Where the message offends, in bytes of its text.
    fn spans(&self, text: &Text<'_>, scope: Scope) -> Vec<text::Span> {
        match self {
            Self::Words(words) => words.find(text, scope),
            Self::Patterns(patterns) => patterns.find(text.content(), scope),
            Self::Links(links) => links.find(text.content(), scope),
            Self::Runs(runs) => runs.find(text.units()),
            Self::Capitals(_) | Self::Repeats(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests;
