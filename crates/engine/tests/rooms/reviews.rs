//! Rooms with a review handler: what comes out, in which order, and who is told what.

use crate::stage::{SETTINGS, Stage, event, message, other_room, reviewed, room};
use engine::{Bus as _, Draft, Notice, Refusal, Request, ReviewOutcome};
use model::{Attributes, FallbackResult, Quotas, UserId};
use std::sync::Arc;
use std::time::Duration;

fn stage(fallback: FallbackResult) -> Stage {
    let mut stage = Stage::new(Quotas::unlimited());
    stage.bus.announce(Notice::RoomChanged(room(), reviewed(fallback)));
    stage.join(room(), 1, 0).unwrap();
    stage
}

fn changed(content: &str) -> ReviewOutcome {
    ReviewOutcome::Changed { content: content.into(), attributes: None }
}

#[test]
fn a_message_waits_for_its_review_and_comes_out_as_it_says() {
    let mut stage = stage(FallbackResult::Allow);
    let denied: ReviewOutcome = ReviewOutcome::Denied { reason: Some("no such words".into()) };
    for (outcome, expected) in [
        (ReviewOutcome::Unchanged, Ok("said")),
        (changed("***"), Ok("***")),
        (ReviewOutcome::NoAnswer, Ok("said")),
        (denied, Err("no such words")),
        (ReviewOutcome::Denied { reason: None }, Err("Message rejected by the message review handler")),
    ] {
        let before = stage.said(0).len();
        let answer = stage.ask(message("said"));
        assert!(answer.try_recv().is_err() && stage.said(0).len() == before, "it waits");
        let request = stage.desk.answer(0, outcome.clone());
        assert_eq!((request.draft.content.as_str(), request.under_review), ("said", 1));
        let (answer, said) = (answer.try_recv().unwrap(), stage.said(0));
        match (expected, answer.result) {
            (Ok(content), Ok(())) => {
                assert_eq!(said[before..], [content]);
                let frame = stage.texts(0).pop().unwrap();
                assert!(frame.contains(request.message_id.as_str()), "{frame}");
            }
            (Err(text), Err(refusal)) => {
                assert_eq!((said.len(), refusal.text().as_str()), (before, text));
                assert!(matches!(refusal, Refusal::DeniedByHandler(_)));
            }
            (expected, got) => panic!("{outcome:?}: {expected:?} {got:?}"),
        }
    }
}

#[test]
fn without_an_answer_the_fallback_of_the_moment_of_admission_decides() {
    let mut stage = stage(FallbackResult::Deny);
    let first = stage.ask(message("a"));
    stage.bus.announce(Notice::RoomChanged(room(), reviewed(FallbackResult::Allow)));
    let second = stage.ask(message("b"));
    // A ticket that is lost is one without an answer.
    stage.desk.0.lock().unwrap().clear();
    assert_eq!(first.try_recv().unwrap().result, Err(Refusal::DeniedByFallback));
    assert_eq!((second.try_recv().unwrap().result, stage.said(0)), (Ok(()), vec!["b".to_owned()]));
}

#[test]
fn nothing_overtakes_a_message_under_review_and_other_rooms_do_not_wait() {
    let mut stage = stage(FallbackResult::Allow);
    stage.join(other_room(), 2, 1).unwrap();
    let answers: Vec<_> = ["a", "b", "c"].map(|content| stage.ask(message(content))).into();
    assert_eq!(stage.submit(room(), event("e")), Ok(()));
    stage.desk.answer(1, ReviewOutcome::Unchanged);
    stage.desk.answer(1, ReviewOutcome::Denied { reason: None });
    assert!(stage.said(0).is_empty() && answers.iter().all(|answer| answer.try_recv().is_err()));
    stage.submit(other_room(), message("elsewhere")).unwrap();
    assert_eq!(stage.said(1), ["elsewhere"]);
    stage.desk.answer(0, changed("A"));
    assert_eq!(stage.said(0), ["A", "b", "e"]);
    assert!(answers[2].try_recv().unwrap().result.is_err());
    // The line is empty again: what needs no review comes out at once.
    stage.submit(room(), event("f")).unwrap();
    assert_eq!(stage.said(0).last().unwrap(), "f");
}

#[test]
fn a_handler_that_is_taken_away_reviews_what_it_was_given_and_no_more() {
    let mut stage = stage(FallbackResult::Allow);
    let first = stage.ask(message("a"));
    stage.bus.announce(Notice::RoomChanged(room(), SETTINGS));
    let second = stage.ask(message("b"));
    assert_eq!(stage.desk.waiting(), 1);
    // It was accepted; it stands in line behind the first.
    assert!(second.try_recv().unwrap().result.is_ok() && stage.said(0).is_empty());
    stage.bus.announce(Notice::RoomDeleted(room()));
    stage.desk.answer(0, ReviewOutcome::Unchanged);
    assert_eq!(
        (stage.said(0), first.try_recv().unwrap().result),
        (vec!["a".to_owned(), "b".to_owned()], Ok(()))
    );
    assert_eq!(stage.say("c"), Err(Refusal::RoomNotFound));
}

