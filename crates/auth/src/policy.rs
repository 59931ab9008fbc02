//! IAM's policy language: [`Policy::parse`] reads, [`evaluate()`] decides, [`explain()`] says why. It knows no
//! operation's input, no resource but its ARN, and nobody who asks.

mod condition;
mod context;
mod document;
mod error;
mod evaluate;
mod explain;
mod glob;
mod json;
mod operand;
mod operator;
mod pattern;
mod ready;

#[cfg(test)]
mod tests;

pub use context::{Context, Request};
pub use document::{Effect, Policy};
pub use error::{PolicyError, PolicyFault};
pub(crate) use evaluate::first_denial;
pub use evaluate::{NamedPolicy, PolicyKind, PolicySet, Verdict, evaluate};
pub use explain::{Explanation, Outcome, explain};
pub use ready::{READY_POLICIES, ReadyPolicy};
