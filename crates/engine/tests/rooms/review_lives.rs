//! Seeded lives of two rooms under review: messages, events and kicks come, handlers come and go, reviews return in any
//! order or never.

use crate::stage::{SETTINGS, Stage, event, message, other_room, reviewed, room};
use engine::{Answer, Bus as _, Notice, Request, ReviewOutcome, RoomSettings};
use model::{FallbackResult, Quotas, RoomKey, UserId};
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::mpsc::Receiver;
use std::time::Duration;

const KICK: &str = "aws:DISCONNECT_USER";

/// A generator that is good enough to shuffle with; the seed is in every failure's message.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// A room as it should be; shard 0 watches the first, shard 1 the other.
struct Expected {
    key: RoomKey,
    handler: Option<FallbackResult>,
    /// What was admitted and is not out, and whether it will come out; `None` while its review is out.
    line: VecDeque<(String, Option<bool>)>,
    /// What came out.
    out: Vec<String>,
    fallbacks: HashMap<String, FallbackResult>,
    answers: Vec<(String, Receiver<Answer>)>,
}

impl Expected {
    fn new(key: RoomKey) -> Self {
        let handler = Some(FallbackResult::Allow);
        let (line, out, fallbacks, answers) = (VecDeque::new(), Vec::new(), HashMap::new(), Vec::new());
        Self { key, handler, line, out, fallbacks, answers }
    }

    /// All that waits for nothing comes out.
    fn settle(&mut self) {
        while let Some((_, Some(_))) = self.line.front() {
            let (name, goes_out) = self.line.pop_front().unwrap();
            self.out.extend(goes_out.unwrap().then_some(name));
        }
    }
}

fn fast(review: Option<FallbackResult>) -> RoomSettings {
    RoomSettings { maximum_message_rate_per_second: 1_000_000, ..review.map_or(SETTINGS, reviewed) }
}

fn two_rooms() -> (Stage, [Expected; 2]) {
    let mut stage = Stage::new(Quotas::unlimited());
    for (shard, key) in [room(), other_room()].into_iter().enumerate() {
        stage.bus.announce(Notice::RoomChanged(key, fast(Some(FallbackResult::Allow))));
        stage.join(key, shard as u128 + 1, shard).unwrap();
    }
    (stage, [Expected::new(room()), Expected::new(other_room())])
}

fn step(stage: &mut Stage, dice: &mut Dice, rooms: &mut [Expected; 2], name: String) {
    let one = &mut rooms[dice.roll(2)];
    match dice.roll(7) {
        0 => {
            one.handler = [None, Some(FallbackResult::Allow), Some(FallbackResult::Deny)][dice.roll(3)];
            stage.bus.announce(Notice::RoomChanged(one.key, fast(one.handler)));
        }
        1 => {
            stage.submit(one.key, event(&name)).unwrap();
            one.line.push_back((name, Some(true)));
        }
        2 => {
            let user_id = UserId::parse("bob").unwrap();
            stage.submit(one.key, Request::Disconnect { user_id, reason: None }).unwrap();
            one.out.push(KICK.to_owned());
        }
        3 | 4 => {
            one.answers.push((name.clone(), stage.ask_in(one.key, message(&name))));
            one.line.push_back((name.clone(), one.handler.is_none().then_some(true)));
            one.fallbacks.extend(one.handler.map(|fallback| (name, fallback)));
        }
        _ => hand_in(stage, dice, rooms),
    }
}

fn hand_in(stage: &Stage, dice: &mut Dice, rooms: &mut [Expected; 2]) {
    if stage.desk.waiting() == 0 {
        return;
    }
    let at = dice.roll(stage.desk.waiting());
    let (key, name) = {
        let asked = &stage.desk.0.lock().unwrap()[at].0;
        (asked.room, asked.draft.content.clone())
    };
    let one = rooms.iter_mut().find(|one| one.key == key).unwrap();
    let (outcome, goes_out) = match dice.roll(3) {
        0 => (ReviewOutcome::Unchanged, true),
        1 => (ReviewOutcome::Denied { reason: None }, false),
        _ => (ReviewOutcome::NoAnswer, one.fallbacks[&name] == FallbackResult::Allow),
    };
    stage.desk.answer(at, outcome);
    let entry = one.line.iter_mut().find(|(found, _)| *found == name).unwrap();
    assert_eq!(entry.1.replace(goes_out), None, "{name} is reviewed once");
}

/// What is to be out is out, in this very turn, whatever the other room waits for.
fn check(stage: &Stage, rooms: &mut [Expected; 2], seed: u64) {
    for (shard, one) in rooms.iter_mut().enumerate() {
        one.settle();
        let delivered = stage.shards[shard].delivered.lock().unwrap().len();
        assert_eq!(delivered, one.out.len(), "seed {seed}, room {shard}");
    }
}

fn live(seed: u64) {
    let mut dice = Dice(seed);
    let (mut stage, mut rooms) = two_rooms();
    for number in 0..400 {
        step(&mut stage, &mut dice, &mut rooms, format!("m{number}"));
        check(&stage, &mut rooms, seed);
        stage.pass(Duration::from_millis(1));
    }
    while stage.desk.waiting() > 0 {
        hand_in(&stage, &mut dice, &mut rooms);
        check(&stage, &mut rooms, seed);
    }
    for (shard, one) in rooms.iter().enumerate() {
        assert_eq!(stage.said(shard), one.out, "seed {seed}");
        assert!(one.line.is_empty(), "seed {seed}");
        assert!(stage.positions(shard).is_sorted_by(|a, b| a < b), "seed {seed}");
        for (name, answer) in &one.answers {
            let got: Vec<_> = answer.try_iter().collect();
            assert_eq!(got.len(), 1, "seed {seed}: {name} is answered once");
            assert_eq!(got[0].result.is_ok(), one.out.contains(name), "seed {seed}: {name}");
        }
    }
}

#[test]
fn in_any_life_of_two_rooms_nothing_is_lost_doubled_late_or_out_of_order() {
    for seed in 0..200 {
        live(seed);
    }
}

#[test]
fn answers_from_many_threads_change_no_order() {
    let (mut stage, _) = two_rooms();
    let keys = [room(), other_room()];
    let answers: Vec<_> =
        (0..1_000).map(|number| stage.ask_in(keys[number % 2], message(&format!("m{number}")))).collect();
    let mut tickets = std::mem::take(&mut *stage.desk.0.lock().unwrap());
    let mut dice = Dice(7);
    for last in (1..tickets.len()).rev() {
        tickets.swap(last, dice.roll(last + 1));
    }
    let mut hands: [Vec<_>; 4] = Default::default();
    for (number, ticket) in tickets.into_iter().enumerate() {
        hands[number % 4].push(ticket);
    }
    std::thread::scope(|scope| {
        for hand in hands {
            scope.spawn(move || {
                for (request, ticket) in hand {
                    let number: usize = request.draft.content[1..].parse().unwrap();
                    match number % 5 {
                        0 => ticket.answer(ReviewOutcome::Denied { reason: None }),
                        1 => drop(ticket),
                        _ => ticket.answer(ReviewOutcome::Unchanged),
                    }
                }
            });
        }
    });
    for (shard, key) in keys.into_iter().enumerate() {
        let numbers = (0..1_000).filter(|number| keys[number % 2] == key && number % 5 != 0);
        let expected: Vec<String> = numbers.map(|number| format!("m{number}")).collect();
        assert_eq!(stage.said(shard), expected);
    }
    let told: HashSet<_> = answers.iter().map(|answer| answer.try_iter().count()).collect();
    assert_eq!(told, HashSet::from([1]));
}
