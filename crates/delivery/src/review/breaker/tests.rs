//! The breaker, moved by hand.

use super::*;

fn at(milliseconds: u64) -> Monotonic {
    Monotonic::from_nanos(milliseconds * 1_000_000)
}

fn fail(breaker: &mut Breaker, now: Monotonic) -> Option<Change> {
    let pass = breaker.pass(now).unwrap();
    breaker.failed(pass, now, 1_000)
}

fn succeed(breaker: &mut Breaker, now: Monotonic) -> Option<Change> {
    let pass = breaker.pass(now).unwrap();
    breaker.succeeded(pass, now)
}

fn opened() -> Breaker {
    let mut breaker = Breaker::default();
    for _ in 0..4 {
        assert_eq!(fail(&mut breaker, at(0)), None);
    }
    assert_eq!(fail(&mut breaker, at(0)), Some(Change::Opened(Duration::from_secs(1))));
    breaker
}

#[test]
fn five_failures_in_a_row_open_it_and_one_success_breaks_the_row() {
    let mut breaker = Breaker::default();
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(fail(&mut breaker, at(0)), None);
        }
        for _ in 0..2 {
            assert_eq!(succeed(&mut breaker, at(11_000)), None);
        }
    }
    assert_eq!(opened().state(), BreakerState::Open);
}

#[test]
fn half_of_twenty_calls_within_a_window_open_it() {
    let alternate = |apart: u64| {
        let mut breaker = Breaker::default();
        (0..40).find(|call| {
            let now = at(call * apart);
            let change = if call % 2 == 0 { succeed(&mut breaker, now) } else { fail(&mut breaker, now) };
            change.is_some()
        })
    };
    assert_eq!(alternate(10), Some(19), "the twentieth call");
    assert_eq!(alternate(1_000), None, "ten seconds hold ten calls only");
}

#[test]
fn one_probe_goes_after_the_back_off_and_closes_or_opens() {
    let mut breaker = opened();
    assert_eq!(breaker.pass(at(999)), None);
    let probe = breaker.pass(at(1_000)).unwrap();
    assert_eq!(breaker.state(), BreakerState::HalfOpen);
    assert_eq!(breaker.pass(at(1_001)), None, "one probe at a time");
    assert_eq!(breaker.failed(probe, at(1_001), 1_000), Some(Change::Opened(Duration::from_secs(2))));
    assert_eq!(breaker.pass(at(3_000)), None);
    assert_eq!(succeed(&mut breaker, at(3_001)), Some(Change::Closed));
    assert_eq!(breaker.state(), BreakerState::Closed);
    assert_eq!(fail(&mut breaker, at(3_002)), None, "it counts from the beginning");
}

#[test]
fn a_probe_that_says_nothing_makes_room_for_the_next() {
    let mut breaker = opened();
    let probe = breaker.pass(at(1_000)).unwrap();
    assert_eq!(breaker.returned(probe, at(1_001)), None);
    assert_eq!(breaker.state(), BreakerState::Open);
    assert_eq!(succeed(&mut breaker, at(1_001)), Some(Change::Closed));
    let pass = breaker.pass(at(1_002)).unwrap();
    assert_eq!((breaker.returned(pass, at(1_002)), breaker.state()), (None, BreakerState::Closed));
}

#[test]
fn a_lost_probe_is_replaced() {
    let mut breaker = opened();
    breaker.pass(at(1_000)).unwrap();
    assert_eq!(breaker.pass(at(15_999)), None);
    assert!(breaker.pass(at(16_000)).is_some());
}

#[test]
fn the_back_off_doubles_to_thirty_seconds_and_half_of_it_is_drawn() {
    let check = |openings, random, milliseconds| {
        assert_eq!(back_off(openings, random), Duration::from_millis(milliseconds), "{openings} {random}");
    };
    check(0, 0, 500);
    check(0, 1_000, 1_000);
    check(1, 500, 1_500);
    check(4, 1_000, 16_000);
    check(5, 1_000, 30_000);
    check(5, 0, 15_000);
    check(u32::MAX, u128::MAX, back_off(9, u128::MAX).as_millis() as u64);
}

#[test]
fn what_was_asked_before_it_turned_does_not_count_after() {
    let mut breaker = Breaker::default();
    let early: Vec<Pass> = (0..10).map(|_| breaker.pass(at(0)).unwrap()).collect();
    for _ in 0..5 {
        fail(&mut breaker, at(0));
    }
    assert_eq!(breaker.failed(early[0], at(1), 0), None, "it is open already");
    assert_eq!(breaker.succeeded(early[1], at(1)), None, "one that hung does not close it");
    assert_eq!(succeed(&mut breaker, at(1_000)), Some(Change::Closed));
    for pass in &early[2..] {
        assert_eq!(breaker.failed(*pass, at(1_001), 0), None);
    }
    assert_eq!(breaker.state(), BreakerState::Closed);
}
