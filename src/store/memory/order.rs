//! Slots in the order of their records.
//!
//! Nearly every record that comes is the newest, and nearly every one that goes is the oldest. So
//! this is a sorted queue, whose two ends cost next to nothing. Anywhere else what stands on the
//! shorter side moves by one, which for ten thousand records is a matter of microseconds.

use std::collections::VecDeque;

/// Where a record stands in the order: its age, then the order of making, which no two share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    pub(super) age: i64,
    pub(super) made: u64,
}

/// Slots by the ranks of their records, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Order {
    slots: VecDeque<(Rank, u32)>,
}

impl Order {
    pub(super) fn len(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    pub(super) fn oldest(&self) -> Option<u32> {
        self.slots.front().map(|(_, slot)| *slot)
    }

    pub(super) fn newest(&self) -> Option<u32> {
        self.slots.back().map(|(_, slot)| *slot)
    }

    pub(super) fn newest_first(&self) -> impl Iterator<Item = u32> {
        self.slots.iter().rev().map(|(_, slot)| *slot)
    }

    pub(super) fn contains(&self, rank: Rank) -> bool {
        self.position(rank).is_some()
    }

    pub(super) fn insert(&mut self, rank: Rank, slot: u32) {
        if self.slots.back().is_none_or(|(newest, _)| *newest < rank) {
            self.slots.push_back((rank, slot));
        } else {
            let at = self.slots.partition_point(|(other, _)| *other < rank);
            self.slots.insert(at, (rank, slot));
        }
    }

    pub(super) fn remove(&mut self, rank: Rank) {
        if let Some(at) = self.position(rank) {
            self.slots.remove(at);
        }
    }

    fn position(&self, rank: Rank) -> Option<usize> {
        if self.slots.front().is_some_and(|(oldest, _)| *oldest == rank) {
            return Some(0);
        }
        self.slots.binary_search_by_key(&rank, |(other, _)| *other).ok()
    }
}
