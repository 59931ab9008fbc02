//! Page tokens: where the next page of a list begins, sealed so that nobody can read or change it.
//!
//! A token is good for the operation, the query and the caller that it was made for, and for as long as the process
//! lives; `maxResults` may change from page to page. It must not know what is listed.

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::{AccountId, Id, OperationName};
use serde::Serialize;
use store::Cursor;

/// The longest `nextToken` that is looked at. Source: API reference, `PaginationToken`.
pub(crate) const MAX_LENGTH: usize = 1024;

/// The list that a token belongs to.
#[derive(Debug, Serialize)]
pub(crate) struct PageQuery<'a> {
    /// The operation.
    #[serde(serialize_with = "as_name")]
    pub(crate) operation: OperationName,
    /// Whose resources are listed.
    #[serde(serialize_with = "as_number")]
    pub(crate) account: AccountId,
    /// Who asks.
    pub(crate) caller: &'a str,
    /// The operation's filters, in an order of its own.
    pub(crate) filters: &'a [Option<&'a str>],
}

/// Seals and opens page tokens.
pub(crate) struct PageTokens(LessSafeKey);

impl PageTokens {
    #[expect(clippy::expect_used, reason = "AES-256-GCM-SIV takes every key of 32 bytes")]
    pub(crate) fn new(key: &[u8; 32]) -> Self {
        Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM_SIV, key).expect("32 bytes")))
    }

    /// The token of the page that begins after `cursor`. `random` must be new each time.
    pub(crate) fn seal(&self, query: &PageQuery<'_>, cursor: Cursor, random: u128) -> Option<String> {
        let nonce = *random.to_be_bytes().first_chunk::<NONCE_LEN>()?;
        let mut sealed = cursor.update_time_micros.to_be_bytes().to_vec();
        sealed.extend_from_slice(cursor.id.as_str().as_bytes());
        let bound = Aad::from(bound(query)?);
        self.0.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound, &mut sealed).ok()?;
        Some(URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// Where the page begins; `None` if the token is none of ours, or not for this query.
    pub(crate) fn open(&self, query: &PageQuery<'_>, token: &str) -> Option<Cursor> {
        let mut token = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (nonce, sealed) = token.split_first_chunk_mut::<NONCE_LEN>()?;
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.0.open_in_place(nonce, Aad::from(bound(query)?), sealed).ok()?;
        let (micros, id) = opened.split_first_chunk::<8>()?;
        let id = Id::parse(std::str::from_utf8(id).ok()?).ok()?;
        Some(Cursor { update_time_micros: i64::from_be_bytes(*micros), id })
    }
}

/// What the token is bound to, unambiguously.
fn bound(query: &PageQuery<'_>) -> Option<Vec<u8>> {
    serde_json::to_vec(query).ok()
}

fn as_name<S: serde::Serializer>(name: &OperationName, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(name.as_str())
}

fn as_number<S: serde::Serializer>(account: &AccountId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(account.number())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query<'a>(caller: &'a str, filters: &'a [Option<&'a str>]) -> PageQuery<'a> {
        let account = AccountId::parse("123456789012").unwrap();
        PageQuery { operation: OperationName::ListRooms, account, caller, filters }
    }

    fn cursor() -> Cursor {
        Cursor { update_time_micros: -1_700_000_000_000_001, id: Id::from_random(7) }
    }

    #[test]
    fn a_token_opens_for_its_own_query_only() {
        let tokens = PageTokens::new(&[7; 32]);
        let token = tokens.seal(&query("root", &[None, Some("a")]), cursor(), 1).unwrap();
        assert_eq!(tokens.open(&query("root", &[None, Some("a")]), &token), Some(cursor()));
        assert_eq!(tokens.open(&query("alice", &[None, Some("a")]), &token), None);
        assert_eq!(tokens.open(&query("root", &[Some("a"), None]), &token), None);
        assert_eq!(tokens.open(&query("root", &[None]), &token), None);
        let other = PageQuery { operation: OperationName::ListLoggingConfigurations, ..query("root", &[]) };
        let token = tokens.seal(&query("root", &[]), cursor(), 2).unwrap();
        assert_eq!(tokens.open(&other, &token), None);
        let account = AccountId::parse("210987654321").unwrap();
        assert_eq!(tokens.open(&PageQuery { account, ..query("root", &[]) }, &token), None);
        assert_eq!(PageTokens::new(&[8; 32]).open(&query("root", &[]), &token), None);
    }

    #[test]
    fn every_change_of_a_token_is_noticed() {
        let tokens = PageTokens::new(&[7; 32]);
        let query = query("root", &[]);
        let token = tokens.seal(&query, cursor(), 3).unwrap();
        assert!(token.len() <= MAX_LENGTH);
        for index in 0..token.len() {
            for other in ['A', 'B', '_', '=', '/'] {
                let mut changed: Vec<char> = token.chars().collect();
                changed[index] = other;
                let changed: String = changed.into_iter().collect();
                assert!(changed == token || tokens.open(&query, &changed).is_none(), "{index} {other}");
            }
            assert_eq!(tokens.open(&query, &token[..index]), None, "cut at {index}");
        }
        assert_eq!(tokens.open(&query, &format!("{token}A")), None);
    }

    #[test]
    fn a_token_shows_nothing() {
        let tokens = PageTokens::new(&[7; 32]);
        let token = tokens.seal(&query("root", &[]), cursor(), 4).unwrap();
        let plain = URL_SAFE_NO_PAD.decode(&token).unwrap();
        let id = cursor().id;
        assert!(!plain.windows(Id::LENGTH).any(|window| window == id.as_str().as_bytes()));
    }
}
