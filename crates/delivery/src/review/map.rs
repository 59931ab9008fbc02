//! The map: which handler stands behind which ARN, judged and ready for use. Reads neither files nor the environment
//! itself, and connects to nothing.

mod targets;

use super::builtin::{RuleSet, RuleSetDefinition};
use super::definition::{HandlerDefinition, ReviewFile};
use super::pattern::ArnPattern;
use super::transport::Transport;
use crate::aws::{self, Workshop};
use crate::declaration::{DeclarationError, DeclarationSources, Fault, Place};
use reqwest::Client;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use targets::{http_target, lambda_target};

const MAX_HANDLERS: usize = 256;
const MAX_RULE_SETS: usize = 64;
/// The longest that a message may wait, in milliseconds.
const MAX_TIME_LIMIT_MS: u64 = 10_000;

const ARN: Fault =
    Fault::Must("be the ARN of a Lambda function, `*` standing for any characters and `?` for one");
const TIME_LIMIT: Fault = Fault::Must("be 1 to 10000");

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
    /// [`DeclarationError`], the first one, with the path of the wrong member.
    pub fn compile(file: ReviewFile, sources: DeclarationSources<'_>) -> Result<Self, DeclarationError> {
        let workshop = Workshop::new(sources);
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

fn rule_set(
    definition: RuleSetDefinition,
    place: &Place,
    sources: DeclarationSources<'_>,
) -> Result<(Box<str>, RuleSet), DeclarationError> {
    let compiled = RuleSet::compile(&definition, sources.text_of);
    compiled
        .map(|rules| (definition.name.into(), rules))
        .map_err(|error| place.wrong(Fault::Inner(Box::new(error))))
}

fn mapping(
    definition: HandlerDefinition,
    place: &Place,
    workshop: &Workshop<'_>,
) -> Result<Mapping, DeclarationError> {
    let (arn, time_limit_ms, is_shadow) = match &definition {
        HandlerDefinition::Lambda(lambda) => (&lambda.arn, lambda.time_limit_ms, lambda.shadow),
        HandlerDefinition::Http(http) => (&http.arn, http.time_limit_ms, http.shadow),
    };
    let arn = ArnPattern::parse(arn).ok_or_else(|| place.at("arn").wrong(ARN))?;
    let in_range = time_limit_ms.is_none_or(|limit| (1..=MAX_TIME_LIMIT_MS).contains(&limit));
    place.at("time_limit_ms").check(in_range, || TIME_LIMIT)?;
    let transport = match definition {
        HandlerDefinition::Lambda(lambda) => Transport::Lambda(lambda_target(lambda, place, workshop)?),
        HandlerDefinition::Http(http) => Transport::Http(http_target(http, place, workshop)?),
    };
    let client = aws::build_client(transport.fixed_url(), workshop.sources.variable, None);
    let client = client.map_err(|what| place.wrong(Fault::Unusable(what)))?;
    let time_limit = time_limit_ms.map(Duration::from_millis);
    Ok(Mapping { arn, time_limit, is_shadow, transport, client })
}
