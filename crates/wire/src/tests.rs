//! What is read, and to the letter what is written.

use crate::{
    Action, ActionError, ErrorCode, Message, ParsedAction, SystemEvent, error, event, message, sender,
    session_expired, system_event,
};
use model::{Attributes, EventName, Id, Reason, UserId};
use proptest::prelude::{any, proptest};

fn check(text: &str, expected: Result<Action, ActionError>) {
    assert_eq!(ParsedAction::parse(text).action, expected, "{text}");
}

fn send(content: &str, attributes: Option<&[(&str, &str)]>) -> Result<Action, ActionError> {
    let attributes = attributes.map(|pairs| Attributes::parse(pairs.iter().copied(), usize::MAX).unwrap());
    Ok(Action::SendMessage { content: content.into(), attributes })
}

#[test]
fn keys_are_read_in_any_case_and_unknown_ones_passed_over() {
    check(r#"{"Action":"SEND_MESSAGE","Content":"hi"}"#, send("hi", None));
    check(
        r#"{"action":"SEND_MESSAGE","content":"hi","attributes":{"k":"v"}}"#,
        send("hi", Some(&[("k", "v")])),
    );
    check(r#"{"ACTION":"SEND_MESSAGE","CONTENT":"hi","Attributes":null,"x":[{"y":[]}]}"#, send("hi", None));
    check(r#"{"action":"SEND_MESSAGE","content":"a","Content":"b"}"#, send("b", None));
    check(r#"{"Action":"SEND_MESSAGE","Content":"\u00e9\ud83e\udd80"}"#, send("é🦀", None));
    let id = Id::parse("M2YcHkgffEvU").unwrap();
    check(
        r#"{"action":"DELETE_MESSAGE","id":"M2YcHkgffEvU"}"#,
        Ok(Action::DeleteMessage { id, reason: None }),
    );
    let user_id = UserId::parse("u1").unwrap();
    let reason = Some(Reason::parse("spam").unwrap());
    let kick = r#"{"Action":"DISCONNECT_USER","UserId":"u1","Reason":"spam"}"#;
    check(kick, Ok(Action::DisconnectUser { user_id, reason }));
}

#[test]
fn what_is_no_request_is_named() {
    for text in ["", "x", "[]", "null", "\"a\"", "{", "{}x", r#"{"Action":"SEND_MESSAGE",}"#] {
        check(text, Err(ActionError::NotAnObject));
    }
    for text in ["{}", r#"{"Action":null}"#, r#"{"Action":1}"#, r#"{"Action":"send_message","Content":"x"}"#]
    {
        check(text, Err(ActionError::UnknownAction));
    }
    let cases = [
        (r#""SEND_MESSAGE""#, ActionError::Missing("Content")),
        (r#""SEND_MESSAGE","Content":"""#, ActionError::Missing("Content")),
        (r#""SEND_MESSAGE","Content":1"#, ActionError::Invalid("Content")),
        (r#""SEND_MESSAGE","Content":"x","Attributes":[]"#, ActionError::Invalid("Attributes")),
        (r#""SEND_MESSAGE","Content":"x","Attributes":{"k":1}"#, ActionError::Invalid("Attributes")),
        (r#""SEND_MESSAGE","Content":"x","Attributes":{"k":null}"#, ActionError::Invalid("Attributes")),
        (r#""SEND_MESSAGE","Content":"x","RequestId":7"#, ActionError::Invalid("RequestId")),
        (r#""DELETE_MESSAGE""#, ActionError::Missing("Id")),
        (r#""DELETE_MESSAGE","Id":"short""#, ActionError::Invalid("Id")),
        (r#""DISCONNECT_USER","Reason":"x""#, ActionError::Missing("UserId")),
    ];
    for (members, expected) in cases {
        check(&format!(r#"{{"Action":{members}}}"#), Err(expected));
    }
}

#[test]
fn a_field_that_is_too_large_is_413() {
    let big = "x".repeat(1100);
    for (members, name) in [
        (format!(r#""SEND_MESSAGE","Content":"x","Attributes":{{"k":"{big}"}}"#), "Attributes"),
        (format!(r#""SEND_MESSAGE","Content":"x","RequestId":"{big}""#), "RequestId"),
        (format!(r#""DISCONNECT_USER","UserId":"{big}""#), "UserId"),
        (format!(r#""DISCONNECT_USER","UserId":"u","Reason":"{big}""#), "Reason"),
    ] {
        let parsed = ParsedAction::parse(&format!(r#"{{"Action":{members}}}"#));
        assert_eq!(parsed.action, Err(ActionError::TooLarge(name)));
        assert_eq!(parsed.action.unwrap_err().code(), ErrorCode::TooLarge);
    }
}

#[test]
fn a_wrong_request_still_has_its_request_id() {
    let parsed = ParsedAction::parse(r#"{"requestId":"r1","action":"SEND_MESSAGE"}"#);
    assert_eq!(parsed.request_id, "r1");
    assert!(parsed.action.is_err());
}

#[test]
fn a_deep_request_is_refused_and_not_a_stack_overflow() {
    let deep = format!(r#"{{"Action":"SEND_MESSAGE","Content":"x","Attributes":{}1"#, "[".repeat(30_000));
    assert!(ParsedAction::parse(&deep).action.is_err());
    let unknown = format!(
        r#"{{"Action":"SEND_MESSAGE","Content":"x","z":{}{}}}"#,
        "[".repeat(9_999),
        "]".repeat(9_999)
    );
    let _ = ParsedAction::parse(&unknown);
}

fn text(frame: Vec<u8>) -> String {
    String::from_utf8(frame).unwrap()
}

#[test]
fn frames_are_written_as_recorded() {
    let id = Id::parse("M2YcHkgffEvU").unwrap();
    let user_id = UserId::parse("u1").unwrap();
    let at = "2022-12-02T08:21:20.754555595Z".parse().unwrap();
    let name = Attributes::parse([("name", "Ann")], 1024).unwrap();
    let sender = sender(&user_id, &name);
    let frame = |attributes| Message {
        id,
        request_id: "8fe6",
        content: "Hi \"you\"",
        attributes,
        send_time: at,
        sender: &sender,
    };
    assert_eq!(
        text(message(&frame(None))),
        concat!(
            r#"{"Type":"MESSAGE","Id":"M2YcHkgffEvU","RequestId":"8fe6","Attributes":null,"#,
            r#""Content":"Hi \"you\"","SendTime":"2022-12-02T08:21:20.754555595Z","#,
            r#""Sender":{"UserId":"u1","Attributes":{"name":"Ann"}}}"#,
        )
    );
    assert!(text(message(&frame(Some(&name)))).contains(r#""Attributes":{"name":"Ann"},"Content""#));
    assert_eq!(
        text(event(
            id,
            &EventName::parse("app:x").unwrap(),
            &name,
            "2022-12-02T08:21:51.13691272Z".parse().unwrap()
        )),
        concat!(
            r#"{"Type":"EVENT","Id":"M2YcHkgffEvU","RequestId":"","EventName":"app:x","#,
            r#""Attributes":{"name":"Ann"},"SendTime":"2022-12-02T08:21:51.13691272Z"}"#,
        )
    );
    let deleted = SystemEvent::DeleteMessage { message_id: "AAAAAAAAAAAA", reason: "" };
    assert_eq!(
        text(system_event(id, "r", &deleted, at)),
        concat!(
            r#"{"Type":"EVENT","Id":"M2YcHkgffEvU","RequestId":"r","EventName":"aws:DELETE_MESSAGE","#,
            r#""Attributes":{"MessageID":"AAAAAAAAAAAA","MessageId":"AAAAAAAAAAAA","Reason":""},"#,
            r#""SendTime":"2022-12-02T08:21:20.754555595Z"}"#,
        )
    );
    let kicked = SystemEvent::DisconnectUser { user_id: &user_id, reason: "spam" };
    assert!(
        text(system_event(id, "r", &kicked, at)).contains(r#""Attributes":{"UserId":"u1","Reason":"spam"}"#)
    );
    assert_eq!(
        text(error(id, "r", ErrorCode::TooManyRequests, "rate limit exceeded")),
        concat!(
            r#"{"Type":"ERROR","Id":"M2YcHkgffEvU","RequestId":"r","ErrorCode":429,"#,
            r#""ErrorMessage":"rate limit exceeded"}"#,
        )
    );
}

#[test]
fn the_end_of_a_session_fits_into_a_close_frame() {
    let (frame, close) = session_expired(Id::from_random(7));
    assert!(text(frame).contains(r#""ErrorCode":401"#));
    assert!(close.reason.len() <= 123 && close.code == 1000);
}

proptest! {
    #[test]
    fn no_text_makes_the_parser_panic(text in any::<String>()) {
        let _ = ParsedAction::parse(&text);
    }

    #[test]
    fn any_content_and_request_id_arrive_whole(content in "\\PC{1,80}", id in "\\PC{0,40}") {
        let frame = serde_json::json!({"Action": "SEND_MESSAGE", "RequestId": id, "Content": content}).to_string();
        let parsed = ParsedAction::parse(&frame);
        assert_eq!(parsed.request_id, id);
        assert_eq!(parsed.action, Ok(Action::SendMessage { content, attributes: None }));
    }
}
