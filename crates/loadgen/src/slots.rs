//! Numbered places for connections, reused; a name from an earlier use finds nobody. Must not know what is in them.

use mio::Token;

/// The name of a place in one of its uses; fits a poll's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Slot {
    index: u32,
    use_number: u32,
}

impl Slot {
    pub(crate) const fn token(self) -> Token {
        Token(((self.use_number as usize) << 32) | self.index as usize)
    }

    pub(crate) const fn of(token: Token) -> Self {
        Self { index: token.0 as u32, use_number: (token.0 >> 32) as u32 }
    }
}

#[derive(Debug)]
struct Place<T> {
    use_number: u32,
    value: Option<T>,
}

/// The places of one thread.
#[derive(Debug)]
pub(crate) struct Slots<T> {
    places: Vec<Place<T>>,
    free: Vec<u32>,
}

impl<T> Slots<T> {
    pub(crate) const fn new() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }

    pub(crate) fn insert(&mut self, value: T) -> Slot {
        let index = self.free.pop().unwrap_or_else(|| {
            self.places.push(Place { use_number: 0, value: None });
            // No process has four thousand million sockets.
            u32::try_from(self.places.len() - 1).unwrap_or(u32::MAX)
        });
        let mut use_number = 0;
        if let Some(place) = self.places.get_mut(index as usize) {
            place.value = Some(value);
            use_number = place.use_number;
        }
        Slot { index, use_number }
    }

    pub(crate) fn get(&mut self, slot: Slot) -> Option<&mut T> {
        let place = self.places.get_mut(slot.index as usize)?;
        if place.use_number == slot.use_number { place.value.as_mut() } else { None }
    }

    pub(crate) fn remove(&mut self, slot: Slot) -> Option<T> {
        let place = self.places.get_mut(slot.index as usize)?;
        if place.use_number != slot.use_number {
            return None;
        }
        let value = place.value.take()?;
        // One bit is left out, so that no token looks like the waker's.
        place.use_number = (place.use_number + 1) & (u32::MAX >> 1);
        self.free.push(slot.index);
        Some(value)
    }

    pub(crate) fn values(&mut self) -> impl Iterator<Item = &mut T> {
        self.places.iter_mut().filter_map(|place| place.value.as_mut())
    }

    /// The names of all that is there.
    pub(crate) fn names(&self) -> Vec<Slot> {
        let taken = (0u32..).zip(&self.places).filter(|(_, place)| place.value.is_some());
        taken.map(|(index, place)| Slot { index, use_number: place.use_number }).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Slot, Slots};

    #[test]
    fn a_name_is_good_for_one_use() {
        let mut slots = Slots::new();
        let first = slots.insert('a');
        assert_eq!(slots.remove(first), Some('a'));
        let second = slots.insert('b');
        assert_eq!(slots.names(), [second]);
        assert_eq!(slots.get(first), None);
        assert_eq!(slots.remove(first), None);
        assert_eq!(slots.get(Slot::of(second.token())), Some(&mut 'b'));
    }
}
