//! The memory's bound, and its order.

use super::*;

fn repeats(most: usize) -> Repeats {
    Repeats { rule: ("r".into(), 0), window: Duration::from_secs(60), most }
}

fn at(second: u64) -> Monotonic {
    Monotonic::from_nanos(second * 1_000_000_000)
}

#[test]
fn the_oldest_is_forgotten_when_a_part_is_full() {
    let memory = RepeatMemory::with_size([0, 0], 1, 4);
    let once = repeats(1);
    assert!((0..4).all(|hash| memory.note(0, hash, at(0), &once)));
    assert!((0..4).all(|hash| !memory.note(0, hash, at(1), &once)));
    assert!(memory.note(0, 4, at(2), &once));
    assert!(memory.note(0, 0, at(2), &once), "0 was forgotten for 4, and 1 is now for 0");
    assert!((2..5).all(|hash| !memory.note(0, hash, at(2), &once)));
    assert!(memory.note(0, 1, at(2), &once));
}

#[test]
fn it_never_grows_beyond_its_bound() {
    let memory = RepeatMemory::with_size([7, 8], 4, 16);
    let thrice = repeats(3);
    for number in 0..10_000_u64 {
        memory.note(number % 7, number % 23 * 31, at(number / 50), &thrice);
    }
    for part in &memory.parts {
        let part = part.lock().unwrap();
        assert!(part.ring.len() <= 16 && part.newest.len() <= part.ring.len());
        let is_known = |hash: &u64| part.ring.iter().any(|noted| noted.hash == *hash);
        assert!(part.newest.keys().all(is_known));
        // Each number of `newest` is that of a message with this hash.
        assert!(
            part.newest
                .iter()
                .all(|(hash, number)| part.get(*number).is_some_and(|noted| noted.hash == *hash))
        );
    }
}

#[test]
fn it_counts_as_a_plain_list_would() {
    let memory = RepeatMemory::with_size([1, 1], 2, 1_000);
    let mut list: Vec<(u64, u64)> = Vec::new();
    let thrice = repeats(3);
    for step in 0..900_u64 {
        let (hash, second) = (step * 7 % 5, step * 3);
        let lately = list.iter().filter(|(other, then)| *other == hash && second - then < 60).count();
        assert_eq!(memory.note(hash, hash, at(second), &thrice), lately < 3, "{step}");
        if lately < 3 {
            list.push((hash, second));
        }
    }
    assert!(list.len() > 100 && list.len() < 900);
}

#[test]
fn threads_note_at_once() {
    let memory = RepeatMemory::new([1, 2]);
    let most = repeats(10);
    let passed: usize = std::thread::scope(|scope| {
        let note = || (0..100).filter(|_| memory.note(1, 2, at(1), &most)).count();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(note)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(passed, 10);
}

#[test]
fn another_seed_gives_other_hashes_and_nothing_is_shown() {
    let hash = |seed| RepeatMemory::with_size(seed, 1, 1).hasher().finish();
    assert_ne!(hash([1, 2]), hash([2, 1]));
    assert_eq!(format!("{:?}", RepeatMemory::new([1, 2])), "RepeatMemory(***)");
}
