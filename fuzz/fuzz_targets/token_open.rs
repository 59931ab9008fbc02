//! Opening chat tokens on arbitrary text: it never panics, it opens nothing that was not sealed, and of a sealed token
//! no byte can be changed.
#![no_main]

use auth::{ChatTokenClaims, KeyRing, SealingKey, TOKEN_LIFETIME, TokenKey, open, seal};
use libfuzzer_sys::fuzz_target;
use model::{
    AccountId, Attributes, Capabilities, Id, MESSAGE_ATTRIBUTES_MAX_BYTES, Region, RoomKey, Timestamp, UserId,
};

fn claims(now: Timestamp, input: &str) -> Option<ChatTokenClaims> {
    let (user_id, value) = input.split_at_checked(input.len() / 2)?;
    Some(ChatTokenClaims {
        token_id: 1,
        issued_at: now,
        expires_at: now.saturating_add(TOKEN_LIFETIME).ok()?,
        session_expires_at: now,
        room: RoomKey { account: AccountId::from_number(1).ok()?, id: Id::from_random(1) },
        user_id: UserId::parse(user_id).ok()?,
        capabilities: Capabilities::from_bits(7),
        attributes: Attributes::parse([("k", value)], MESSAGE_ATTRIBUTES_MAX_BYTES).ok()?,
    })
}

fuzz_target!(|input: &str| {
    let now = Timestamp::UNIX_EPOCH;
    let Ok(region) = Region::parse("us-west-2") else { return };
    let ring = KeyRing::new(vec![TokenKey::new(1, SealingKey::from_random([7; 32]), now)]);
    assert!(open(input, &ring, &region, now).is_err());

    let Some((claims, key)) = claims(now, input).zip(ring.sealing_key(now)) else { return };
    let Ok(token) = seal(&claims, key, &region, [3; 12]) else { panic!("not sealed") };
    assert_eq!(open(&token, &ring, &region, now), Ok(claims));
    let mut changed = token.into_bytes();
    let at = input.len() * 7 % changed.len();
    if let Some(byte) = changed.get_mut(at) {
        *byte = if *byte == b'A' { b'B' } else { b'A' };
    }
    let changed = String::from_utf8(changed).unwrap_or_default();
    assert!(open(&changed, &ring, &region, now).is_err());
});
