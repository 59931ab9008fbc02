//! Answers, right and wrong.

use super::*;
use engine::Identity;
use model::{Capabilities, UserId};
use proptest::prelude::{ProptestConfig, any, proptest};
use std::net::Ipv4Addr;
use std::sync::Arc;

const MAXIMUM: u32 = 20;

fn draft(pairs: Option<&[(&str, &str)]>) -> Draft {
    let sender = Identity::new(
        UserId::parse("ann").unwrap(),
        &Attributes::default(),
        Capabilities::from_bits(7),
        Ipv4Addr::LOCALHOST.into(),
    );
    let attributes = pairs.map(|pairs| Attributes::parse(pairs.iter().copied(), 1024).unwrap());
    Draft { sender: Arc::new(sender), content: "hello".into(), attributes }
}

fn judge(body: &str) -> Result<ReviewOutcome, AnswerError> {
    parse(body.as_bytes(), &draft(Some(&[("k", "v")])), MAXIMUM)
}

fn changed(content: &str, pairs: Option<&[(&str, &str)]>) -> Result<ReviewOutcome, AnswerError> {
    let attributes = pairs.map(|pairs| Attributes::parse(pairs.iter().copied(), 1024).unwrap());
    Ok(ReviewOutcome::Changed { content: content.into(), attributes })
}

#[test]
fn an_allowed_message_goes_out_as_the_handler_wrote_it() {
    let check = |body: &str, outcome| assert_eq!(judge(body), outcome, "{body}");
    check(
        r#"{"ReviewResult":"ALLOW","Content":"hello","Attributes":{"k":"v"}}"#,
        Ok(ReviewOutcome::Unchanged),
    );
    check(r#"{"ReviewResult":"ALLOW","Content":"hello"}"#, Ok(ReviewOutcome::Unchanged));
    check(
        r#" {"ReviewResult":"ALLOW","Content":"hello","Attributes":null,"x":[1]} "#,
        Ok(ReviewOutcome::Unchanged),
    );
    check(r#"{"ReviewResult":"\u0041LLOW","Content":"h\u0065llo"}"#, Ok(ReviewOutcome::Unchanged));
    check(r#"{"ReviewResult":"ALLOW","Content":"bye"}"#, changed("bye", None));
    check(r#"{"ReviewResult":"ALLOW","Content":"bye","Attributes":{"k":"v"}}"#, changed("bye", None));
    check(r#"{"ReviewResult":"ALLOW","Content":"hello","Attributes":{}}"#, changed("hello", Some(&[])));
    check(
        r#"{"ReviewResult":"ALLOW","Content":"hello","Attributes":{"k":"w"}}"#,
        changed("hello", Some(&[("k", "w")])),
    );
    let longest = "🦀".repeat(20);
    check(&format!(r#"{{"ReviewResult":"ALLOW","Content":"{longest}"}}"#), changed(&longest, None));
}

#[test]
fn no_attributes_and_empty_ones_are_the_same() {
    let body = br#"{"ReviewResult":"ALLOW","Content":"hello","Attributes":{}}"#;
    assert_eq!(parse(body, &draft(None), MAXIMUM), Ok(ReviewOutcome::Unchanged));
}

#[test]
fn a_denial_needs_nothing_but_its_result() {
    let check = |rest: &str, expected: Option<&str>| {
        let body = format!(r#"{{"ReviewResult":"DENY"{rest}}}"#);
        assert_eq!(judge(&body), Ok(ReviewOutcome::Denied { reason: expected.map(Into::into) }), "{rest}");
    };
    check("", None);
    check(r#","Content":"","Attributes":{"Reason":"no \"links\""}"#, Some(r#"no "links""#));
    check(r#","Content":7,"Attributes":{"Reason":"no","x":7}"#, Some("no"));
    check(r#","Attributes":{"Reason":7}"#, None);
    check(r#","Attributes":{"Reason":""}"#, None);
    check(r#","Attributes":["no"]"#, None);
    check(r#","Attributes":null"#, None);
    let long = "é".repeat(600);
    check(&format!(r#","Attributes":{{"Reason":"{long}"}}"#), Some(&"é".repeat(500)));
}

#[test]
fn what_is_no_answer_is_named() {
    let check = |body: &str, error| assert_eq!(judge(body), Err(error), "{body}");
    for body in
        ["", "null", "\"ALLOW\"", r#"["ALLOW","hello",null]"#, "<html></html>", "{", "{}x", "{\"a\":}"]
    {
        check(body, AnswerError::NotAnObject);
    }
    check(r#"{"ReviewResult":"DENY","ReviewResult":"ALLOW","Content":"x"}"#, AnswerError::NotAnObject);
    for result in
        ["", r#""ReviewResult":"allow","#, r#""ReviewResult":true,"#, r#""ReviewResult":["ALLOW"],"#]
    {
        check(&format!(r#"{{{result}"Content":"x"}}"#), AnswerError::ReviewResult);
    }
    check(r#"{"reviewResult":"ALLOW","Content":"x"}"#, AnswerError::ReviewResult);
    let long = format!("\"{}\"", "x".repeat(21));
    for content in ["\"\"", "null", "7", "[\"x\"]", r#""\ud800""#, &long] {
        check(&format!(r#"{{"ReviewResult":"ALLOW","Content":{content}}}"#), AnswerError::Content);
    }
    check(r#"{"ReviewResult":"ALLOW"}"#, AnswerError::Content);
    let heavy = format!(r#"{{"k":"{}"}}"#, "x".repeat(1024));
    for attributes in ["[]", "\"x\"", r#"{"k":7}"#, r#"{"k":null}"#, r#"{"k":{"l":"m"}}"#, &heavy] {
        let body = format!(r#"{{"ReviewResult":"ALLOW","Content":"x","Attributes":{attributes}}}"#);
        check(&body, AnswerError::Attributes);
    }
    let large = format!(r#"{{"ReviewResult":"DENY","x":"{}"}}"#, "x".repeat(MAX_BYTES));
    check(&large, AnswerError::TooLarge);
    check(&format!(r#"{{"ReviewResult":"DENY","x":{}"#, "[".repeat(60_000)), AnswerError::NotAnObject);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_judged_without_a_panic(body in any::<Vec<u8>>()) {
        let _ = parse(&body, &draft(None), MAXIMUM);
    }

    /// Whatever stands in its members, what goes out keeps to the limits.
    #[test]
    fn what_is_taken_keeps_to_the_limits(
        result in "ALLOW|DENY|allow",
        content in any::<String>(),
        key in any::<String>(),
        value in "\\PC{0,1100}",
    ) {
        let body = serde_json::json!({
            "ReviewResult": result, "Content": content, "Attributes": { key: value, "Reason": content },
        });
        match judge(&body.to_string()) {
            Ok(ReviewOutcome::Changed { content, attributes }) => {
                assert!((1..=MAXIMUM as usize).contains(&content.chars().count()));
                let bytes = |all: &Attributes| all.iter().map(|(key, value)| key.len() + value.len()).sum();
                assert!(attributes.as_ref().map_or(0, bytes) <= MESSAGE_ATTRIBUTES_MAX_BYTES);
            }
            Ok(ReviewOutcome::Denied { reason }) => assert!(reason.is_none_or(|text| text.chars().count() <= 500)),
            _ => {}
        }
    }
}
