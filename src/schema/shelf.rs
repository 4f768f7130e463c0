//! A row that grows while others read it: whoever reads takes no lock, and nothing ever moves.

use std::sync::OnceLock;

/// How many places the first room has; each further one has twice as many as the one before.
const FIRST: u32 = 128;

/// Rooms enough for every number of 32 bits.
const ROOMS: usize = 26;

/// Values by numbers that were given one after the other.
#[derive(Debug)]
pub(crate) struct Shelf<T> {
    rooms: [OnceLock<Box<[OnceLock<T>]>>; ROOMS],
}

impl<T> Shelf<T> {
    pub(crate) fn new() -> Self {
        Self { rooms: [const { OnceLock::new() }; ROOMS] }
    }

    /// The value of a number, if it has one.
    #[inline]
    pub(crate) fn get(&self, number: u32) -> Option<&T> {
        // Most rows need no second room, and are asked with every call.
        let (room, place) = if number < FIRST { (0, number as usize) } else { place(number) };
        self.rooms[room].get()?.get(place)?.get()
    }

    /// Gives a number its value; the first one stays.
    pub(crate) fn put(&self, number: u32, value: T) {
        let (room, place) = place(number);
        let made = || (0..u64::from(FIRST) << room).map(|_| OnceLock::new()).collect();
        // Whoever comes second finds what the first has put there.
        let _ = self.rooms[room].get_or_init(made)[place].set(value);
    }
}

/// The room of a number, and its place there.
fn place(number: u32) -> (usize, usize) {
    let (number, first) = (u64::from(number) + u64::from(FIRST), u64::from(FIRST));
    let room = number.ilog2() - first.ilog2();
    #[expect(clippy::cast_possible_truncation, reason = "a room has no more places than numbers")]
    let place = (number - (first << room)) as usize;
    (room as usize, place)
}

#[cfg(test)]
mod tests {
    use super::Shelf;
    use super::place;

    #[test]
    fn every_number_has_a_place_of_its_own() {
        let table = [(0, (0, 0)), (127, (0, 127)), (128, (1, 0)), (383, (1, 255)), (384, (2, 0))];
        for (number, expected) in table {
            assert_eq!(place(number), expected, "{number}");
        }
        assert_eq!(place(u32::MAX).0, super::ROOMS - 1);
        let shelf = Shelf::new();
        for number in 0..1_000 {
            shelf.put(number, number);
            shelf.put(number, 0);
        }
        assert!((0..1_000).all(|number| shelf.get(number) == Some(&number)));
        assert_eq!(shelf.get(1_000), None);
    }
}
