//! What leaves the house: messages to review handlers, and chat logs to their destinations.
//!
//! **Invariant:** nothing here knows the store, the control plane or the configuration's form; time and randomness are
//! arguments.

mod aws;
mod chat_log;
mod declaration;
mod review;
mod secret;
mod wildcards;

pub use chat_log::{
    BackOff, BatchLimits, ChatLogParts, ChatLogSettings, ChatLogs, Destinations, DestinationsFile,
    FoundFiles, LocalFiles, LocalSettings, LogBatch, LogFile, LogReading, LogRecord, LogSink, LogSinks,
    OpenSinks, RoomFiles, Sink, SinkError, SinkFuture, SinkParts, SinkTimeLimits, Target, Tidied, WhichRoom,
};
pub use declaration::{DeclarationError, DeclarationSources};
pub use review::{
    Action, BreakerReading, BreakerState, CapitalsDefinition, Fold, HandlerCounters, LinksDefinition,
    Matching, Problem, RegexDefinition, RepeatMemory, RepeatedCharactersDefinition,
    RepeatedMessagesDefinition, ReviewCounters, ReviewFile, ReviewHandlers, ReviewLabel, ReviewLatencies,
    ReviewMap, ReviewParts, ReviewSettings, ReviewTally, RuleDefinition, RuleError, RuleSet,
    RuleSetDefinition, Said, Verdict, WordsDefinition,
};
