//! Which records were met before, among so many of the last. Knows only their ids.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;

/// Five minutes, after which S3 objects come, of more than 300 records a second. The help of `logs` says it.
const MOST: usize = 100_000;

/// Ids of the last records.
#[derive(Debug, Default)]
pub(super) struct Seen {
    ids: HashSet<Arc<str>>,
    order: VecDeque<Arc<str>>,
}

impl Seen {
    /// Whether this is the first of them.
    pub(super) fn is_new(&mut self, id: &str) -> bool {
        if self.ids.contains(id) {
            return false;
        }
        let id: Arc<str> = id.into();
        self.ids.insert(Arc::clone(&id));
        self.order.push_back(id);
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.ids.remove(&oldest);
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repetitions_are_known_for_a_while() {
        let mut seen = Seen::default();
        for n in 0..=MOST {
            assert!(seen.is_new(&n.to_string()));
        }
        assert!(!seen.is_new("1") && !seen.is_new(&MOST.to_string()));
        assert!(seen.is_new("0"), "it is forgotten");
        assert_eq!((seen.ids.len(), seen.order.len()), (MOST, MOST));
    }
}
