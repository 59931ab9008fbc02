//! What a master key is, and what wrapping under it protects.

use super::{MasterKey, MasterKeyError, Purpose, UnwrapError};
use crate::{SealingKey, SecretKey, TokenKey};
use model::{AccessKeyId, Timestamp};

fn key(id: u32) -> TokenKey {
    TokenKey::new(id, SealingKey::from_random([7; 32]), Timestamp::UNIX_EPOCH)
}

const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191A1B1C1D1E1F";

#[test]
fn a_master_key_is_32_bytes_in_hex_or_base64() {
    let token_key = key(5);
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
    let wrapped = master.wrap(&key(5), [1; 12]).unwrap();
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
fn a_wrapped_secret_opens_for_its_own_access_key_only() {
    let master = MasterKey::parse(HEX).unwrap();
    let (id, other) = (AccessKeyId::permanent(1), AccessKeyId::permanent(2));
    let wrapped = master.wrap_secret(&id, &SecretKey::parse("wJalrXUtnFEMI").unwrap(), [1; 12]).unwrap();
    assert_eq!(master.unwrap_secret(&id, &wrapped).unwrap().reveal(), "wJalrXUtnFEMI");
    assert_eq!(master.unwrap_secret(&other, &wrapped).unwrap_err(), UnwrapError);
    for index in 0..wrapped.len() {
        let mut changed = wrapped.clone();
        changed[index] ^= 1;
        assert_eq!(master.unwrap_secret(&id, &changed).unwrap_err(), UnwrapError, "{index}");
    }
}

#[test]
fn what_is_wrapped_for_one_purpose_serves_no_other() {
    let master = MasterKey::parse(HEX).unwrap();
    let purposes = [Purpose::TokenKey, Purpose::AccessKeySecret, Purpose::SessionToken];
    for (index, purpose) in purposes.into_iter().enumerate() {
        let wrapped = master.wrap_for(purpose, b"owner", [1; 12], b"secret").unwrap();
        for (at, wanted) in purposes.into_iter().enumerate() {
            let opened = master.unwrap_for(wanted, b"owner", &wrapped).ok().map(|plain| plain.to_vec());
            assert_eq!(opened, (at == index).then(|| b"secret".to_vec()), "{purpose:?} {wanted:?}");
        }
    }
}
