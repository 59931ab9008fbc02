//! What is sealed opens, once, here and now, and nothing else does.

use super::{ChatTokenClaims, MAX_TOKEN_LENGTH, Payload, TOKEN_LIFETIME, TokenError, bound_to, open, seal};
use crate::cipher::{SealError, SealingKey};
use crate::keyring::{KeyRing, TokenKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{
    AccountId, Attributes, Capabilities, Capability, EVENT_ATTRIBUTES_MAX_BYTES, Id,
    MESSAGE_ATTRIBUTES_MAX_BYTES, Region, RoomKey, Timestamp, UserId,
};
use proptest::{prop_assert_eq, proptest};

const KEY_ID: u32 = 0x0102_0304;
const NONCE: [u8; 12] = [9; 12];

fn now() -> Timestamp {
    "2026-11-21T08:00:00.123456Z".parse().unwrap()
}

fn region() -> Region {
    Region::parse("us-west-2").unwrap()
}

fn key(id: u32, byte: u8) -> TokenKey {
    TokenKey::new(id, SealingKey::from_random([byte; 32]), now())
}

fn ring() -> KeyRing {
    KeyRing::new(vec![key(KEY_ID, 1), key(7, 2)])
}

fn claims(user_id: &str, attributes: &[(&str, &str)]) -> ChatTokenClaims {
    ChatTokenClaims {
        token_id: u128::MAX - 5,
        issued_at: now(),
        expires_at: now() + TOKEN_LIFETIME,
        session_expires_at: now() + TOKEN_LIFETIME * 60,
        room: RoomKey {
            account: AccountId::parse("123456789012").unwrap(),
            id: Id::parse("AbCdEfGhIjKl").unwrap(),
        },
        user_id: UserId::parse(user_id).unwrap(),
        capabilities: [Capability::SendMessage, Capability::DeleteMessage].into_iter().collect(),
        attributes: Attributes::parse(attributes.iter().copied(), EVENT_ATTRIBUTES_MAX_BYTES).unwrap(),
    }
}

fn sealed(claims: &ChatTokenClaims) -> String {
    seal(claims, &key(KEY_ID, 1), &region(), NONCE).unwrap()
}

fn opened(token: &str) -> Result<ChatTokenClaims, TokenError> {
    open(token, &ring(), &region(), now())
}

/// Seals any payload, as an older or a broken version of us might have.
fn sealed_payload(change: impl FnOnce(&mut Payload<'_>), more: &[u8]) -> String {
    let claims = claims("user", &[("k", "v")]);
    let mut payload = Payload::of(&claims);
    change(&mut payload);
    let mut plain = postcard::to_allocvec(&payload).unwrap();
    plain.extend_from_slice(more);
    let key_id = KEY_ID.to_be_bytes();
    key(KEY_ID, 1).key().seal(NONCE, &bound_to(key_id, &region()), &mut plain).unwrap();
    URL_SAFE_NO_PAD.encode([&[1], key_id.as_slice(), &NONCE, &plain].concat())
}

#[test]
fn what_is_sealed_opens_and_shows_nothing() {
    let claims = claims("secret-user", &[("secret-key", "secret-value")]);
    let token = sealed(&claims);
    assert_eq!(opened(&token), Ok(claims.clone()));
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{token}");
    let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
    for plain in ["secret", "AbCdEfGhIjKl"] {
        assert!(!bytes.windows(plain.len()).any(|window| window == plain.as_bytes()), "{plain}");
    }
    assert_ne!(seal(&claims, &key(KEY_ID, 1), &region(), [8; 12]).unwrap(), token);
    let shown = format!("{:?} {claims:?}", ring());
    assert!(shown.contains("SealingKey(***)") && !shown.contains("secret"), "{shown}");
}

#[test]
fn the_largest_claims_fit_and_larger_ones_are_not_sealed() {
    // Many short keys are the most expensive way to spend the bytes of the attributes.
    let ascii = (0..128).map(|code| char::from(code).to_string());
    let names: Vec<String> =
        ascii.chain((0x100..0x100 + 448).filter_map(char::from_u32).map(String::from)).collect();
    let pairs: Vec<(&str, &str)> = names.iter().map(|name| (&**name, "")).collect();
    let large = claims(&"🦀".repeat(128), &pairs);
    let token = sealed(&large);
    assert!(token.len() < MAX_TOKEN_LENGTH / 2, "{}", token.len());
    assert_eq!(opened(&token), Ok(large));
    let too_large = claims("u", &[("k", &"v".repeat(MESSAGE_ATTRIBUTES_MAX_BYTES))]);
    assert_eq!(seal(&too_large, &key(KEY_ID, 1), &region(), NONCE), Err(SealError::TooLarge));
}

#[test]
fn each_changed_byte_is_noticed() {
    let token = sealed(&claims("user", &[]));
    let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
    for index in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[index] ^= 1;
        let expected = match index {
            0 => TokenError::Malformed,
            1..=4 => TokenError::UnknownKey,
            _ => TokenError::Forged,
        };
        assert_eq!(opened(&URL_SAFE_NO_PAD.encode(changed)), Err(expected), "{index}");
    }
    for length in 0..bytes.len() {
        assert!(opened(&URL_SAFE_NO_PAD.encode(&bytes[..length])).is_err(), "{length}");
    }
}

#[test]
fn a_token_has_one_spelling() {
    let token = sealed(&claims("user", &[]));
    let last = token.chars().last().unwrap();
    let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for other in alphabet.chars().filter(|other| *other != last) {
        assert!(opened(&format!("{}{other}", &token[..token.len() - 1])).is_err(), "{other}");
    }
    let spellings = [format!("{token}="), format!(" {token}"), format!("{token}\n"), format!("{token}AAAA")];
    for other in spellings.iter().map(String::as_str).chain(["", "AQ", "🦀"]) {
        assert!(opened(other).is_err(), "{other:?}");
    }
    assert_eq!(opened(&"A".repeat(MAX_TOKEN_LENGTH + 1)), Err(TokenError::Malformed));
}

#[test]
fn a_token_belongs_to_its_key_its_region_and_its_minute() {
    let claims = claims("user", &[]);
    let token = sealed(&claims);
    let elsewhere = Region::parse("us-west-1").unwrap();
    assert_eq!(open(&token, &ring(), &elsewhere, now()), Err(TokenError::Forged));
    let same_id = KeyRing::new(vec![key(KEY_ID, 3)]);
    assert_eq!(open(&token, &same_id, &region(), now()), Err(TokenError::Forged));
    assert_eq!(open(&token, &KeyRing::default(), &region(), now()), Err(TokenError::UnknownKey));
    let at = |time| open(&token, &ring(), &region(), time);
    let microsecond = jiff::SignedDuration::from_micros(1);
    assert!(at(claims.expires_at - microsecond).is_ok());
    assert_eq!(at(claims.expires_at), Err(TokenError::Expired));
    assert_eq!(at(now() + TokenKey::LIFETIME), Err(TokenError::UnknownKey));
}

#[test]
fn what_is_inside_goes_through_the_doors_of_the_model() {
    assert!(opened(&sealed_payload(|_| {}, &[])).is_ok());
    assert_eq!(opened(&sealed_payload(|_| {}, &[0])), Err(TokenError::Malformed));
    let long = "x".repeat(1025);
    let check = |change: &dyn for<'a> Fn(&mut Payload<'a>, &'a str)| {
        // The text outlives the payload that borrows it.
        let text: &'static str = Box::leak(long.clone().into_boxed_str());
        assert_eq!(opened(&sealed_payload(|payload| change(payload, text), &[])), Err(TokenError::Malformed));
    };
    check(&|payload, _| payload.user_id = "");
    check(&|payload, text| payload.user_id = text);
    check(&|payload, _| payload.room = "short");
    check(&|payload, _| payload.account = 1_000_000_000_000);
    check(&|payload, _| payload.issued_at = i64::MAX);
    check(&|payload, _| payload.expires_at = i64::MIN);
    check(&|payload, text| payload.attributes = vec![("k", text)]);
    let unknown_rights = opened(&sealed_payload(|payload| payload.capabilities = 0xff, &[])).unwrap();
    assert_eq!(unknown_rights.capabilities, Capabilities::from_bits(7));
}

proptest! {
    #[test]
    fn any_text_is_refused(text in "[a-zA-Z0-9_-]{0,200}|\\PC{0,80}") {
        proptest::prop_assert!(opened(&text).is_err());
    }

    #[test]
    fn any_user_and_attributes_come_through(
        user_id in "\\PC{1,128}",
        pairs in proptest::collection::btree_map("\\PC{0,20}", "\\PC{0,20}", 0..6),
        nonce: [u8; 12],
    ) {
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(key, value)| (&**key, &**value)).collect();
        let claims = claims(&user_id, &pairs);
        let token = seal(&claims, &key(KEY_ID, 1), &region(), nonce).unwrap();
        prop_assert_eq!(opened(&token), Ok(claims));
    }
}
