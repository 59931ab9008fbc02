//! The map: which handler stands behind which ARN, judged and ready for use. Reads neither files nor the environment
//! itself, and connects to nothing.

mod error;
mod given;
mod targets;

pub use error::ReviewMapError;

use super::builtin::{RuleSet, RuleSetDefinition};
use super::client;
use super::credentials::CredentialSource;
use super::definition::{HandlerDefinition, ReviewFile};
use super::pattern::ArnPattern;
use super::transport::Transport;
use error::{Fault, Place};
use reqwest::Client;
use std::cell::OnceCell;
use std::collections::HashMap;
use std::fmt;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use targets::{http_target, lambda_target};

const MAX_HANDLERS: usize = 256;
const MAX_RULE_SETS: usize = 64;
/// The longest that a message may wait, in milliseconds.
const MAX_TIME_LIMIT_MS: u64 = 10_000;

/// Where what stands outside of the file is found.
#[derive(Clone, Copy)]
pub struct ReviewSources<'a> {
    /// Looks into the environment.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Reads a file that the review file names: secrets, lists of words.
    pub text_of: &'a dyn Fn(&Path) -> io::Result<String>,
}

/// Handlers by ARN, and the built-in rule sets by name.
pub struct ReviewMap {
    pub(super) mappings: Vec<Mapping>,
    pub(super) rule_sets: HashMap<Box<str>, Arc<RuleSet>>,
}

/// What stands behind the ARNs of one `[[handler]]`.
pub(super) struct Mapping {
    pub(super) arn: ArnPattern,
    pub(super) time_limit: Option<Duration>,
    pub(super) is_shadow: bool,
    pub(super) transport: Transport,
    pub(super) client: Client,
}

impl ReviewMap {
    /// A map without handlers.
    #[must_use]
    pub fn empty() -> Self {
        Self { mappings: Vec::new(), rule_sets: HashMap::new() }
    }

    /// Judges a review file, and fetches the secrets and lists that stand elsewhere.
    ///
    /// # Errors
    /// [`ReviewMapError`], the first one, with the path of the wrong member.
    pub fn compile(file: ReviewFile, sources: ReviewSources<'_>) -> Result<Self, ReviewMapError> {
        let workshop = Workshop { sources, of_environment: OnceCell::new() };
        let handlers = Place::list("handler");
        handlers.check(file.handler.len() <= MAX_HANDLERS, || Fault::TooMany(MAX_HANDLERS))?;
        let rules = Place::list("rules");
        rules.check(file.rules.len() <= MAX_RULE_SETS, || Fault::TooMany(MAX_RULE_SETS))?;
        let mut mappings = Vec::with_capacity(file.handler.len());
        for (index, definition) in file.handler.into_iter().enumerate() {
            mappings.push(mapping(definition, &handlers.item(index), &workshop)?);
        }
        let mut rule_sets = HashMap::new();
        for (index, definition) in file.rules.into_iter().enumerate() {
            let place = rules.item(index);
            let (name, rule_set) = rule_set(definition, &place, sources)?;
            let is_new = rule_sets.insert(name, Arc::new(rule_set)).is_none();
            place.at("name").check(is_new, || Fault::NameTaken)?;
        }
        Ok(Self { mappings, rule_sets })
    }
}

impl fmt::Debug for ReviewMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReviewMap")
            .field("handlers", &self.mappings.len())
            .field("rules", &self.rule_sets.keys())
            .finish()
    }
}

/// What the definitions of one file share.
struct Workshop<'a> {
    sources: ReviewSources<'a>,
    /// One for all that want it: whatever is fetched is fetched once.
    of_environment: OnceCell<CredentialSource>,
}

impl Workshop<'_> {
    fn of_environment(&self, place: &Place) -> Result<CredentialSource, ReviewMapError> {
        if let Some(source) = self.of_environment.get() {
            return Ok(source.clone());
        }
        let source = CredentialSource::of_environment(self.sources.variable);
        let source = source.map_err(|what| place.wrong(Fault::Unusable(what)))?;
        Ok(self.of_environment.get_or_init(|| source).clone())
    }
}

fn rule_set(
    definition: RuleSetDefinition,
    place: &Place,
    sources: ReviewSources<'_>,
) -> Result<(Box<str>, RuleSet), ReviewMapError> {
    let compiled = RuleSet::compile(&definition, sources.text_of);
    compiled.map(|rules| (definition.name.into(), rules)).map_err(|error| place.wrong(Fault::Rules(error)))
}

fn mapping(
    definition: HandlerDefinition,
    place: &Place,
    workshop: &Workshop<'_>,
) -> Result<Mapping, ReviewMapError> {
    let (arn, time_limit_ms, is_shadow) = match &definition {
        HandlerDefinition::Lambda(lambda) => (&lambda.arn, lambda.time_limit_ms, lambda.shadow),
        HandlerDefinition::Http(http) => (&http.arn, http.time_limit_ms, http.shadow),
    };
    let arn = ArnPattern::parse(arn).ok_or_else(|| place.at("arn").wrong(Fault::Arn))?;
    let in_range = time_limit_ms.is_none_or(|limit| (1..=MAX_TIME_LIMIT_MS).contains(&limit));
    place.at("time_limit_ms").check(in_range, || Fault::TimeLimit)?;
    let transport = match definition {
        HandlerDefinition::Lambda(lambda) => Transport::Lambda(lambda_target(lambda, place, workshop)?),
        HandlerDefinition::Http(http) => Transport::Http(http_target(http, place, workshop)?),
    };
    let client = client::build(transport.fixed_url(), workshop.sources.variable);
    let client = client.map_err(|what| place.wrong(Fault::Unusable(what)))?;
    let time_limit = time_limit_ms.map(Duration::from_millis);
    Ok(Mapping { arn, time_limit, is_shadow, transport, client })
}
