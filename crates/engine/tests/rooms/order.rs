//! One order per room, whoever submits from wherever.

use crate::stage::{Stage, message, room};
use engine::{AnswerTo, Bus, Submission};
use model::{Id, Quotas};
use std::sync::Arc;

#[test]
fn all_shards_see_one_order_without_gaps_while_many_threads_submit() {
    let mut stage = Stage::new(Quotas::unlimited());
    stage.bus.announce(engine::Notice::RoomChanged(
        room(),
        engine::RoomSettings { maximum_message_rate_per_second: 1_000_000, ..crate::stage::SETTINGS },
    ));
    stage.join(room(), 1, 0).unwrap();
    stage.join(room(), 2, 1).unwrap();
    let stage = Arc::new(stage);
    std::thread::scope(|scope| {
        for thread in 0..4u128 {
            let stage = Arc::clone(&stage);
            scope.spawn(move || {
                for n in 0..250u128 {
                    let id = Id::from_random(thread * 1_000 + n);
                    let request = message(&format!("{thread}:{n}"));
                    let submission = Submission { id, request_id: Box::default(), request };
                    stage.bus.submit(room(), submission, AnswerTo::Nobody, stage.now);
                }
            });
        }
    });
    let seen = |shard: usize| -> Vec<_> {
        stage.shards[shard].delivered.lock().unwrap().iter().map(|p| (p.position, p.frame.to_vec())).collect()
    };
    let order = seen(0);
    assert_eq!(order, seen(1));
    assert_eq!(order.len(), 1_000);
    for (index, (position, _)) in order.iter().enumerate() {
        assert_eq!(position.seq, index as u64 + 1, "no gap, no repeat");
    }
    for thread in 0..4 {
        let of_thread = |text: &str| {
            let content = text.split(r#""Content":""#).nth(1)?.split('"').next()?.split_once(':')?;
            (content.0 == thread.to_string()).then(|| content.1.parse::<u32>().unwrap())
        };
        let own: Vec<u32> =
            order.iter().filter_map(|(_, text)| of_thread(std::str::from_utf8(text).unwrap())).collect();
        assert_eq!(own, (0..250).collect::<Vec<_>>(), "each submitter's own order stands");
    }
}

#[test]
fn a_room_that_was_forgotten_takes_a_new_epoch() {
    let mut stage = Stage::new(Quotas::aws());
    stage.join(room(), 1, 0).unwrap();
    stage.say("a").unwrap();
    stage.submit(room(), engine::Request::Leave { shard: 0 }).unwrap();
    stage.pass(std::time::Duration::from_secs(121));
    stage.bus.forget_idle_rooms(stage.now.monotonic);
    stage.join(room(), 2, 0).unwrap();
    stage.say("b").unwrap();
    let delivered = stage.shards[0].delivered.lock().unwrap();
    assert!(delivered[1].position.epoch > delivered[0].position.epoch);
    assert!(delivered[1].position > delivered[0].position);
}
