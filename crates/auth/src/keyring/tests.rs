//! Which key seals, which open, when the next is due, and what wrapping protects.

use super::{KeyRing, MasterKey, MasterKeyError, Rotation, TokenKey, UnwrapError};
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

const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F";

#[test]
fn a_master_key_is_32_bytes_in_hex_or_base64() {
    let token_key = key(5, 0);
    let wrapped = MasterKey::parse(HEX).unwrap().wrap(&token_key, [1; 12]).unwrap();
    let same = [
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8\n",
        &HEX.to_ascii_lowercase(),
    ];
    for text in same {
        let unwrapped = MasterKey::parse(text).unwrap().unwrap(5, &wrapped).unwrap();
        assert_eq!(unwrapped.bytes(), token_key.key().bytes(), "{text}");
    }
    assert!(MasterKey::parse("__8CAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8").is_ok());
    assert!(MasterKey::parse("//8CAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").is_ok());
    let zeros = "0".repeat(64);
    let wrong = [
        "",
        "password",
        &HEX[1..],
        &HEX[2..],
        &format!("{HEX}00"),
        &zeros,
        &"é".repeat(32),
        &HEX.replace('0', "g"),
    ];
    for text in wrong {
        assert_eq!(MasterKey::parse(text).unwrap_err(), MasterKeyError, "{text}");
    }
    assert_eq!(format!("{:?}", MasterKey::parse(HEX).unwrap()), "MasterKey(***)");
}

#[test]
fn a_wrapped_key_opens_under_its_master_key_and_id_only() {
    let master = MasterKey::parse(HEX).unwrap();
    let wrapped = master.wrap(&key(5, 0), [1; 12]).unwrap();
    assert!(!wrapped.windows(4).any(|window| window == [7; 4]));
    assert_eq!(master.unwrap(6, &wrapped).unwrap_err(), UnwrapError);
    let other = MasterKey::parse(&HEX.replace("0a", "0b")).unwrap();
    assert_eq!(other.unwrap(5, &wrapped).unwrap_err(), UnwrapError);
    for index in 0..wrapped.len() {
        let mut changed = wrapped.clone();
        changed[index] ^= 1;
        assert_eq!(master.unwrap(5, &changed).unwrap_err(), UnwrapError, "{index}");
        assert_eq!(master.unwrap(5, &wrapped[..index]).unwrap_err(), UnwrapError, "{index}");
    }
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
