//! What is taken and what is refused, with the words.

use super::*;

fn refused(json: &str) -> String {
    match Policy::parse(json) {
        Ok(_) => panic!("taken: {json}"),
        Err(error) => error.to_string(),
    }
}

fn statement(fields: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{fields}}}]}}"#)
}

#[test]
fn what_iam_takes_is_taken() {
    for json in [
        r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
        r#"{"Version":"2008-10-17","Id":"x","Statement":[{"Sid":"A1","Effect":"Deny","NotAction":["a:b","c:*"],
            "NotResource":["arn:*:s3:::b/*"],"Condition":{"Bool":{"aws:SecureTransport":true}}}]}"#,
        &statement(
            r#""Sid":"","Action":"*:*","Resource":"arn:aws:ivschat:*:*:room/${aws:username, 'x:y}'}${*}""#,
        ),
        &statement(r#""Action":"*","Resource":"*","Condition":{"NumericEquals":{"aws:x":[1,"2",true]}}"#),
    ] {
        parse(json);
    }
}

#[test]
fn the_document_is_refused_with_a_path() {
    let rest = r#""Action":"*","Resource":"*""#;
    let rows = [
        ("{}".to_owned(), "missing Statement"),
        ("[]".to_owned(), "expected an object"),
        (r#"{"Statement":[]}"#.to_owned(), "Statement: an empty list"),
        (r#"{"Statement":3}"#.to_owned(), "Statement: expected an object"),
        (r#"{"Statment":[]}"#.to_owned(), r#"Statment: unknown field; did you mean "Statement"?"#),
        (
            r#"{"Version":"2012-10-18","Statement":[]}"#.to_owned(),
            "Version: unknown version; 2012-10-17 and 2008-10-17 are known",
        ),
        (r#"{"Id":1,"Statement":[]}"#.to_owned(), "Id: expected a string"),
        (r#"{"Id":"a","Id":"a","Statement":[]}"#.to_owned(), "Id: stands twice"),
        (statement(r#""Resource":"*""#), "Statement[0]: missing Action"),
        (statement(r#""Action":"*""#), "Statement[0]: missing Resource"),
        (
            statement(&format!(r#""NotAction":"*",{rest}"#)),
            "Statement[0]: both Action and NotAction; only one may stand here",
        ),
        (
            statement(&format!(r#"{rest},"Principal":"*""#)),
            "Statement[0].Principal: not allowed here: the principal is whoever the policy is attached to",
        ),
        (statement(&format!(r#"{rest},"Sid":"a b""#)), "Statement[0].Sid: a Sid has letters and digits only"),
        (statement(&format!(r#"{rest},"Effect":"Deny""#)), "Statement[0].Effect: stands twice"),
        (statement(r#""Action":[],"Resource":"*""#), "Statement[0].Action: an empty list"),
        (statement(r#""Action":["a:b",null],"Resource":"*""#), "Statement[0].Action[1]: expected a string"),
        (
            r#"{"Statement":{"Effect":"allow","Action":"*","Resource":"*"}}"#.to_owned(),
            "Statement.Effect: unknown effect; Allow and Deny are known, written so",
        ),
        (
            format!(
                r#"{{"Statement":[{{"Sid":"A","Effect":"Deny",{rest}}},{{"Sid":"A","Effect":"Deny",{rest}}}]}}"#
            ),
            "Statement[1].Sid: stands twice",
        ),
    ];
    for (json, expected) in rows {
        assert_eq!(refused(&json), expected, "{json}");
    }
    assert!(refused("{} x").contains("line 1 column 4"));
    assert!(refused(&("[".repeat(9) + &"]".repeat(9))).contains("nested too deep"));
    assert!(refused(&"[".repeat(60_000)).contains("nested too deep"));
    assert_eq!(refused(&" ".repeat(Policy::MAX_BYTES + 1)), "65537 bytes; at most 65536 are taken");
}

#[test]
fn actions_resources_and_variables_are_refused() {
    for action in ["", "GetRoom", "ivschat:", ":x", "iv schat:x", "a:b:c", "**", "a:${aws:username}"] {
        let json = statement(&format!(r#""Action":"{action}","Resource":"*""#));
        assert!(refused(&json).starts_with("Statement[0].Action: not an action"), "{action}");
    }
    let arn = "not a resource";
    for (resource, expected) in [
        ("", arn),
        ("**", arn),
        ("room/x", arn),
        ("arn:aws:ivschat:*", arn),
        ("arn:aws:ivschat:a:b:", arn),
        ("arn::ivschat:a:b:c", arn),
        ("Arn:aws:ivschat:a:b:c", arn),
        ("*:*:*:*:*:*", arn),
        ("${aws:x}", arn),
        ("arn:aws:ivschat:${aws:x}:b:c", "a variable may stand only after"),
        ("arn:aws:ivschat:a:b:${aws:x", "bad variable"),
        ("arn:aws:ivschat:a:b:${}", "bad variable"),
        ("arn:aws:ivschat:a:b:${username}", "bad variable"),
        ("arn:aws:ivschat:a:b:${aws:x, d}", "bad variable"),
        ("arn:aws:ivschat:a:b:${aws:x, 'd}", "bad variable"),
        ("arn:aws:ivschat:a:b:${aws:${aws:x}}", "bad variable"),
    ] {
        let error = refused(&statement(&format!(r#""Action":"*","Resource":["*","{resource}"]"#)));
        assert!(error.starts_with(&format!("Statement[0].Resource[1]: {expected}")), "{resource}: {error}");
    }
}

#[test]
fn conditions_are_refused_with_a_path() {
    for (condition, expected) in [
        (r#"{"StringLik":{}}"#, r#"StringLik: unknown operator; did you mean "StringLike"?"#),
        (
            r#"{"ForAllValue:StringLike":{}}"#,
            r#"ForAllValue:StringLike: unknown operator; did you mean "ForAllValues:StringLike"?"#,
        ),
        (r#"{"Frobnicate":{}}"#, "Frobnicate: unknown operator"),
        (
            r#"{"ForAnyValue:Null":{}}"#,
            r#"ForAnyValue:Null: unknown operator; did you mean "ForAnyValue:Bool"?"#,
        ),
        (r#"{"Bool":{"aws:a":true},"bool":{"aws:a":true}}"#, "bool: stands twice"),
        (r#"{"Bool":{"aws:a":true,"aws:A":true}}"#, "Bool.aws:A: stands twice"),
        (r#"{"Bool":{"a":true}}"#, "Bool.a: not a condition key; one is written like aws:username"),
        (r#"{"Bool":{"aws:a":[true,{}]}}"#, "Bool.aws:a[1]: expected a string, a number or a boolean"),
        (r#"{"Bool":{"aws:a":[]}}"#, "Bool.aws:a: an empty list"),
        (r#"{"Bool":[]}"#, "Bool: expected an object"),
    ] {
        let error = refused(&statement(&format!(r#""Action":"*","Resource":"*","Condition":{condition}"#)));
        assert_eq!(error, format!("Statement[0].Condition.{expected}"), "{condition}");
    }
    let json = statement(r#""Action":"*","Resource":"*","Condition":{"StringLike":{"aws:a":"${x"}}"#);
    assert!(refused(&json).starts_with("Statement[0].Condition.StringLike.aws:a: bad variable"));
}
