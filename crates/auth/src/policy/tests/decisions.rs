//! Which statements match, and what the policies of a request decide together.

use super::*;
use crate::policy::{Effect, Outcome, PolicyKind, READY_POLICIES, explain};
use model::OperationName;

#[test]
fn actions_have_no_case_and_resources_have() {
    let context = Context::new();
    let rows = [
        (r#""Action":"IVSChat:getroom","Resource":"*""#, true),
        (r#""Action":"ivs*:Get?oom","Resource":"*""#, true),
        (r#""Action":"ivschat:Get","Resource":"*""#, false),
        (r#""NotAction":"ivschat:getROOM","Resource":"*""#, false),
        (r#""NotAction":"ivschat:List*","Resource":"*""#, true),
        (r#""Action":"*","Resource":"arn:aws:ivschat:*:room/AbCdEfGhIjKl:*""#, false),
        (r#""Action":"*","Resource":"arn:aws:ivschat:*:*:room/AbCd*""#, true),
        (r#""Action":"*","Resource":"arn:aws:ivschat:*:*:room/abcd*""#, false),
        (r#""Action":"*","Resource":"arn:*:*:*:*:*""#, true),
        (r#""Action":"*","NotResource":"arn:aws:ivschat:*:*:room/AbCd*""#, false),
        (r#""Action":"*","NotResource":["arn:aws:ivschat:*:*:room/x"]"#, true),
    ];
    for (fields, expected) in rows {
        assert_eq!(allows(&allow(fields), "ivschat:GetRoom", ROOM, &context), expected, "{fields}");
    }
}

#[test]
fn what_comes_out_of_a_variable_is_never_a_wildcard() {
    let resource = |id: &str| format!("arn:aws:ivschat:us-west-2:123456789012:room/{id}");
    let policy =
        allow(r#""Action":"*","Resource":"arn:aws:ivschat:us-west-2:123456789012:room/${aws:username}""#);
    for (user, id, expected) in [
        ("ann", "ann", true),
        ("ann", "bob", false),
        ("*", "ann", false),
        ("*", "*", true),
        ("?", "a", false),
        ("?", "?", true),
        ("a*", "ann", false),
        ("a/b:c", "a/b:c", true),
        ("a/b:c", "a/b", false),
        ("${aws:userid}", "${aws:userid}", true),
        // An empty value is none: else `${aws:username}*` would be everything.
        ("", "", false),
    ] {
        let mut context = Context::new();
        context.add("aws:username", user);
        assert_eq!(allows(&policy, "ivschat:GetRoom", &resource(id), &context), expected, "{user} {id}");
    }
    assert!(!allows(&policy, "ivschat:GetRoom", &resource(""), &Context::new()));
}

#[test]
fn an_empty_tag_does_not_open_what_begins_with_nothing() {
    let policy = allow(
        r#""Action":"*","Resource":"arn:aws:ivschat:us-west-2:123456789012:room/${aws:PrincipalTag/team}*""#,
    );
    for (team, expected) in [("red", true), ("", false), ("blue", false)] {
        let mut context = Context::new();
        context.add("aws:PrincipalTag/team", team);
        let resource = "arn:aws:ivschat:us-west-2:123456789012:room/redroom";
        assert_eq!(allows(&policy, "ivschat:GetRoom", resource, &context), expected, "{team}");
    }
}

#[test]
fn the_older_version_has_no_variables() {
    let json = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:a:b:c:${aws:username}"}}"#;
    let mut context = Context::new();
    context.add("aws:username", "ann");
    let policy = parse(json);
    assert!(!allows(&policy, "a:b", "arn:aws:a:b:c:ann", &context));
    assert!(allows(&policy, "a:b", "arn:aws:a:b:c:${aws:username}", &context));
}

/// One letter for each kind: `a` allows, `d` denies, `n` says nothing, `-` there is none.
fn decide(identity: &[char], boundary: char, session: char) -> Verdict {
    let document = |letter: char| {
        let effect = if letter == 'd' { "Deny" } else { "Allow" };
        let action = if letter == 'n' { "other:Thing" } else { "ivschat:GetRoom" };
        parse(&format!(r#"{{"Statement":{{"Effect":"{effect}","Action":"{action}","Resource":"*"}}}}"#))
    };
    let identity: Vec<_> = identity.iter().map(|letter| document(*letter)).collect();
    let identity: Vec<_> = identity.iter().map(|policy| NamedPolicy { name: "i", policy }).collect();
    let (boundary_policy, session_policy) = (document(boundary), document(session));
    let boundary = (boundary != '-').then_some(NamedPolicy { name: "b", policy: &boundary_policy });
    let session = (session != '-').then_some(NamedPolicy { name: "s", policy: &session_policy });
    let set = PolicySet { identity: &identity, boundary, session };
    evaluate(&set, &Request { action: "ivschat:GetRoom", resource: ROOM, context: &Context::new() })
}

#[test]
fn deny_wins_and_every_kind_must_allow() {
    use PolicyKind::{Boundary, Identity, Session};
    use Verdict::{Allowed, ExplicitlyDenied, ImplicitlyDenied};
    let rows: &[(&[char], char, char, Verdict)] = &[
        (&[], '-', '-', ImplicitlyDenied(Identity)),
        (&['n', 'a'], '-', '-', Allowed),
        (&['a', 'd'], 'a', 'a', ExplicitlyDenied(Identity)),
        (&['a'], 'a', 'a', Allowed),
        (&[], 'a', 'a', ImplicitlyDenied(Identity)),
        (&['a'], 'n', 'a', ImplicitlyDenied(Boundary)),
        (&['a'], 'a', 'n', ImplicitlyDenied(Session)),
        (&['n'], 'n', 'n', ImplicitlyDenied(Identity)),
        (&['a'], 'd', 'a', ExplicitlyDenied(Boundary)),
        (&['n'], 'n', 'd', ExplicitlyDenied(Session)),
        (&['d'], 'd', 'd', ExplicitlyDenied(Identity)),
    ];
    for (identity, boundary, session, expected) in rows {
        assert_eq!(decide(identity, *boundary, *session), *expected, "{identity:?} {boundary} {session}");
    }
}

#[test]
fn refusals_have_the_words_of_aws() {
    use PolicyKind::{Boundary, Identity, Session};
    let say = |verdict: Verdict| verdict.refusal("ARN", "s:A", "RES");
    let head = "User: ARN is not authorized to perform: s:A on resource: RES ";
    for (verdict, tail) in [
        (Verdict::ImplicitlyDenied(Identity), "because no identity-based policy allows the s:A action"),
        (Verdict::ImplicitlyDenied(Boundary), "because no permissions boundary allows the s:A action"),
        (Verdict::ImplicitlyDenied(Session), "because no session policy allows the s:A action"),
        (Verdict::ExplicitlyDenied(Identity), "with an explicit deny in an identity-based policy"),
        (Verdict::ExplicitlyDenied(Boundary), "with an explicit deny in a permissions boundary"),
        (Verdict::ExplicitlyDenied(Session), "with an explicit deny in a session policy"),
    ] {
        assert_eq!(say(verdict), Some(format!("{head}{tail}")));
    }
    assert_eq!(say(Verdict::Allowed), None);
}

#[test]
fn an_explanation_names_the_first_reason() {
    let policy = parse(
        r#"{"Version":"2012-10-17","Statement":[
        {"Sid":"A","Effect":"Allow","Action":"ivschat:GetRoom","Resource":"*"},
        {"Effect":"Deny","Action":"ivschat:List*","Resource":"*"},
        {"Effect":"Deny","Action":"*","Resource":"arn:aws:a:b:c:d"},
        {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/Team":["red"]}}},
        {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#,
    );
    let mut context = Context::new();
    context.add_tags("aws:ResourceTag/", [("team", "blue")]);
    let identity = [NamedPolicy { name: "P", policy: &policy }];
    let set = PolicySet { identity: &identity, boundary: None, session: None };
    let explanations =
        explain(&set, &Request { action: "ivschat:GetRoom", resource: ROOM, context: &context });
    let lines: Vec<_> = explanations.iter().map(ToString::to_string).collect();
    assert_eq!(
        lines,
        [
            r#"identity-based policy "P", statement 0 (A), Allow: matched"#.to_owned(),
            r#"identity-based policy "P", statement 1, Deny: not about the action ivschat:GetRoom"#
                .to_owned(),
            format!(r#"identity-based policy "P", statement 2, Deny: not about the resource {ROOM}"#),
            concat!(
                r#"identity-based policy "P", statement 3, Deny: StringEquals aws:ResourceTag/Team ["red"] "#,
                r#"does not hold: the request has ["blue"]"#
            )
            .to_owned(),
            concat!(
                r#"identity-based policy "P", statement 4, Deny: Bool aws:SecureTransport ["false"] "#,
                "does not hold: the request has no such key"
            )
            .to_owned(),
        ]
    );
    assert_eq!((explanations[0].effect, &explanations[0].outcome), (Effect::Allow, &Outcome::Matched));
}

#[test]
fn the_ready_policies_do_what_their_names_say() {
    let may = |name: &str, operation: OperationName| match name {
        "HubbubFullAccess" => true,
        "HubbubReadOnlyAccess" => ["Get", "List"].iter().any(|verb| operation.as_str().starts_with(verb)),
        "HubbubTokenIssuer" => operation == OperationName::CreateChatToken,
        "HubbubModerator" => ["DeleteMessage", "DisconnectUser", "SendEvent"].contains(&operation.as_str()),
        other => panic!("{other} has no expectation"),
    };
    assert_eq!(READY_POLICIES.len(), 4);
    for ready in READY_POLICIES {
        let policy = parse(ready.document);
        for operation in OperationName::ALL {
            let allowed = allows(&policy, operation.action(), ROOM, &Context::new());
            assert_eq!(allowed, may(ready.name, *operation), "{} {operation}", ready.name);
        }
        let is_full = ready.name == "HubbubFullAccess";
        assert_eq!(allows(&policy, "hubbub:GetUser", "*", &Context::new()), is_full, "{}", ready.name);
        assert!(!allows(&policy, "iam:GetUser", "*", &Context::new()), "{}", ready.name);
    }
}

#[test]
fn the_last_of_ten_thousand_statements_decides() {
    let statement = |effect: &str, room: usize| {
        format!(
            r#"{{"Effect":"{effect}","Action":"ivschat:GetRoom","Resource":"arn:aws:ivschat:a:b:room/{room}"}}"#
        )
    };
    let policies: Vec<_> = (0..20)
        .map(|policy| {
            let effect = if policy == 19 { "Deny" } else { "Allow" };
            let all: Vec<_> = (0..500).map(|index| statement(effect, policy * 500 + index)).collect();
            parse(&format!(r#"{{"Statement":[{}]}}"#, all.join(",")))
        })
        .collect();
    let identity: Vec<_> = policies.iter().map(|policy| NamedPolicy { name: "p", policy }).collect();
    let set = PolicySet { identity: &identity, boundary: None, session: None };
    let context = Context::new();
    let decide = |room: usize| {
        let resource = format!("arn:aws:ivschat:a:b:room/{room}");
        evaluate(&set, &Request { action: "ivschat:GetRoom", resource: &resource, context: &context })
    };
    assert_eq!(decide(0), Verdict::Allowed);
    assert_eq!(decide(9_499), Verdict::Allowed);
    assert_eq!(decide(9_999), Verdict::ExplicitlyDenied(PolicyKind::Identity));
    assert_eq!(decide(10_000), Verdict::ImplicitlyDenied(PolicyKind::Identity));
}

#[test]
fn a_policy_knows_whether_it_reads_the_tags_of_resources() {
    let reads = |resource: &str, condition: &str| {
        let fields = format!(r#""Action":"*","Resource":"{resource}","Condition":{condition}"#);
        allow(&fields).reads_resource_tags()
    };
    let variable = r"${aws:ResourceTag/team}";
    assert!(!reads("*", "{}"));
    assert!(!reads("*", r#"{"StringEquals":{"aws:RequestTag/team":"aws:ResourceTag/team"}}"#));
    assert!(reads("*", r#"{"Null":{"AWS:RESOURCETAG/team":"true"}}"#));
    assert!(reads("*", r#"{"Null":{"aws:Resource\u0054ag/team":"true"}}"#));
    assert!(reads(&format!("arn:aws:ivschat:a:b:room/{variable}"), "{}"));
    for operator in ["StringEquals", "StringLike", "StringNotEqualsIgnoreCase", "ArnLike"] {
        assert!(reads("*", &format!(r#"{{"{operator}":{{"aws:username":"a:b:c:d:e:{variable}"}}}}"#)));
    }
}
