//! One user saying the same again: a bounded memory of who said what, as hashes.

use super::Said;
use super::text::Text;
use model::Monotonic;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// How often one user may say the same in one room.
#[derive(Debug)]
pub(super) struct Repeats {
    /// The rule set's name and the rule's number, so that two rules count apart.
    pub(super) rule: (Box<str>, usize),
    pub(super) window: Duration,
    pub(super) most: usize,
}

impl Repeats {
    /// Whether the same was said often enough; if not, it is noted.
    pub(super) fn are_too_many(
        &self,
        text: &Text<'_>,
        said: &Said<'_>,
        memory: &RepeatMemory,
        now: Monotonic,
    ) -> bool {
        let mut hasher = memory.hasher();
        (&self.rule, said.room, said.user_id).hash(&mut hasher);
        let speaker = hasher.finish();
        hash_words(text, &mut hasher);
        !memory.note(speaker, hasher.finish(), now, self)
    }
}

/// Hashes what was said, but for case, style, accents and punctuation; a text of nothing else as it stands.
fn hash_words(text: &Text<'_>, hasher: &mut DefaultHasher) {
    let mut words = text.units().split(|unit| unit.is_separator()).filter(|word| !word.is_empty()).peekable();
    if words.peek().is_none() {
        text.content().hash(hasher);
    }
    for word in words {
        word.iter().for_each(|unit| unit.base.hash(hasher));
        ' '.hash(hasher);
    }
}

/// What was said lately: of each of its 64 parts the last 4,096 messages, whoever sent them. It takes up to 20 MB and
/// never more; when it is full, the oldest of a part is forgotten, and may be said again.
pub struct RepeatMemory {
    seed: [u64; 2],
    parts: Box<[Mutex<Part>]>,
    messages_of_part: usize,
}

const PARTS: usize = 64;
const MESSAGES_OF_PART: usize = 4_096;

/// A ring of messages; the equal ones are linked, the newest first.
#[derive(Debug, Default)]
struct Part {
    ring: Vec<Noted>,
    /// How many were ever noted.
    count: u64,
    /// The number of the newest for each hash.
    newest: HashMap<u64, u64>,
}

#[derive(Debug)]
struct Noted {
    hash: u64,
    at: Monotonic,
    /// The number of the one before with the same hash.
    before: Option<u64>,
}

impl RepeatMemory {
    /// An empty memory. With a random seed nobody outside can find two messages that are taken for one.
    #[must_use]
    pub fn new(seed: [u64; 2]) -> Self {
        Self::with_size(seed, PARTS, MESSAGES_OF_PART)
    }

    fn with_size(seed: [u64; 2], parts: usize, messages_of_part: usize) -> Self {
        Self { seed, parts: (0..parts).map(|_| Mutex::default()).collect(), messages_of_part }
    }

    fn hasher(&self) -> DefaultHasher {
        let mut hasher = DefaultHasher::new();
        self.seed.hash(&mut hasher);
        hasher
    }

    /// Notes a message, unless it was noted too often before; says whether it was.
    fn note(&self, speaker: u64, hash: u64, now: Monotonic, repeats: &Repeats) -> bool {
        let Some(part) = self.parts.get((speaker % self.parts.len() as u64) as usize) else { return true };
        let mut part = part.lock().unwrap_or_else(PoisonError::into_inner);
        if part.count_since(hash, now, repeats) >= repeats.most {
            return false;
        }
        part.push(hash, now, self.messages_of_part);
        true
    }
}

impl Part {
    fn get(&self, number: u64) -> Option<&Noted> {
        let is_there = number < self.count && self.count - number <= self.ring.len() as u64;
        self.ring.get((number % self.ring.len().max(1) as u64) as usize).filter(|_| is_there)
    }

    fn count_since(&self, hash: u64, now: Monotonic, repeats: &Repeats) -> usize {
        let newest = self.newest.get(&hash).and_then(|number| self.get(*number));
        std::iter::successors(newest, |noted| noted.before.and_then(|number| self.get(number)))
            .take_while(|noted| now.since(noted.at) < repeats.window)
            .take(repeats.most)
            .count()
    }

    fn push(&mut self, hash: u64, at: Monotonic, most: usize) {
        let number = self.count;
        let noted = Noted { hash, at, before: self.newest.insert(hash, number) };
        self.count += 1;
        if self.ring.len() < most {
            self.ring.push(noted);
        } else if let Some(oldest) = self.ring.get_mut((number % most as u64) as usize) {
            let forgotten = std::mem::replace(oldest, noted);
            if self.newest.get(&forgotten.hash).is_some_and(|newest| newest + (most as u64) == number) {
                self.newest.remove(&forgotten.hash);
            }
        }
    }
}

impl std::fmt::Debug for RepeatMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RepeatMemory(***)")
    }
}

#[cfg(test)]
mod tests;
