//! Numbered places: found by slot and generation, so that a late word never reaches the place's next owner.

/// A place and how often it was used before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Slot {
    pub(crate) index: u32,
    pub(crate) generation: u32,
}

#[derive(Debug)]
struct Place<T> {
    generation: u32,
    value: Option<T>,
}

/// A slab.
#[derive(Debug)]
pub(crate) struct Slots<T> {
    places: Vec<Place<T>>,
    free: Vec<u32>,
}

impl<T> Default for Slots<T> {
    fn default() -> Self {
        Self { places: Vec::new(), free: Vec::new() }
    }
}

impl<T> Slots<T> {
    pub(crate) fn insert(&mut self, value: T) -> Slot {
        if let Some(index) = self.free.pop()
            && let Some(place) = self.places.get_mut(index as usize)
        {
            place.value = Some(value);
            return Slot { index, generation: place.generation };
        }
        // Four thousand million sockets do not fit into a process.
        let index = u32::try_from(self.places.len()).unwrap_or(u32::MAX);
        self.places.push(Place { generation: 0, value: Some(value) });
        Slot { index, generation: 0 }
    }

    pub(crate) fn get_mut(&mut self, slot: Slot) -> Option<&mut T> {
        let place = self.places.get_mut(slot.index as usize)?;
        place.value.as_mut().filter(|_| place.generation == slot.generation)
    }

    /// The owner of a place, whichever it is.
    pub(crate) fn at(&mut self, index: u32) -> Option<&mut T> {
        self.places.get_mut(index as usize)?.value.as_mut()
    }

    /// The slot of the place's present owner.
    pub(crate) fn slot_at(&self, index: u32) -> Option<Slot> {
        let place = self.places.get(index as usize)?;
        place.value.as_ref().map(|_| Slot { index, generation: place.generation })
    }

    pub(crate) fn remove(&mut self, index: u32) -> Option<T> {
        let place = self.places.get_mut(index as usize)?;
        let value = place.value.take()?;
        place.generation = place.generation.wrapping_add(1);
        self.free.push(index);
        Some(value)
    }

    pub(crate) fn occupied(&self) -> impl Iterator<Item = Slot> {
        (0u32..)
            .zip(&self.places)
            .filter(|(_, place)| place.value.is_some())
            .map(|(index, place)| Slot { index, generation: place.generation })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reused_place_does_not_answer_to_its_old_address() {
        let mut slots = Slots::default();
        let old = slots.insert("a");
        assert_eq!(slots.remove(old.index), Some("a"));
        assert_eq!(slots.remove(old.index), None);
        let new = slots.insert("b");
        assert_eq!(new.index, old.index);
        assert!(slots.get_mut(old).is_none());
        assert_eq!(slots.get_mut(new), Some(&mut "b"));
        assert_eq!(slots.occupied().count(), 1);
    }
}
