//! Rooms with a review handler: what comes out, in which order, and who is told what.

use crate::stage::{Desk, SETTINGS, Stage, message, other_room, reviewed, room};
use engine::{Bus as _, Notice, Refusal, Request, ReviewOutcome};
use model::{Attributes, EventName, FallbackResult, Quotas, UserId};
use std::collections::VecDeque;
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

fn event(name: &str) -> Request {
    Request::Event { name: EventName::parse(name).unwrap(), attributes: Attributes::default() }
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

/// A generator that is good enough to shuffle with; the seed is in every failure's message.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// One seeded life of a room: messages and events come, handlers come and go, reviews return in any order or never.
fn live(seed: u64) {
    let mut dice = Dice(seed);
    let mut stage = stage(FallbackResult::Allow);
    let fast = |review: Option<FallbackResult>| {
        let mut settings = review.map_or(SETTINGS, reviewed);
        settings.maximum_message_rate_per_second = 1_000_000;
        settings
    };
    stage.bus.announce(Notice::RoomChanged(room(), fast(Some(FallbackResult::Allow))));
    // What must come out, in this order, as far as it is decided; `None` where a review is out.
    let mut expected: VecDeque<(String, Option<bool>)> = VecDeque::new();
    let mut answers = Vec::new();
    let mut fallbacks = std::collections::HashMap::new();
    let mut now = Some(FallbackResult::Allow);
    for step in 0..400 {
        let name = format!("m{step}");
        match dice.roll(6) {
            0 => {
                now = [None, Some(FallbackResult::Allow), Some(FallbackResult::Deny)][dice.roll(3)];
                stage.bus.announce(Notice::RoomChanged(room(), fast(now)));
            }
            1 => {
                stage.submit(room(), event(&name)).unwrap();
                expected.push_back((name, Some(true)));
            }
            2 | 3 => {
                let answer = stage.ask(message(&name));
                expected.push_back((name.clone(), now.is_none().then_some(true)));
                if let Some(fallback) = now {
                    fallbacks.insert(name.clone(), fallback);
                }
                answers.push((name, answer));
            }
            _ if stage.desk.waiting() == 0 => {}
            _ => hand_in(&stage.desk, &mut dice, &mut expected, &fallbacks),
        }
        stage.pass(Duration::from_millis(1));
    }
    while stage.desk.waiting() > 0 {
        hand_in(&stage.desk, &mut dice, &mut expected, &fallbacks);
    }
    let out: Vec<String> =
        expected.iter().filter(|(_, out)| *out == Some(true)).map(|(name, _)| name.clone()).collect();
    assert_eq!(stage.said(0), out, "seed {seed}");
    for (name, answer) in answers {
        let accepted = expected.iter().any(|(found, out)| *found == name && *out == Some(true));
        let got: Vec<_> = answer.iter().collect();
        assert_eq!(got.len(), 1, "seed {seed}: {name} is answered once");
        assert_eq!(got[0].result.is_ok(), accepted, "seed {seed}: {name}");
    }
    assert!(expected.iter().all(|(_, out)| out.is_some()), "seed {seed}");
}

fn hand_in(
    desk: &Desk,
    dice: &mut Dice,
    expected: &mut VecDeque<(String, Option<bool>)>,
    fallbacks: &std::collections::HashMap<String, FallbackResult>,
) {
    let at = dice.roll(desk.waiting());
    let name = desk.0.lock().unwrap()[at].0.draft.content.clone();
    let (outcome, goes_out) = match dice.roll(3) {
        0 => (ReviewOutcome::Unchanged, true),
        1 => (ReviewOutcome::Denied { reason: None }, false),
        _ => (ReviewOutcome::NoAnswer, fallbacks[&name] == FallbackResult::Allow),
    };
    desk.answer(at, outcome);
    let entry = expected.iter_mut().find(|(found, _)| *found == name).unwrap();
    assert_eq!(entry.1.replace(goes_out), None, "{name} is reviewed once");
}

#[test]
fn in_any_life_of_a_room_nothing_is_lost_doubled_or_out_of_order() {
    for seed in 0..200 {
        live(seed);
    }
}
