//! What leaves the house: messages to review handlers.
//!
//! **Invariant:** nothing here knows the store, the control plane or the configuration's form; time and randomness are
//! arguments.

mod review;

pub use review::{
    Action, BreakerReading, BreakerState, CapitalsDefinition, Fold, HandlerCounters, LinksDefinition,
    Matching, Problem, RegexDefinition, RepeatMemory, RepeatedCharactersDefinition,
    RepeatedMessagesDefinition, ReviewCounters, ReviewFile, ReviewHandlers, ReviewLabel, ReviewLatencies,
    ReviewMap, ReviewMapError, ReviewParts, ReviewSettings, ReviewSources, ReviewTally, RuleDefinition,
    RuleError, RuleSet, RuleSetDefinition, Said, Verdict, WordsDefinition,
};
