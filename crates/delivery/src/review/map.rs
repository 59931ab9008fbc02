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
use std::time::Duration;
use targets::{http_target, lambda_target};

const MAX_HANDLERS: usize = 256;
const MAX_RULE_SETS: usize = 64;
/// The longest that a message may wait, in milliseconds.
const MAX_TIME_LIMIT_MS: u64 = 10_000;
/// A connection is given this long to be set up even where messages wait for less.
const LEAST_CONNECT_LIMIT: Duration = Duration::from_millis(200);

const ARN: Fault =
    Fault::Must("be the ARN of a Lambda function, `*` standing for any characters and `?` for one");
const TIME_LIMIT: Fault = Fault::Must("be 1 to 10000");

/// Handlers by ARN, and the built-in rule sets by name.
pub struct ReviewMap {
    pub(super) mappings: Vec<Mapping>,
    pub(super) rule_sets: HashMap<Box<str>, BuiltIn>,
}

/// A rule set, and whether it decides.
pub(super) struct BuiltIn {
    pub(super) rules: RuleSet,
    pub(super) is_shadow: bool,
}

/// What stands behind the ARNs of one `[[handler]]`.
pub(super) struct Mapping {
    pub(super) arn: ArnPattern,
    pub(super) time_limit: Duration,
    pub(super) is_shadow: bool,
    pub(super) transport: Transport,
    /// How long a connection may take to be set up: the longest time limit of those that share the transport.
    pub(super) connect_limit: Duration,
    pub(super) client: Client,
}

/// A mapping whose client is still to be made.
struct Judged {
    arn: ArnPattern,
    time_limit: Duration,
    is_shadow: bool,
    transport: Transport,
}

impl ReviewMap {
    /// A map without handlers.
    #[must_use]
    pub fn empty() -> Self {
        Self { mappings: Vec::new(), rule_sets: HashMap::new() }
    }

    /// Judges a review file, and fetches the secrets and lists that stand elsewhere. `time_limit` is for mappings
    /// without one of their own.
    ///
    /// # Errors
    /// [`DeclarationError`], the first one, with the path of the wrong member.
    pub fn compile(
        file: ReviewFile,
        time_limit: Duration,
        sources: DeclarationSources<'_>,
    ) -> Result<Self, DeclarationError> {
        let workshop = Workshop::new(sources);
        let handlers = Place::list("handler");
        handlers.check(file.handler.len() <= MAX_HANDLERS, || Fault::TooMany(MAX_HANDLERS))?;
        let rules = Place::list("rules");
        rules.check(file.rules.len() <= MAX_RULE_SETS, || Fault::TooMany(MAX_RULE_SETS))?;
        let mut judged = Vec::with_capacity(file.handler.len());
        for (index, definition) in file.handler.into_iter().enumerate() {
            judged.push(judge(definition, &handlers.item(index), &workshop, time_limit)?);
        }
        let mappings = equip(judged, &handlers, sources)?;
        let mut rule_sets = HashMap::new();
        for (index, definition) in file.rules.into_iter().enumerate() {
            let place = rules.item(index);
            let (name, rule_set) = rule_set(definition, &place, sources)?;
            let is_new = rule_sets.insert(name, rule_set).is_none();
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
) -> Result<(Box<str>, BuiltIn), DeclarationError> {
    let compiled = RuleSet::compile(&definition, sources.text_of);
    let rules = compiled.map_err(|error| place.wrong(Fault::Inner(Box::new(error))))?;
    Ok((definition.name.into(), BuiltIn { rules, is_shadow: definition.shadow }))
}

fn judge(
    definition: HandlerDefinition,
    place: &Place,
    workshop: &Workshop<'_>,
    usual_time_limit: Duration,
) -> Result<Judged, DeclarationError> {
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
    let time_limit = time_limit_ms.map_or(usual_time_limit, Duration::from_millis);
    Ok(Judged { arn, time_limit, is_shadow, transport })
}

/// Makes the clients.
fn equip(
    judged: Vec<Judged>,
    handlers: &Place,
    sources: DeclarationSources<'_>,
) -> Result<Vec<Mapping>, DeclarationError> {
    let limits: Vec<Duration> = judged.iter().map(|one| connect_limit(&judged, &one.transport)).collect();
    let mappings = judged.into_iter().zip(limits).enumerate().map(|(index, (one, connect_limit))| {
        let Judged { arn, time_limit, is_shadow, transport } = one;
        let client = aws::build_client(transport.fixed_url(), sources.variable, connect_limit);
        let client = client.map_err(|what| handlers.item(index).wrong(Fault::Unusable(what)))?;
        Ok(Mapping { arn, time_limit, is_shadow, transport, connect_limit, client })
    });
    mappings.collect()
}

fn connect_limit(judged: &[Judged], transport: &Transport) -> Duration {
    let sharing = judged.iter().filter(|other| other.transport == *transport);
    sharing.map(|other| other.time_limit).fold(LEAST_CONNECT_LIMIT, Duration::max)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io;
    use std::path::Path;

    #[test]
    fn a_connection_may_take_as_long_as_the_most_patient_of_those_that_share_it() {
        let mapping = |url: &str, limit: &str| {
            format!("[[handler]]\nkind = \"http\"\narn = \"*\"\nurl = \"http://{url}/\"\n{limit}\n")
        };
        let file = [
            mapping("a", "time_limit_ms = 50"),
            mapping("a", "time_limit_ms = 900"),
            mapping("b", "time_limit_ms = 50"),
            mapping("c", ""),
        ];
        let file: ReviewFile = toml::from_str(&file.concat()).unwrap();
        let text_of = |_: &Path| Err(io::ErrorKind::NotFound.into());
        let sources = DeclarationSources { variable: &|_| None, text_of: &text_of };
        let map = ReviewMap::compile(file, Duration::from_millis(300), sources).unwrap();
        let limits =
            map.mappings.iter().map(|one| (one.time_limit.as_millis(), one.connect_limit.as_millis()));
        assert_eq!(limits.collect::<Vec<_>>(), [(50, 900), (900, 900), (50, 200), (300, 300)]);
    }
}
