//! Every operator, and every row of the truth table.

use super::*;

/// Keys of the request; a list of values makes a set.
type Keys<'a> = &'a [(&'a str, &'a [&'a str])];

fn holds(condition: &str, keys: Keys<'_>) -> bool {
    let mut context = Context::new();
    for (key, values) in keys {
        match values {
            [value] => context.add(key, *value),
            values => context.add_set(key, values.iter().copied()),
        }
    }
    let policy = allow(&format!(r#""Action":"*","Resource":"*","Condition":{condition}"#));
    allows(&policy, "ivschat:GetRoom", ROOM, &context)
}

/// operator, policy's value as JSON, the request's value, whether the operator agrees.
fn check(rows: &[(&str, &str, &str, bool)]) {
    for (operator, wanted, found, expected) in rows {
        let condition = format!(r#"{{"{operator}":{{"aws:x":{wanted}}}}}"#);
        assert_eq!(holds(&condition, &[("aws:x", &[found])]), *expected, "{condition} {found}");
        let if_exists = format!(r#"{{"{operator}IfExists":{{"AWS:X":{wanted}}}}}"#);
        assert_eq!(holds(&if_exists, &[("Aws:X", &[found])]), *expected, "{if_exists} {found}");
    }
}

#[test]
fn strings() {
    check(&[
        ("StringEquals", r#""a""#, "a", true),
        ("StringEquals", r#""a""#, "A", false),
        ("StringEquals", r#""a*""#, "ab", false),
        ("StringEquals", r#"["b", "a"]"#, "a", true),
        ("StringEquals", "5", "5", true),
        ("StringEquals", "true", "true", true),
        ("StringEquals", r#""""#, "", true),
        ("StringNotEquals", r#""a""#, "a", false),
        ("StringNotEquals", r#""a""#, "b", true),
        ("StringNotEquals", r#"["a", "b"]"#, "b", false),
        ("StringEqualsIgnoreCase", r#""ÉA""#, "éa", true),
        ("stringequalsIGNOREcase", r#""a""#, "b", false),
        ("StringNotEqualsIgnoreCase", r#""A""#, "a", false),
        ("StringNotEqualsIgnoreCase", r#""A""#, "b", true),
        ("StringLike", r#""a*c?""#, "abbcd", true),
        ("StringLike", r#""a*c?""#, "Abbcd", false),
        ("StringNotLike", r#""a*""#, "ab", false),
        ("StringNotLike", r#"["a*", "b*"]"#, "c", true),
        ("StringLike", r#""${*}""#, "*", true),
        ("StringLike", r#""${*}""#, "a", false),
        ("StringEquals", r#""${$}{x${?}""#, "${x?", true),
    ]);
}

#[test]
fn numbers_dates_and_booleans() {
    check(&[
        ("NumericEquals", "5", "5.0", true),
        ("NumericEquals", r#""1e1""#, "10", true),
        ("NumericEquals", "5", "inf", false),
        ("NumericEquals", r#""nan""#, "nan", false),
        ("NumericNotEquals", "5", "6", true),
        ("NumericNotEquals", "5", "5", false),
        ("NumericNotEquals", "5", "x", true),
        ("NumericNotEquals", r#""x""#, "5", false),
        ("NumericNotEquals", r#"["x", 6]"#, "5", false),
        ("NumericLessThan", "5", "4", true),
        ("NumericLessThan", "5", "5", false),
        ("NumericLessThanEquals", "5", "5", true),
        ("NumericGreaterThan", "-5", "-4.5", true),
        ("NumericGreaterThan", "5", "5", false),
        ("NumericGreaterThanEquals", "5", "5", true),
        ("DateEquals", r#""2026-11-21T00:00:00Z""#, "2026-11-21T01:00:00+01:00", true),
        ("DateEquals", r#""2026-11-21""#, "2026-11-21T00:00:00Z", true),
        ("DateEquals", r#""2026-11""#, "2026-11-01T00:00:00Z", true),
        ("DateGreaterThan", r#""2026-13""#, "2027-01-01", false),
        ("DateEquals", "1700000000", "2023-11-14T22:13:20Z", true),
        ("DateNotEquals", r#""2026-11-21""#, "2026-11-21T00:00:01Z", true),
        ("DateNotEquals", r#""2026-13-21""#, "2026-11-21T00:00:01Z", false),
        ("DateLessThan", r#""2026-11-21T00:00Z""#, "0", true),
        ("DateLessThanEquals", "0", "1970-01-01T00:00:00Z", true),
        ("DateGreaterThan", "0", "1", true),
        ("DateGreaterThan", "0", "soon", false),
        ("DateGreaterThanEquals", "1", "1", true),
        ("DateGreaterThanEquals", r#""tomorrow""#, "1", false),
        ("Bool", "true", "true", true),
        ("Bool", r#""False""#, "false", true),
        ("Bool", "true", "false", false),
        ("Bool", r#""yes""#, "yes", false),
        ("BinaryEquals", r#""YWJj""#, "abc", true),
        ("BinaryEquals", r#""YWJj""#, "abd", false),
        ("BinaryEquals", r#""Y""#, "abc", false),
    ]);
}

#[test]
fn addresses_and_arns() {
    let arn = "arn:aws:iam::123456789012:user/team/ann";
    check(&[
        ("IpAddress", r#""10.1.2.3""#, "10.1.2.3", true),
        ("IpAddress", r#""10.1.0.9/16""#, "10.1.2.3", true),
        ("IpAddress", r#""10.1.0.0/16""#, "10.2.2.3", false),
        ("IpAddress", r#""0.0.0.0/0""#, "10.2.2.3", true),
        ("IpAddress", r#""0.0.0.0/0""#, "2001:db8::1", false),
        ("IpAddress", r#""2001:db8::/32""#, "2001:db8:1::1", true),
        ("IpAddress", r#""2001:db8::1""#, "2001:db8::2", false),
        ("IpAddress", r#""10.0.0.0/8""#, "::ffff:10.1.2.3", true),
        ("IpAddress", r#""::ffff:10.0.0.0/104""#, "10.1.2.3", true),
        ("IpAddress", r#""10.0.0.0/33""#, "10.0.0.0", false),
        ("NotIpAddress", r#""10.0.0.0/8""#, "11.0.0.1", true),
        ("NotIpAddress", r#""10.0.0.0/8""#, "10.0.0.1", false),
        ("NotIpAddress", r#""10.0.0.0/33""#, "11.0.0.1", false),
        ("NotIpAddress", r#""garbage""#, "11.0.0.1", false),
        ("ArnEquals", r#""arn:aws:iam::123456789012:user/*""#, arn, true),
        ("ArnLike", r#""arn:*:iam::*:user/team/a?n""#, arn, true),
        ("ArnLike", r#""arn:*:user/team/ann""#, arn, false),
        ("ArnLike", r#""arn:aws:iam:*:user/team/ann:x""#, arn, false),
        ("ArnLike", r#""*""#, arn, false),
        ("ArnNotLike", r#""*""#, arn, false),
        ("ArnNotLike", r#""arn:aws:iam::*:user/b*""#, arn, true),
        ("ArnNotEquals", r#""arn:aws:iam::*:user/*""#, arn, false),
        ("ArnEquals", r#""${aws:x}""#, arn, true),
        ("ArnEquals", r#""${aws:x}""#, "ann", false),
        ("ArnEquals", r#""${aws:x}""#, "arn:aws:iam::123456789012", false),
    ]);
}

#[test]
fn a_missing_key_answers_as_the_table_says() {
    let positive = [
        "StringEquals",
        "StringEqualsIgnoreCase",
        "StringLike",
        "NumericEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
        "DateEquals",
        "DateLessThan",
        "DateLessThanEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals",
        "Bool",
        "BinaryEquals",
        "IpAddress",
        "ArnEquals",
        "ArnLike",
    ];
    let negated = [
        "StringNotEquals",
        "StringNotEqualsIgnoreCase",
        "StringNotLike",
        "NumericNotEquals",
        "DateNotEquals",
        "NotIpAddress",
        "ArnNotEquals",
        "ArnNotLike",
    ];
    let names = positive.iter().map(|name| (name, false)).chain(negated.iter().map(|name| (name, true)));
    for (name, is_negated) in names {
        let rows = [
            ("", "", is_negated),
            ("", "IfExists", true),
            ("ForAllValues:", "", true),
            ("ForAllValues:", "IfExists", true),
            ("ForAnyValue:", "", false),
            ("ForAnyValue:", "IfExists", false),
        ];
        for (prefix, suffix, expected) in rows {
            let condition = format!(r#"{{"{prefix}{name}{suffix}":{{"aws:x":"1"}}}}"#);
            assert_eq!(holds(&condition, &[]), expected, "{condition}");
            assert_eq!(holds(&condition, &[("aws:x", &[])]), expected, "{condition}, empty set");
        }
    }
    for (value, missing, there) in [
        (r#""true""#, true, false),
        ("false", false, true),
        (r#""x""#, false, false),
        (r#"["true","false"]"#, true, true),
    ] {
        let condition = format!(r#"{{"Null":{{"aws:x":{value}}}}}"#);
        assert_eq!(holds(&condition, &[]), missing, "{condition}");
        assert_eq!(holds(&condition, &[("aws:x", &["v"])]), there, "{condition}");
    }
}

#[test]
fn sets() {
    let rows: &[(&str, &[&str], bool)] = &[
        ("ForAllValues:StringEquals", &["a", "b"], true),
        ("ForAllValues:StringEquals", &["a", "c"], false),
        ("ForAnyValue:StringEquals", &["a", "c"], true),
        ("ForAnyValue:StringEquals", &["c", "d"], false),
        ("ForAllValues:StringNotEquals", &["c", "d"], true),
        ("ForAllValues:StringNotEquals", &["a", "c"], false),
        ("ForAnyValue:StringNotEquals", &["a", "c"], true),
        ("ForAnyValue:StringNotEquals", &["a", "b"], false),
        ("forallvalues:stringequalsifexists", &["a", "c"], false),
        // Outside IAM's rules: see `Condition::holds`.
        ("StringEquals", &["a", "b"], true),
        ("StringEquals", &["a", "c"], false),
        ("StringNotEquals", &["a", "c"], false),
        ("StringNotEquals", &["c", "d"], true),
    ];
    for (operator, found, expected) in rows {
        let condition = format!(r#"{{"{operator}":{{"aws:TagKeys":["a","b"]}}}}"#);
        assert_eq!(holds(&condition, &[("aws:TagKeys", found)]), *expected, "{condition} {found:?}");
    }
}

#[test]
fn keys_and_operators_are_anded() {
    let both = r#"{"StringEquals":{"aws:a":"1","aws:b":"2"},"StringLike":{"aws:c":"3"}}"#;
    assert!(holds(both, &[("aws:a", &["1"]), ("aws:b", &["2"]), ("aws:c", &["3"])]));
    assert!(!holds(both, &[("aws:a", &["1"]), ("aws:b", &["x"]), ("aws:c", &["3"])]));
    assert!(!holds(both, &[("aws:a", &["1"]), ("aws:b", &["2"])]));
    assert!(holds("{}", &[]));
}

#[test]
fn variables_in_conditions() {
    let rows: &[(&str, &str, Keys<'_>, bool)] = &[
        ("StringEquals", "${aws:b}", &[("aws:x", &["v"]), ("aws:b", &["v"])], true),
        ("StringLike", "${aws:b}-*", &[("aws:x", &["v-1"]), ("aws:b", &["v"])], true),
        ("StringLike", "${aws:b}", &[("aws:x", &["v"]), ("aws:b", &["*"])], false),
        ("StringLike", "${aws:b}", &[("aws:x", &["*"]), ("aws:b", &["*"])], true),
        ("StringLike", "${aws:b}", &[("aws:x", &["v"]), ("aws:b", &["?"])], false),
        ("StringEquals", "${aws:b}", &[("aws:x", &[""])], false),
        ("StringNotEquals", "${aws:b}", &[("aws:x", &["v"])], false),
        ("StringNotEquals", "${aws:b, 'd'}", &[("aws:x", &["v"])], true),
        ("StringEquals", "${aws:b, 'v'}", &[("aws:x", &["v"]), ("aws:b", &["v", "w"])], false),
        ("StringEquals", "${aws:b, 'd'}", &[("aws:x", &["d"])], true),
        ("StringEquals", "${aws:b, 'd'}", &[("aws:x", &["d"]), ("aws:b", &["e"])], false),
        ("StringLike", "${aws:b,'*'}", &[("aws:x", &["v"])], false),
        ("StringEquals", "${aws:b}", &[("aws:x", &["v"]), ("aws:b", &["v", "w"])], false),
        ("StringEqualsIgnoreCase", "${aws:B}", &[("aws:x", &["V"]), ("aws:b", &["v"])], true),
        ("ArnLike", "arn:a:b:c:${aws:b}:e/*", &[("aws:x", &["arn:a:b:c:d:e/f"]), ("aws:b", &["d"])], true),
        ("ArnLike", "arn:a:b:c:${aws:b}:e", &[("aws:x", &["arn:a:b:c:d:e:e"]), ("aws:b", &["d:e"])], false),
        ("NumericEquals", "${aws:b}", &[("aws:x", &["1"]), ("aws:b", &["1"])], false),
    ];
    for (operator, wanted, keys, expected) in rows {
        let condition = format!(r#"{{"{operator}":{{"aws:x":"{wanted}"}}}}"#);
        assert_eq!(holds(&condition, keys), *expected, "{condition} {keys:?}");
    }
}

#[test]
fn typed_facts_and_tags() {
    let mut context = Context::new();
    context.add_time("2026-11-21T08:00:00.5Z".parse().unwrap());
    context.add_source_ip("::ffff:10.0.0.7".parse().unwrap());
    context.add_tags("aws:ResourceTag/", [("Team", "Red"), ("é", "1"), ("dup", "a"), ("DUP", "b")]);
    let rows = [
        (r#"{"DateEquals":{"aws:CurrentTime":"2026-11-21T08:00:00Z"}}"#, true),
        (r#"{"DateGreaterThan":{"aws:EpochTime":1700000000}}"#, true),
        (r#"{"NumericGreaterThan":{"aws:EpochTime":1700000000}}"#, true),
        (r#"{"IpAddress":{"aws:SourceIp":"10.0.0.0/24"}}"#, true),
        (r#"{"StringEquals":{"aws:SourceIp":"10.0.0.7"}}"#, true),
        (r#"{"StringEquals":{"AWS:resourcetag/TEAM":"Red"}}"#, true),
        (r#"{"StringEquals":{"aws:ResourceTag/Team":"red"}}"#, false),
        (r#"{"StringEquals":{"aws:ResourceTag/É":"1"}}"#, true),
        (r#"{"StringEquals":{"aws:ResourceTag/dup":"b"}}"#, false),
        (r#"{"StringEquals":{"aws:ResourceTag/dup":["a","b"]}}"#, true),
        (r#"{"StringNotEquals":{"aws:ResourceTag/dup":"b"}}"#, false),
        (r#"{"StringEquals":{"aws:ResourceTag/dup":"${aws:ResourceTag/dup}"}}"#, false),
    ];
    for (condition, expected) in rows {
        let policy = allow(&format!(r#""Action":"*","Resource":"*","Condition":{condition}"#));
        assert_eq!(allows(&policy, "ivschat:GetRoom", ROOM, &context), expected, "{condition}");
    }
}

/// A room whose tags are `team=red` and `TEAM=blue` is no red room to who may touch red ones, and is a blue room to who
/// may not touch those.
#[test]
fn what_is_ambiguous_opens_nothing() {
    let mut context = Context::new();
    context.add_tags("aws:ResourceTag/", [("team", "red"), ("TEAM", "blue")]);
    let all = allow(r#""Action":"*","Resource":"*""#);
    for (operator, team) in [
        ("StringEquals", "red"),
        ("StringEquals", "blue"),
        ("StringNotEquals", "red"),
        ("StringNotLike", "b*"),
    ] {
        let fields = format!(
            r#""Action":"*","Resource":"*","Condition":{{"{operator}":{{"aws:ResourceTag/Team":"{team}"}}}}"#
        );
        assert!(!allows(&allow(&fields), "ivschat:GetRoom", ROOM, &context), "{operator} {team}");
        let deny = parse(&format!(r#"{{"Statement":{{"Effect":"Deny",{fields}}}}}"#));
        let identity = [("all", &all), ("deny", &deny)].map(|(name, policy)| NamedPolicy { name, policy });
        let set = PolicySet { identity: &identity, boundary: None, session: None };
        let request = Request { action: "ivschat:GetRoom", resource: ROOM, context: &context };
        assert_ne!(evaluate(&set, &request), Verdict::Allowed, "{operator} {team}");
    }
}

#[test]
fn what_stands_for_nothing_lets_deny_and_never_allow() {
    let resource = "arn:aws:ivschat:us-west-2:123456789012:room/${aws:PrincipalTag/room}";
    let open = allow(&format!(r#""Action":"*","NotResource":"{resource}""#));
    assert!(!allows(&open, "ivschat:GetRoom", ROOM, &Context::new()));
    let mut context = Context::new();
    context.add_tags("aws:PrincipalTag/", [("room", "another")]);
    assert!(allows(&open, "ivschat:GetRoom", ROOM, &context));
    let all = allow(r#""Action":"*","Resource":"*""#);
    let differs = r#""Condition":{"StringNotEquals":{"aws:x":"${aws:PrincipalTag/room}"}}"#;
    let deny = parse(&format!(
        r#"{{"Version":"2012-10-17","Statement":{{"Effect":"Deny","Action":"*","Resource":"*",{differs}}}}}"#
    ));
    let identity = [("all", &all), ("deny", &deny)].map(|(name, policy)| NamedPolicy { name, policy });
    let set = PolicySet { identity: &identity, boundary: None, session: None };
    let mut context = Context::new();
    context.add("aws:x", "v");
    let request = Request { action: "ivschat:GetRoom", resource: ROOM, context: &context };
    assert_ne!(evaluate(&set, &request), Verdict::Allowed);
}

/// `str::to_lowercase` would make a final sigma of one and not of the other, and a tag would be two keys at once.
#[test]
fn case_is_folded_one_way_everywhere() {
    let mut context = Context::new();
    context.add_set("aws:TagKeys", ["τιτλος"]);
    context.add_tags("aws:ResourceTag/", [("τιτλος", "1")]);
    for (key, expected) in [("τιτλος", true), ("ΤΙΤΛΟς", true), ("ΤΙΤΛΟΣ", false), ("τιτλοσ", false)]
    {
        for condition in [
            format!(r#"{{"ForAnyValue:StringEqualsIgnoreCase":{{"aws:TagKeys":"{key}"}}}}"#),
            format!(r#"{{"StringEquals":{{"aws:ResourceTag/{key}":"1"}}}}"#),
        ] {
            let policy = allow(&format!(r#""Action":"*","Resource":"*","Condition":{condition}"#));
            assert_eq!(allows(&policy, "ivschat:GetRoom", ROOM, &context), expected, "{condition}");
        }
    }
}
