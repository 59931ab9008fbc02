//! What the chat log is given: all that was delivered, in the room's order, for the configurations of that moment.

use crate::stage::{SETTINGS, Stage, message, reviewed, room};
use engine::{Bus as _, Notice, Request, ReviewOutcome, RoomSettings};
use model::{Attributes, EventName, FallbackResult, Id, Quotas, UserId};
use std::time::Duration;

fn configuration(letter: char) -> Id {
    Id::parse(&letter.to_string().repeat(12)).unwrap()
}

fn logged(to: &[char], settings: RoomSettings) -> Notice {
    let ids: Vec<Id> = to.iter().copied().map(configuration).collect();
    Notice::RoomChanged(room(), RoomSettings { logging: Some(ids.into()), ..settings })
}

/// Each text with the first letters of the configurations that it is kept for.
fn kept(stage: &Stage) -> Vec<(String, String)> {
    let archive = stage.archive.0.lock().unwrap();
    let kept = archive.iter().map(|(publication, to)| {
        let text: serde_json::Value = serde_json::from_slice(publication.text()).unwrap();
        let said = text["Content"].as_str().or(text["EventName"].as_str()).unwrap().to_owned();
        assert_eq!(text["SendTime"], publication.sent_at.to_string(), "the time is the one that clients see");
        (said, to.iter().map(|id| &id.as_str()[..1]).collect())
    });
    kept.collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(said, to)| ((*said).to_owned(), (*to).to_owned())).collect()
}

#[test]
fn everything_that_is_delivered_is_kept_and_what_is_refused_is_not() {
    let mut stage = Stage::new(Quotas::unlimited());
    stage.say("before").unwrap();
    stage.bus.announce(logged(&['A', 'B'], SETTINGS));
    stage.say("to two").unwrap();
    assert!(stage.say("this text has too many characters").is_err());
    stage.bus.announce(logged(&['C'], SETTINGS));
    let event = Request::Event { name: EventName::parse("goal").unwrap(), attributes: Attributes::default() };
    stage.submit(room(), event).unwrap();
    stage.submit(room(), Request::Delete { message_id: configuration('M'), reason: None }).unwrap();
    let user_id = UserId::parse("ann").unwrap();
    stage.submit(room(), Request::Disconnect { user_id, reason: None }).unwrap();
    stage.bus.announce(Notice::RoomChanged(room(), SETTINGS));
    stage.say("after").unwrap();
    let expected =
        [("to two", "AB"), ("goal", "C"), ("aws:DELETE_MESSAGE", "C"), ("aws:DISCONNECT_USER", "C")];
    assert_eq!(kept(&stage), pairs(&expected), "also without a viewer");
}

#[test]
fn a_reviewed_room_keeps_what_came_out_in_the_order_in_which_it_did() {
    let mut stage = Stage::new(Quotas::unlimited());
    stage.bus.announce(logged(&['A'], reviewed(FallbackResult::Deny)));
    stage.join(room(), 1, 0).unwrap();
    let answers = ["first", "second", "third", "fourth"].map(|content| stage.ask(message(content)));
    stage.pass(Duration::from_millis(10));
    let event = Request::Event { name: EventName::parse("goal").unwrap(), attributes: Attributes::default() };
    stage.submit(room(), event).unwrap();
    // The last is reviewed first; one is denied, one is changed.
    stage.desk.answer(3, ReviewOutcome::Unchanged);
    stage.desk.answer(1, ReviewOutcome::Denied { reason: None });
    assert_eq!(kept(&stage), [], "nothing has come out");
    stage.bus.announce(logged(&['B'], reviewed(FallbackResult::Deny)));
    stage.desk.answer(0, ReviewOutcome::Changed { content: "1st".into(), attributes: None });
    stage.desk.answer(0, ReviewOutcome::Unchanged);
    let expected = [("1st", "B"), ("third", "B"), ("fourth", "B"), ("goal", "B")];
    assert_eq!(kept(&stage), pairs(&expected));
    assert_eq!(stage.said(0), ["1st", "third", "fourth", "goal"]);
    drop(answers);
    let archive = stage.archive.0.lock().unwrap();
    assert!(archive.windows(2).all(|pair| pair[0].0.position < pair[1].0.position));
}