#[test]
fn events_deletions_and_kicks_are_never_reviewed() {
    let mut stage = stage(FallbackResult::Deny);
    let user_id = UserId::parse("bob").unwrap();
    stage.submit(room(), event("e")).unwrap();
    stage.submit(room(), Request::Disconnect { user_id, reason: None }).unwrap();
    let message_id = model::Id::parse("AAAAAAAAAAAA").unwrap();
    stage.submit(room(), Request::Delete { message_id, reason: None }).unwrap();
    assert_eq!((stage.said(0).len(), stage.desk.waiting()), (3, 0));
}

#[test]
fn a_room_is_kept_while_something_is_under_review_and_a_late_answer_reaches_nobody() {
    let mut stage = stage(FallbackResult::Allow);
    stage.submit(room(), Request::Leave { shard: 0 }).unwrap();
    let answer = stage.ask(message("a"));
    stage.pass(Duration::from_secs(3_600));
    stage.bus.forget_idle_rooms(stage.now.monotonic);
    assert_eq!(stage.bus.rooms_in_use(), 1);
    stage.desk.answer(0, ReviewOutcome::Unchanged);
    assert_eq!(answer.try_recv().unwrap().result, Ok(()));
    stage.bus.forget_idle_rooms(stage.now.monotonic);
    assert_eq!(stage.bus.rooms_in_use(), 0);
    // The bus may be gone before the reviewer.
    let Stage { bus, desk, .. } = {
        stage.ask(message("b"));
        stage
    };
    drop(bus);
    desk.answer(0, ReviewOutcome::Unchanged);
}

#[test]
fn a_line_has_an_end() {
    let mut stage = stage(FallbackResult::Allow);
    let mut fast = reviewed(FallbackResult::Allow);
    fast.maximum_message_rate_per_second = 1_000_000;
    stage.bus.announce(Notice::RoomChanged(room(), fast));
    let answers: Vec<_> = (0..5_000).map(|_| stage.ask(message("a"))).collect();
    let refused = answers
        .iter()
        .filter(|answer| answer.try_recv().is_ok_and(|answer| answer.result == Err(Refusal::Overloaded)));
    assert_eq!((refused.count(), stage.desk.waiting()), (5_000 - 4_096, 4_096));
    assert_eq!(stage.desk.0.lock().unwrap().last().unwrap().0.under_review, 4_096);
}

#[test]
fn who_is_disconnected_says_no_more_than_was_admitted_and_who_comes_later_stays() {
    let mut stage = stage(FallbackResult::Allow);
    let slow = stage.ask(message("slow"));
    let user_id = UserId::parse("ann").unwrap();
    let kick = || Request::Disconnect { user_id: user_id.clone(), reason: None };
    stage.submit(room(), event("e")).unwrap();
    assert_eq!(
        (stage.submit(room(), kick()), stage.said(0)),
        (Ok(()), vec!["aws:DISCONNECT_USER".to_owned()])
    );
    // Ann is back with a new token: nothing that comes to her shard after it disconnects her.
    stage.join(room(), 77, 0).unwrap();
    stage.desk.answer(0, ReviewOutcome::Unchanged);
    assert_eq!(stage.said(0), ["aws:DISCONNECT_USER", "slow", "e"]);
    assert_eq!(slow.try_recv().unwrap().result, Ok(()));
    assert_eq!(stage.positions(0), [1, 2, 3]);
}

#[test]
fn a_full_line_is_in_no_moderator_s_way() {
    let mut stage = stage(FallbackResult::Allow);
    let mut fast = reviewed(FallbackResult::Allow);
    fast.maximum_message_rate_per_second = 1_000_000;
    stage.bus.announce(Notice::RoomChanged(room(), fast));
    (0..4_096).for_each(|_| drop(stage.ask(message("a"))));
    assert_eq!(stage.submit(room(), event("e")), Err(Refusal::Overloaded));
    let user_id = UserId::parse("ann").unwrap();
    assert_eq!(stage.submit(room(), Request::Disconnect { user_id, reason: None }), Ok(()));
}

#[test]
fn what_is_shown_of_a_review_holds_no_words() {
    let mut stage = stage(FallbackResult::Allow);
    let attributes = Attributes::parse([("hush", "hush")], 1024).unwrap();
    let Request::Message { sender, .. } = message("x") else { panic!() };
    let request = Request::Message { sender, content: "hush".into(), attributes: Some(attributes.clone()) };
    drop(stage.ask(request));
    let changed = ReviewOutcome::Changed { content: "hush".into(), attributes: Some(attributes) };
    let denied = ReviewOutcome::Denied { reason: Some("hush".into()) };
    let asked = stage.desk.0.lock().unwrap();
    let draft: &Arc<Draft> = &asked[0].0.draft;
    let shown = format!("{draft:?} {:?} {changed:?} {denied:?}", asked[0]);
    assert!(shown.contains("Draft(***)") && !shown.contains("hush"), "{shown}");
}
