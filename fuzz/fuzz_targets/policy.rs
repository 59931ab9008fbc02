//! The policy language on arbitrary text: what is refused is refused with words, what is taken decides about any
//! request without panic, and the explanation comes to the same conclusion.
#![no_main]

use auth::{
    Context, Effect, NamedPolicy, Outcome, Policy, PolicyKind, PolicySet, Request, Verdict, evaluate, explain,
};
use libfuzzer_sys::fuzz_target;
use model::Timestamp;

fn conclusion(set: &PolicySet<'_>, request: &Request<'_>) -> Verdict {
    let all = explain(set, request);
    let says = |kind: PolicyKind, effect: Effect| {
        all.iter().any(|one| one.kind == kind && one.effect == effect && one.outcome == Outcome::Matched)
    };
    let kinds = [
        (PolicyKind::Identity, true),
        (PolicyKind::Boundary, set.boundary.is_some()),
        (PolicyKind::Session, set.session.is_some()),
    ];
    let denies = kinds.iter().find(|(kind, _)| says(*kind, Effect::Deny));
    let silent = kinds.iter().find(|(kind, is_set)| *is_set && !says(*kind, Effect::Allow));
    match (denies, silent) {
        (Some((kind, _)), _) => Verdict::ExplicitlyDenied(*kind),
        (None, Some((kind, _))) => Verdict::ImplicitlyDenied(*kind),
        (None, None) => Verdict::Allowed,
    }
}

/// A document whose frame is right, so that the fuzzer comes past the frame.
fn framed(mut part: impl FnMut() -> String) -> String {
    let mut name = |names: &[&str]| {
        let part = part();
        let at = part.bytes().next().map_or(0, usize::from) % names.len();
        names[at].to_owned()
    };
    let version = name(&["2012-10-17", "2008-10-17"]);
    let effect = name(&["Allow", "Deny"]);
    let (actions, resources) = (name(&["Action", "NotAction"]), name(&["Resource", "NotResource"]));
    let prefix = name(&["", "ForAllValues:", "ForAnyValue:"]);
    let operator = name(&[
        "StringEquals",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
        "NumericLessThan",
        "DateGreaterThan",
        "DateNotEquals",
        "Bool",
        "BinaryEquals",
        "IpAddress",
        "NotIpAddress",
        "ArnLike",
        "ArnNotEquals",
    ]);
    let suffix = name(&["", "IfExists"]);
    let key =
        name(&["aws:username", "aws:TagKeys", "aws:ResourceTag/team", "aws:CurrentTime", "aws:SourceIp"]);
    let action = format!("a:x{}", part());
    serde_json::json!({ "Version": version, "Statement": {
        "Effect": effect, actions: ["a:b", &action],
        resources: format!("arn:aws:a:b:c:d{}", part()),
        "Condition": { format!("{prefix}{operator}{suffix}"): { key: [part(), part()] } },
    }})
    .to_string()
}

fuzz_target!(|input: &str| {
    let mut parts = input.split('\0');
    let mut part = || parts.next().unwrap_or_default();
    let is_framed = !input.starts_with('{');
    let document = if is_framed { framed(|| part().to_owned()) } else { part().to_owned() };
    let second = if is_framed { framed(|| part().to_owned()) } else { part().to_owned() };
    let policy = match Policy::parse(&document) {
        Ok(policy) => policy,
        Err(error) => return assert!(!error.to_string().is_empty()),
    };
    let other = Policy::parse(&second).ok();
    let other = other.as_ref().map(|policy| NamedPolicy { name: "other", policy });
    let (action, resource, value) = (part(), part(), part());
    let mut context = Context::new();
    for key in ["aws:username", "aws:userid", "aws:PrincipalArn", "aws:UserAgent"] {
        context.add(key, value);
    }
    context.add_set("aws:TagKeys", value.split(','));
    context.add_tags("aws:ResourceTag/", [(part(), part()), ("team", value)]);
    context.add_time(Timestamp::UNIX_EPOCH);
    if let Ok(address) = value.parse() {
        context.add_source_ip(address);
    }
    let identity = [NamedPolicy { name: "fuzzed", policy: &policy }];
    let request = Request { action, resource, context: &context };
    for (boundary, session) in [(None, None), (other, None), (None, other), (other, other)] {
        let set = PolicySet { identity: &identity, boundary, session };
        assert_eq!(evaluate(&set, &request), conclusion(&set, &request));
    }
});
