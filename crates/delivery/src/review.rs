//! Message review handlers: where they live, how they are asked, and what their answers are worth.
//!
//! A [`ReviewFile`] says which handler stands behind which ARN; [`ReviewMap::compile`] judges it; [`ReviewHandlers`]
//! put it to use and are the [`engine::Reviewer`]. Of a message's words nothing gets into a log, nor does a secret.

mod answer;
mod breaker;
mod builtin;
mod call;
mod complaints;
mod counters;
mod definition;
mod endpoint;
mod failure;
mod handlers;
mod http;
mod lambda;
mod map;
mod pattern;
mod places;
mod question;
mod settings;
mod table;
mod transport;
mod watches;

pub use breaker::BreakerState;
pub use builtin::{
    Action, CapitalsDefinition, Fold, LinksDefinition, Matching, Problem, RegexDefinition, RepeatMemory,
    RepeatedCharactersDefinition, RepeatedMessagesDefinition, RuleDefinition, RuleError, RuleSet,
    RuleSetDefinition, Said, Verdict, WordsDefinition,
};
pub use counters::{
    BreakerReading, HandlerCounters, ReviewCounters, ReviewLabel, ReviewLatencies, ReviewTally,
};
pub use definition::ReviewFile;
pub use handlers::{ReviewHandlers, ReviewParts};
pub use map::ReviewMap;
pub use settings::ReviewSettings;
