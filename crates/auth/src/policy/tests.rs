//! What the parts of the language do together.

mod conditions;
mod decisions;
mod documents;

use super::{Context, NamedPolicy, Policy, PolicySet, Request, Verdict, evaluate};

const ROOM: &str = "arn:aws:ivschat:us-west-2:123456789012:room/AbCdEfGhIjKl";

fn parse(json: &str) -> Policy {
    Policy::parse(json).unwrap_or_else(|error| panic!("{error}\n{json}"))
}

/// A policy of one statement of the younger version; `fields` follow its effect.
fn allow(fields: &str) -> Policy {
    parse(&format!(r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Allow",{fields}}}}}"#))
}

/// Whether the one policy allows GetRoom on this resource.
fn allows(policy: &Policy, action: &str, resource: &str, context: &Context<'_>) -> bool {
    let identity = [NamedPolicy { name: "p", policy }];
    let set = PolicySet { identity: &identity, boundary: None, session: None };
    evaluate(&set, &Request { action, resource, context }) == Verdict::Allowed
}
