//! `hubbub access explain`: what the policies would decide, and why. Knows no server, and no policy's meaning.

use super::ask::{AccountArg, Ask, member};
use super::document::Document;
use crate::cli::error::CliError;
use crate::cli::pair;
use crate::cli::printable::printable;
use crate::cli::table::columns;
use clap::{Args, ValueHint, value_parser};
use serde::Deserialize;
use serde_json::{Map, Value, from_value};
use std::path::PathBuf;

const LONG_ABOUT: &str = "\
Say whether a user may do something, and why.

The decision comes first, then a line for each statement of each of the user's policies: whether it matched and, if \
not, why not. Nothing is done. A denial is an answer too: the exit code is 0.";

const EXAMPLES: &str = "\
Examples:
  hubbub access explain --user tool --action ivschat:DeleteMessage \\
                        --resource arn:aws:ivschat:us-east-1:123456789012:room/AbCdEfGhIjKl
  hubbub access explain --user ci --action ivschat:CreateRoom \\
                        --resource 'arn:aws:ivschat:us-east-1:123456789012:room/*' \\
                        --context aws:RequestTag/team=red --context aws:TagKeys=team

The user's tags and name, the tags of a room that exists and the time are known already; --context adds what a call \
would bring, and goes over them.";

/// Say whether a user may do something, and why
#[derive(Debug, Args)]
#[command(long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub(super) struct ExplainArgs {
    /// Name of the user
    #[arg(long, value_name = "NAME")]
    user: String,

    /// Action, such as ivschat:DeleteMessage
    #[arg(long, value_name = "ACTION")]
    action: String,

    /// ARN of the resource
    #[arg(long, value_name = "ARN")]
    resource: String,

    /// Condition key that the call would have; given several times, a key has several values
    #[arg(long, value_name = "KEY=VALUE", value_parser = pair::parse)]
    context: Vec<(String, String)>,

    /// Session policy, as `assume` takes it; - is standard input
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, value_parser = value_parser!(PathBuf))]
    policy: Option<PathBuf>,

    #[command(flatten)]
    account: AccountArg,
}

#[derive(Deserialize)]
struct Explained {
    decision: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    statements: Vec<Statement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Statement {
    #[serde(default)]
    policy_name: String,
    policy_kind: String,
    index: u64,
    #[serde(default)]
    sid: Option<String>,
    #[serde(default)]
    effect: String,
    matched: bool,
    #[serde(default)]
    why: String,
}

impl ExplainArgs {
    /// The request.
    pub(super) fn ask(self) -> Result<Ask, CliError> {
        let policy = self.policy.map(|file| Document::from(file).read()).transpose()?;
        let context = (!self.context.is_empty()).then(|| context(self.context));
        let members = [
            self.account.member(),
            member("userName", self.user),
            member("action", self.action),
            member("resource", self.resource),
            ("context", context),
            ("policy", policy.map(Value::from)),
        ];
        Ok(Ask::shown("ExplainAccess", members, page))
    }
}

/// A key that stands once has a text, one that stands several times a list of them.
fn context(pairs: Vec<(String, String)>) -> Value {
    let mut context = Map::new();
    for (key, value) in pairs {
        match context.get_mut(&key) {
            None => drop(context.insert(key, value.into())),
            Some(Value::Array(values)) => values.push(value.into()),
            Some(first) => *first = Value::Array(vec![first.take(), value.into()]),
        }
    }
    context.into()
}

fn page(answer: Value) -> Result<String, serde_json::Error> {
    let explained: Explained = from_value(answer)?;
    let head = match explained.reason.as_str() {
        "" => explained.decision,
        reason => format!("{}: {reason}", explained.decision),
    };
    let rows = explained.statements.into_iter().map(Statement::row);
    let table = columns(["MATCHED", "EFFECT", "KIND", "POLICY", "STATEMENT", "WHY"], rows);
    Ok(format!("{}\n\n{table}", printable(&head)))
}

impl Statement {
    fn row(self) -> [String; 6] {
        let statement = match self.sid {
            Some(sid) if !sid.is_empty() => format!("{} ({sid})", self.index),
            _ => self.index.to_string(),
        };
        let matched = if self.matched { "yes" } else { "no" };
        [matched.to_owned(), self.effect, self.policy_kind, self.policy_name, statement, self.why]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_decision_comes_first_then_each_statement() {
        let statement = |index: u64, sid: Value, matched: bool, why: &str| {
            json!({
                "policyName": "red", "policyKind": "identity", "index": index, "sid": sid, "effect": "Allow",
                "matched": matched, "why": why,
            })
        };
        let answer = json!({
            "decision": "ImplicitlyDenied", "reason": "no policy\x1b[2J allows it",
            "statements": [
                statement(0, json!("Look"), false, "not about the action ivschat:\u{9b}31mDeleteMessage"),
                statement(1, Value::Null, true, "matched"),
            ],
        });
        assert_eq!(
            page(answer).unwrap(),
            "ImplicitlyDenied: no policy allows it\n\
             \n\
             MATCHED  EFFECT  KIND      POLICY  STATEMENT  WHY\n\
             no       Allow   identity  red     0 (Look)   not about the action ivschat:DeleteMessage\n\
             yes      Allow   identity  red     1          matched\n"
        );
        assert!(page(json!({ "decision": "Allowed", "statements": [{}] })).is_err());
    }

    #[test]
    fn a_key_that_is_given_again_has_several_values() {
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(
            context(vec![pair("a", "1"), pair("b", ""), pair("a", "2"), pair("a", "3")]),
            json!({ "a": ["1", "2", "3"], "b": "" })
        );
    }
}
