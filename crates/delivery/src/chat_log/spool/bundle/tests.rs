//! Shares of memory, and what is written at once. Without a file.

use super::*;
use crate::chat_log::spool::samples::lane;
use std::path::Path;

/// Lanes with so many records; with its place each costs 100 bytes.
fn bundles(of: &[u64]) -> Bundles {
    let mut bundles = Bundles::default();
    for (index, records) in of.iter().enumerate() {
        let lane = lane(Path::new("nowhere"), index);
        (0..*records).for_each(|number| bundles.of(Arc::clone(&lane)).push(number, &[0; 84]));
    }
    bundles
}

#[test]
fn who_has_little_loses_nothing_to_who_has_much() {
    let check = |of: &[u64], most: usize, oldest: &[u64]| {
        let mut bundles = bundles(of);
        let lost = bundles.make_room(most);
        let found: Vec<u64> = bundles.0.values().map(|bundle| bundle.records[0].0).collect();
        assert_eq!(found, oldest, "{of:?} in {most}");
        assert_eq!(lost, oldest.iter().sum::<u64>());
        for bundle in bundles.0.values() {
            assert_eq!(bundle.bytes.len(), bundle.records.len() * 84);
            assert_eq!(bundle.lane.counters.lost_before_disk.read(), bundle.records[0].0);
        }
    };
    check(&[10, 10], 2_000, &[0, 0]);
    check(&[10, 10], 1_999, &[1, 0]);
    check(&[10, 10], 1_000, &[5, 5]);
    check(&[20, 2, 30], 1_200, &[15, 0, 25]);
}

#[test]
fn what_is_written_at_once_is_whole_records() {
    let check = |most: usize, expected: &[usize]| {
        let mut bundles = bundles(&[7]);
        let bundle = bundles.0.values_mut().next().unwrap();
        let mut found = Vec::new();
        while let Some((bytes, count)) = bundle.first(most) {
            assert_eq!(bytes.len(), count * 84);
            found.push(count);
            bundle.drop_first(count);
        }
        assert_eq!(found, expected, "at most {most} bytes");
        assert!(bundle.is_empty());
    };
    check(1, &[1; 7]);
    check(3 * 84, &[3, 3, 1]);
    check(usize::MAX, &[7]);
}
