//! Which key seals, which open, and when the next is due.

use super::{KeyRing, Rotation, TokenKey};
use crate::cipher::SealingKey;
use jiff::SignedDuration;
use model::Timestamp;

fn at_hour(hours: i64) -> Timestamp {
    "2026-11-21T00:00:00Z".parse::<Timestamp>().unwrap() + SignedDuration::from_hours(hours)
}

fn key(id: u32, made_at_hour: i64) -> TokenKey {
    TokenKey::new(id, SealingKey::from_random([7; 32]), at_hour(made_at_hour))
}

#[test]
fn the_newest_seals_and_the_unexpired_open() {
    let ring = KeyRing::new(vec![key(1, 0), key(3, 47), key(2, 24)]);
    let sealing = |hour| ring.sealing_key(at_hour(hour)).map(TokenKey::id);
    let opening = |hour| [1, 2, 3, 4].map(|id| ring.opening_key(id, at_hour(hour)).is_some());
    assert_eq!((sealing(47), opening(47)), (Some(3), [true, true, true, false]));
    assert_eq!((sealing(48), opening(48)), (Some(3), [false, true, true, false]));
    assert_eq!((sealing(94), opening(94)), (Some(3), [false, false, true, false]));
    assert_eq!((sealing(95), opening(95)), (None, [false; 4]));
}

#[test]
fn a_day_after_the_last_key_the_next_is_due() {
    let check = |keys: Vec<TokenKey>, hour, is_key_due, expired: &[u32]| {
        let expected = Rotation { is_key_due, expired: expired.to_vec() };
        assert_eq!(
            KeyRing::new(keys).rotation(at_hour(hour), SignedDuration::from_hours(24)),
            expected,
            "{hour}"
        );
    };
    check(vec![], 0, true, &[]);
    check(vec![key(1, 0)], 23, false, &[]);
    check(vec![key(1, 0)], 24, true, &[]);
    check(vec![key(1, 0), key(2, 24)], 47, false, &[]);
    check(vec![key(1, 0), key(2, 24)], 48, true, &[1]);
    check(vec![key(1, 0), key(2, 24), key(3, 48)], 48, false, &[1]);
    check(vec![key(1, 0), key(2, 24)], 100, true, &[2, 1]);
    // A clock that was set back makes no new keys.
    check(vec![key(1, 10)], 0, false, &[]);
}

#[test]
fn a_key_that_rotated_opens_for_longer_than_a_token_lives() {
    let overlap = TokenKey::LIFETIME - TokenKey::ROTATE_AFTER;
    assert!(overlap > crate::TOKEN_LIFETIME * 60);
}

#[test]
fn the_shorter_pace_counts_the_key_s_own_or_the_one_configured_now() {
    let check = |own_hours, hours_now, due_at_hour| {
        let key = TokenKey::new(1, SealingKey::from_random([7; 32]), at_hour(0));
        let ring = KeyRing::new(vec![key.rotating_after(SignedDuration::from_hours(own_hours))]);
        let is_due = |hour| ring.rotation(at_hour(hour), SignedDuration::from_hours(hours_now)).is_key_due;
        assert_eq!((is_due(due_at_hour - 1), is_due(due_at_hour)), (false, true), "{own_hours} {hours_now}");
        assert!(ring.opening_key(1, at_hour(2 * own_hours - 1)).is_some());
        assert!(ring.opening_key(1, at_hour(2 * own_hours)).is_none());
    };
    check(1, 1, 1);
    check(8760, 8760, 8760);
    check(8760, 2, 2);
    check(2, 8760, 2);
}
