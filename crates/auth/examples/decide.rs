//! Decides cases that stand on standard input, one JSON object a line, and prints one verdict a line: what the
//! differential test in `crates/conformance/suites/policies` compares with another evaluator. It knows no other
//! evaluator and no server.
//!
//! A line is an object with `action`, `resource`, `context`, `identity`, `boundary` and `session`. `identity` is a list
//! of documents, each a policy's JSON as a string; `boundary` and `session` are one or null; a key of the context has a
//! string or a list of strings. The answer is `Allowed`, `ExplicitlyDenied(Identity)` and the like, or
//! `Refused: policy: path: why`.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufWriter, Write as _};

use auth::{Context, NamedPolicy, Policy, PolicySet, Request, evaluate};
use jiff::Timestamp;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    identity: Vec<String>,
    boundary: Option<String>,
    session: Option<String>,
    action: String,
    resource: String,
    context: BTreeMap<String, Values>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Values {
    One(String),
    Set(Vec<String>),
}

fn main() -> std::io::Result<()> {
    let mut output = BufWriter::new(std::io::stdout().lock());
    for line in std::io::stdin().lock().lines() {
        let case: Case = serde_json::from_str(&line?)?;
        let answer = decide(&case).unwrap_or_else(|refusal| format!("Refused: {refusal}"));
        writeln!(output, "{answer}")?;
    }
    output.flush()
}

/// The verdict, or which policy is refused and why.
fn decide(case: &Case) -> Result<String, String> {
    let parse = |name: &str, json: &String| Policy::parse(json).map_err(|error| format!("{name}: {error}"));
    let identity = case.identity.iter().map(|json| parse("identity", json)).collect::<Result<Vec<_>, _>>()?;
    let boundary = case.boundary.as_ref().map(|json| parse("boundary", json)).transpose()?;
    let session = case.session.as_ref().map(|json| parse("session", json)).transpose()?;
    let named = |policy| NamedPolicy { name: "policy", policy };
    let identity: Vec<_> = identity.iter().map(named).collect();
    let policies = PolicySet {
        identity: &identity,
        boundary: boundary.as_ref().map(named),
        session: session.as_ref().map(named),
    };
    let context = context(&case.context);
    let request = Request { action: &case.action, resource: &case.resource, context: &context };
    Ok(format!("{:?}", evaluate(&policies, &request)))
}

/// Facts that have a type come in by the door that the server uses for them, if they can be read so.
fn context(keys: &BTreeMap<String, Values>) -> Context<'_> {
    let mut context = Context::new();
    let time = time(keys);
    if let Some(time) = time {
        context.add_time(time);
    }
    for (key, values) in keys {
        match values {
            Values::One(_) if time.is_some() && TIMES.contains(&key.as_str()) => {}
            Values::One(text) => match (key.as_str(), text.parse()) {
                (ADDRESS, Ok(address)) => context.add_source_ip(address),
                _ => add(&mut context, key, text),
            },
            Values::Set(values) => context.add_set(key, values.iter().map(String::as_str)),
        }
    }
    context
}

const TIMES: [&str; 2] = ["aws:CurrentTime", "aws:EpochTime"];
const ADDRESS: &str = "aws:SourceIp";
const TAGS: [&str; 3] = ["aws:ResourceTag/", "aws:RequestTag/", "aws:PrincipalTag/"];

fn add<'a>(context: &mut Context<'a>, key: &'a str, text: &'a str) {
    match TAGS.iter().find_map(|prefix| key.strip_prefix(prefix).map(|tag| (prefix, tag))) {
        Some((prefix, tag)) => context.add_tags(prefix, [(tag, text)]),
        None => context.add(key, text),
    }
}

/// The time, if both of its keys are there and mean the same second.
fn time(keys: &BTreeMap<String, Values>) -> Option<Timestamp> {
    let [Some(Values::One(current)), Some(Values::One(epoch))] = TIMES.map(|key| keys.get(key)) else {
        return None;
    };
    let current: Timestamp = current.parse().ok()?;
    (epoch.parse() == Ok(current.as_second())).then_some(current)
}
