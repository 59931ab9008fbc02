//! What is promised of the wrapped keys of chat tokens.

use crate::sample::at;
use store::{Store, TokenKeyRow};

fn row(id: u32, created: i64) -> TokenKeyRow {
    let wrapped = vec![0, 255, 7, u8::try_from(id % 256).unwrap()];
    TokenKeyRow { id, wrapped, created_at: at(created), expires_at: at(created + 10) }
}

async fn ids(store: &Store) -> Vec<u32> {
    store.token_keys().await.unwrap().iter().map(|row| row.id).collect()
}

pub(crate) async fn keys_come_back_newest_first(store: Store) {
    assert_eq!(store.token_keys().await.unwrap(), []);
    for (id, created) in [(u32::MAX, 5), (0, 7), (9, 6)] {
        assert!(store.add_token_key(row(id, created)).await.unwrap());
    }
    assert_eq!(store.token_keys().await.unwrap(), [row(0, 7), row(9, 6), row(u32::MAX, 5)]);
    assert!(!format!("{:?}", row(1, 1)).contains("255"));
}

pub(crate) async fn an_id_of_a_key_is_taken_once(store: Store) {
    assert!(store.add_token_key(row(1, 1)).await.unwrap());
    assert!(!store.add_token_key(TokenKeyRow { wrapped: vec![9], ..row(1, 2) }).await.unwrap());
    assert_eq!(store.token_keys().await.unwrap(), [row(1, 1)]);
}

pub(crate) async fn expired_keys_are_deleted(store: Store) {
    for id in 1..=3 {
        assert!(store.add_token_key(row(id, id.into())).await.unwrap());
    }
    for (now, gone, left) in [(10, 0, &[3, 2, 1][..]), (12, 2, &[3]), (12, 0, &[3]), (99, 1, &[])] {
        assert_eq!(store.delete_expired_token_keys(at(now)).await.unwrap(), gone);
        assert_eq!(ids(&store).await, left);
    }
}
