//! A message is put into a frame once, however many shards and viewers it goes to.

use crate::house::{House, read_frame};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

static ENCODED: AtomicU64 = AtomicU64::new(0);

fn counting_frame(text: &[u8]) -> Arc<[u8]> {
    ENCODED.fetch_add(1, Ordering::SeqCst);
    websocket::text_frame(text).into()
}

#[test]
fn a_message_is_encoded_once_for_all_viewers_of_all_shards() {
    let mut house = House::new(3, counting_frame, || ());
    let mut viewers = house.viewers(60);
    for n in 1..=20 {
        house.say(&format!("m{n}"));
        for viewer in &mut viewers {
            assert!(read_frame(viewer).contains(&format!(r#""Content":"m{n}""#)));
        }
        assert_eq!(ENCODED.load(Ordering::SeqCst), n);
    }
    assert_eq!(house.counters().deliveries.iter().sum::<u64>(), 60 * 20);
}
