//! Records by a text that several may share.
//!
//! The text itself is not kept: the records have it.

use hashbrown::HashTable;
use hashbrown::hash_table::Entry;

use crate::store::memory::order::Order;
use crate::store::memory::order::Rank;

/// Records by one of their texts.
#[derive(Debug, Default)]
pub(super) struct Index {
    groups: HashTable<Group>,
}

/// The records that share a text; there is at least one.
#[derive(Debug)]
struct Group {
    /// The text's hash, so that growing need not look at records.
    hash: u64,
    order: Order,
}

impl Index {
    /// The records of the text with that hash; `has_text` tells whether it is that of the record
    /// in a slot.
    pub(super) fn find(&self, hash: u64, has_text: impl Fn(u32) -> bool) -> Option<&Order> {
        let group = self.groups.find(hash, |group| group.is_of(hash, &has_text));
        group.map(|group| &group.order)
    }

    /// Adds a record to those of its text; `has_text` as in [`Index::find`].
    pub(super) fn insert(
        &mut self,
        hash: u64,
        rank: Rank,
        slot: u32,
        has_text: impl Fn(u32) -> bool,
    ) {
        let is_of = |group: &Group| group.is_of(hash, &has_text);
        match self.groups.entry(hash, is_of, |group| group.hash) {
            Entry::Occupied(mut group) => group.get_mut().order.insert(rank, slot),
            Entry::Vacant(place) => {
                let mut order = Order::default();
                order.insert(rank, slot);
                place.insert(Group { hash, order });
            }
        }
    }

    /// Takes a record out. As no two share a rank, the text need not be compared.
    pub(super) fn remove(&mut self, hash: u64, rank: Rank) {
        let is_of = |group: &Group| group.hash == hash && group.order.contains(rank);
        if let Ok(mut group) = self.groups.find_entry(hash, is_of) {
            group.get_mut().order.remove(rank);
            if group.get().order.is_empty() {
                group.remove();
            }
        }
    }
}

impl Group {
    /// The newest record is asked, because it is the likeliest to be in the processor's cache.
    fn is_of(&self, hash: u64, has_text: impl Fn(u32) -> bool) -> bool {
        self.hash == hash && self.order.newest().is_some_and(has_text)
    }
}
