//! Whether the server lives, whether it wants traffic, and what it has counted.

use super::respond::{self, Reply};
use crate::house::House;
use std::sync::Arc;

/// The process answers.
pub(crate) fn alive() -> Reply {
    respond::text(200, "ok\n")
}

/// Traffic is welcome: not on the way out, the store answers, and what is said can be kept.
pub(crate) async fn ready(house: &House) -> Reply {
    if house.is_draining() {
        return respond::text(503, "draining\n");
    }
    match house.store.ready().await {
        Ok(()) => match house.chat_log.trouble() {
            // Who is here goes on chatting; new viewers are better off where their chat is kept.
            Some(trouble) => respond::text(503, format!("{trouble}\n")),
            None => respond::text(200, "ready\n"),
        },
        Err(error) => {
            tracing::warn!(%error, "the store is not ready");
            respond::text(503, "the store does not answer\n")
        }
    }
}

/// Everything counted, in Prometheus's text format.
pub(crate) async fn metrics(house: Arc<House>) -> Reply {
    // The shards are asked and waited for, which is not for a runtime's thread.
    let rendered = tokio::task::spawn_blocking(move || house.metrics.render(&house)).await;
    match rendered {
        Ok(text) => respond::reply(200, "application/openmetrics-text; version=1.0.0; charset=utf-8", text),
        Err(_) => respond::text(500, "the metrics could not be gathered\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Sources, load};

    #[tokio::test]
    async fn a_server_on_its_way_out_is_alive_and_not_ready() {
        let folder = tempfile::tempdir().unwrap();
        let data_dir = folder.path().to_str().unwrap().into();
        let flags = [("data_dir".into(), data_dir)].into_iter().collect();
        let config = load(Sources { file: None, env: std::iter::empty(), flags }).unwrap();
        let (house, _) = House::open(config).await.unwrap();
        assert_eq!(ready(&house).await.status(), 200);
        house.begin_draining();
        assert_eq!(ready(&house).await.status(), 503);
        assert_eq!(alive().status(), 200);
    }
}
