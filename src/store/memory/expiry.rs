//! What will be gone, the first to go first.
//!
//! A heap, because ends of life do not come in order. Nothing is taken out of its middle: what no
//! longer holds stays until it comes to the top, or until it is more than what holds and the heap
//! is made anew.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use crate::clock::Instant;
use crate::store::memory::order::Rank;

/// So few are not worth making anew.
const FEW: usize = 64;

/// When the record in a slot is gone. It holds while a record of that rank and that end is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct End {
    pub(super) at: Instant,
    pub(super) rank: Rank,
    pub(super) slot: u32,
}

/// The ends of all records that have one, and some that hold no longer.
#[derive(Debug, Default)]
pub(super) struct Expiry {
    ends: BinaryHeap<Reverse<End>>,
}

impl Expiry {
    pub(super) fn insert(&mut self, end: End) {
        self.ends.push(Reverse(end));
    }

    /// The slot whose record went first, if one is gone.
    pub(super) fn first(&mut self, now: Instant, holds: impl Fn(&End) -> bool) -> Option<u32> {
        while let Some(Reverse(end)) = self.ends.peek() {
            if end.at > now {
                return None;
            }
            if holds(end) {
                return Some(end.slot);
            }
            self.ends.pop();
        }
        None
    }

    /// Whether more than half of it holds no longer, where `holding` are as many as hold.
    pub(super) fn is_mostly_over(&self, holding: usize) -> bool {
        self.ends.len() > FEW && self.ends.len() / 2 > holding
    }

    /// Makes it anew of those that hold.
    pub(super) fn renew(&mut self, holding: impl Iterator<Item = End>) {
        self.ends.clear();
        self.ends.extend(holding.map(Reverse));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_no_longer_does_not_pile_up() {
        let (mut expiry, mut last) = (Expiry::default(), None);
        for at in 0..10_000 {
            let end = End { at: Instant::from_millis(at), rank: Rank { age: 0, made: 1 }, slot: 0 };
            expiry.insert(end);
            last = Some(end);
            if expiry.is_mostly_over(1) {
                expiry.renew(last.into_iter());
            }
            assert!(expiry.ends.len() <= FEW + 1, "{} are kept", expiry.ends.len());
        }
        let now = Instant::from_millis(20_000);
        assert_eq!(expiry.first(now, |end| Some(*end) == last), Some(0));
    }
}
