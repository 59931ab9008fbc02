//! What leaves the house: messages to review handlers, and chat logs to their destinations.
//!
//! **Invariant:** nothing here knows the store, the control plane or the configuration's form; time and randomness are
//! arguments.

mod chat_log;
mod review;

pub use chat_log::{
    BackOff, BatchLimits, ChatLogParts, ChatLogSettings, ChatLogs, Delivered, LogBatch, LogReading,
    LogRecord, LogSink, LogSinks, SinkError, SinkFuture,
};
pub use review::{
    Action, BreakerReading, BreakerState, CapitalsDefinition, Fold, HandlerCounters, LinksDefinition,
    Matching, Problem, RegexDefinition, RepeatMemory, RepeatedCharactersDefinition,
    RepeatedMessagesDefinition, ReviewCounters, ReviewFile, ReviewHandlers, ReviewLabel, ReviewLatencies,
    ReviewMap, ReviewMapError, ReviewParts, ReviewSettings, ReviewSources, ReviewTally, RuleDefinition,
    RuleError, RuleSet, RuleSetDefinition, Said, Verdict, WordsDefinition,
};
