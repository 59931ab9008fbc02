//! What survives the end of a process, and what must not.

use crate::house::{House, Seen};
use serde_json::json;

#[tokio::test]
async fn rooms_survive_and_tokens_do_not() {
    let house = House::new(&[]).await;
    let room = house.room().await;
    let (used, fresh) = (house.token(&room, "ann").await, house.token(&room, "bob").await);
    let connection = house.connect(&used, &[]).await.unwrap();
    let House { server, data, .. } = house;
    server.shutdown().await;
    drop(connection);

    let house = House::on(data, &[]).await;
    assert_eq!(house.call("GetRoom", json!({"identifier": room})).await.1["arn"], json!(room));
    for token in [used, fresh] {
        assert_eq!(house.connect(&token, &[]).await.unwrap_err().0, 401);
    }
    assert!(house.connect(&house.token(&room, "ann").await, &[]).await.is_ok());
}

#[tokio::test]
async fn the_end_lets_viewers_go_without_a_close_so_that_they_come_back() {
    let house = House::new(&[]).await;
    let room = house.room().await;
    let mut viewers = [house.viewer(&room, "ann").await, house.viewer(&room, "bob").await];
    house.server.shutdown().await;
    for viewer in &mut viewers {
        assert!(matches!(viewer.see().await, Seen::Lost));
    }
}
