//! Which rooms a lane does not let wait.

use super::*;
use crate::chat_log::spool::samples::lane;
use std::path::Path;

#[test]
fn rooms_that_must_not_wait_are_told_apart_once_each_and_up_to_a_number() {
    let lane = lane(Path::new("nowhere"), 0);
    let room = |number: usize| Id::parse(&format!("room{number:08}")).unwrap();
    let written = Segment { number: 1, first_record: 0, records: 7, bytes: 100 };
    lane.begin_write(1_000).unwrap_err();
    lane.end_write(Some(written));
    (0..5_000).for_each(|_| lane.flush_room(room(0)));
    assert_eq!(lane.take_flushed_rooms().len(), 1);
    (0..MOST_FLUSHED_ROOMS).for_each(|number| lane.flush_room(room(number)));
    assert_eq!(lane.take_flushed_rooms().len(), MOST_FLUSHED_ROOMS);
    assert!(!lane.must_go(0));
    (0..=MOST_FLUSHED_ROOMS).for_each(|number| lane.flush_room(room(number)));
    assert!(lane.take_flushed_rooms().is_empty());
    assert!(lane.must_go(6) && !lane.must_go(7), "all that is there goes");
}
