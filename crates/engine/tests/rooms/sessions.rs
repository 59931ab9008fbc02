//! One connection's rules.

use crate::stage::{identity, room};
use engine::{Answer, Identity, Moment, Reaction, Refusal, Request, Session, SessionRules};
use model::{Attributes, Capabilities, Capability, Id, Limit, Monotonic, Now, Timestamp, UserId};
use std::sync::Arc;
use wire::ActionKind;

const RULES: SessionRules = SessionRules { requests_per_connection: Limit::AtMost(10) };
const SEND: &str = r#"{"Action":"SEND_MESSAGE","RequestId":"r1","Content":"hi"}"#;

fn at(seconds: u64) -> Moment {
    let monotonic = Monotonic::from_nanos(seconds * 1_000_000_000);
    Moment {
        now: Now { wall: Timestamp::from_second(seconds as i64).unwrap(), monotonic },
        id: Id::from_random(5),
    }
}

fn session(identity: Identity) -> Session {
    Session::new(room(), Arc::new(identity), Monotonic::from_nanos(60_000_000_000))
}

fn refusal(reaction: Reaction) -> (Refusal, String) {
    match reaction {
        Reaction::Refuse(refusal, text) => (refusal, String::from_utf8(text).unwrap()),
        other => panic!("{other:?} is no refusal"),
    }
}

#[test]
fn a_good_request_is_submitted_with_the_sender_s_own_id_for_it() {
    let (reaction, kind) = session(identity("ann")).on_text(SEND, at(1), RULES);
    assert_eq!(kind, Some(ActionKind::SendMessage));
    let Reaction::Submit(submission) = reaction else { panic!("{reaction:?}") };
    assert_eq!(&*submission.request_id, "r1");
    assert!(matches!(submission.request, Request::Message { content, .. } if content == "hi"));
}

#[test]
fn each_action_needs_its_capability() {
    let frames = [
        (Capability::SendMessage, SEND),
        (Capability::DeleteMessage, r#"{"Action":"DELETE_MESSAGE","Id":"AAAAAAAAAAAA"}"#),
        (Capability::DisconnectUser, r#"{"Action":"DISCONNECT_USER","UserId":"bob"}"#),
    ];
    for held in 0..8 {
        let capabilities = Capabilities::from_bits(held);
        for (needed, frame) in frames {
            let user = Identity::new(
                UserId::parse("ann").unwrap(),
                &Attributes::default(),
                capabilities,
                std::net::Ipv4Addr::LOCALHOST.into(),
            );
            let (reaction, _) = session(user).on_text(frame, at(1), RULES);
            if capabilities.allow(needed) {
                assert!(matches!(reaction, Reaction::Submit(_)), "{frame}");
            } else {
                let (refusal, text) = refusal(reaction);
                assert!(matches!(refusal, Refusal::CapabilityMissing(_)));
                assert!(text.contains(r#""ErrorCode":403"#), "{text}");
            }
        }
    }
}

#[test]
fn every_frame_counts_toward_the_connection_s_rate() {
    let mut session = session(identity("ann"));
    for n in 0..10 {
        let reaction = match n % 3 {
            0 => session.on_text(SEND, at(1), RULES).0,
            1 => session.on_text("nonsense", at(1), RULES).0,
            _ => session.on_unreadable(Refusal::Binary, at(1), RULES),
        };
        assert!(!matches!(reaction, Reaction::Refuse(Refusal::ConnectionRate, _)), "{n}");
    }
    let (over, text) = refusal(session.on_text(SEND, at(1), RULES).0);
    assert_eq!(over, Refusal::ConnectionRate);
    assert!(
        text.contains(r#""RequestId":"r1","ErrorCode":429,"ErrorMessage":"rate limit exceeded""#),
        "{text}"
    );
    assert_eq!(
        refusal(session.on_unreadable(Refusal::FrameTooLarge, at(1), RULES)).0,
        Refusal::ConnectionRate
    );
    assert!(matches!(session.on_text(SEND, at(2), RULES).0, Reaction::Submit(_)));
}

#[test]
fn a_refusal_of_the_room_becomes_an_error_for_the_right_request() {
    let session = session(identity("ann"));
    let answer = |result| Answer { id: Id::from_random(5), request_id: "r9".into(), result };
    assert!(matches!(session.on_answer(&answer(Ok(()))), Reaction::Nothing));
    let cases = [
        (Refusal::RoomNotFound, 404),
        (Refusal::DeniedByFallback, 406),
        (Refusal::DeniedByHandler(Some("no".into())), 406),
        (Refusal::RoomRate, 429),
        (Refusal::AccountRate { limit: 1 }, 429),
        (Refusal::ContentTooLong, 400),
        (Refusal::Overloaded, 500),
    ];
    for (why, code) in cases {
        let (_, text) = refusal(session.on_answer(&answer(Err(why))));
        assert!(text.contains(&format!(r#""RequestId":"r9","ErrorCode":{code}"#)), "{text}");
    }
}

#[test]
fn a_session_ends_at_its_time_with_a_401() {
    let session = session(identity("ann"));
    assert!(matches!(session.on_tick(at(59)), Reaction::Nothing));
    let Reaction::End(error, close) = session.on_tick(at(60)) else { panic!("not ended") };
    assert!(String::from_utf8(error).unwrap().contains(r#""ErrorCode":401"#));
    assert_eq!(close.code, 1000);
}
