//! The records of one collection, with their order, their declared indexes and their expiry.
//!
//! Each record stands in a numbered slot with what is often asked of it; everything else knows it
//! by the number, and no text is kept a second time. What a call usually does, to write the newest
//! record and to remove the oldest, so touches little memory.
//!
//! Knows nothing of steps: whoever changes a table keeps what it needs to change it back.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

use crate::clock::Instant;
use crate::store::Collection;
use crate::store::Record;
use crate::store::memory::expiry::End;
use crate::store::memory::expiry::Expiry;
use crate::store::memory::index::Index;
use crate::store::memory::order::Order;
use crate::store::memory::order::Rank;

/// The records of one collection.
#[derive(Debug)]
pub(super) struct Table {
    collection: &'static Collection,
    slots: Vec<Option<Entry>>,
    /// The slots without a record; the one that became free last is taken first.
    free: Vec<u32>,
    hasher: RandomState,
    /// The slots by the keys of their records.
    keys: HashTable<u32>,
    order: Order,
    /// In the order in which the collection declares them.
    indexes: Vec<Index>,
    expiry: Expiry,
    /// How many records have an end.
    ending: usize,
    last_made: u64,
}

/// A record and what is asked of it so often that looking it up there would cost.
#[derive(Debug)]
struct Entry {
    /// The record, shared with whoever reads it.
    record: Arc<dyn Record>,
    rank: Rank,
    /// Of its key.
    hash: u64,
    gone_at: Option<Instant>,
}

/// What stood in a slot before it was changed; [`Table::undo`] takes it.
#[derive(Debug)]
pub(super) struct Before {
    slot: u32,
    entry: Option<Entry>,
}

impl Table {
    pub(super) fn new(collection: &'static Collection) -> Self {
        Self {
            collection,
            slots: Vec::new(),
            free: Vec::new(),
            hasher: RandomState::default(),
            keys: HashTable::new(),
            order: Order::default(),
            indexes: collection.indexes.iter().map(|_| Index::default()).collect(),
            expiry: Expiry::default(),
            ending: 0,
            last_made: 0,
        }
    }

    pub(super) const fn collection(&self) -> &'static Collection {
        self.collection
    }

    pub(super) fn get(&self, key: &str) -> Option<Arc<dyn Record>> {
        let slot = self.find(self.hasher.hash_one(key), key)?;
        entry(&self.slots, slot).map(|entry| Arc::clone(&entry.record))
    }

    /// Writes a record. One that is replaced keeps its place in the order of making.
    pub(super) fn put(&mut self, record: Arc<dyn Record>) -> Before {
        let hash = self.hasher.hash_one(record.key());
        let known = self.find(hash, record.key());
        let made = match known.and_then(|slot| entry(&self.slots, slot)) {
            Some(entry) => entry.rank.made,
            None => self.next_made(),
        };
        self.write(known, Entry::new(record, made, hash))
    }

    /// Writes many records in the order of their making. They go in by age, so that none has to be
    /// put between others, which would take ever longer as there are more.
    pub(super) fn put_all(&mut self, records: Vec<Arc<dyn Record>>) {
        let entries = records.into_iter().map(|record| {
            let hash = self.hasher.hash_one(record.key());
            Entry::new(record, self.next_made(), hash)
        });
        let mut entries: Vec<Entry> = entries.collect();
        entries.sort_unstable_by_key(|entry| entry.rank);
        for entry in entries {
            let known = self.find(entry.hash, entry.record.key());
            self.write(known, entry);
        }
    }

    /// Removes a record, if there is one of that key.
    pub(super) fn remove(&mut self, key: &str) -> Option<Before> {
        let slot = self.find(self.hasher.hash_one(key), key)?;
        Some(self.clear(slot))
    }

    /// Removes what nothing can see any more, the first that went.
    pub(super) fn remove_gone(&mut self, now: Instant) -> Option<Before> {
        let holds = |end: &End| {
            entry(&self.slots, end.slot)
                .is_some_and(|entry| entry.rank == end.rank && entry.gone_at == Some(end.at))
        };
        let slot = self.expiry.first(now, holds)?;
        Some(self.clear(slot))
    }

    /// Removes the oldest, where there is more than the capacity. One at a time, so that no call
    /// pays for those before it.
    pub(super) fn remove_surplus(&mut self) -> Option<Before> {
        if self.order.len() <= self.collection.capacity {
            return None;
        }
        let slot = self.order.oldest()?;
        Some(self.clear(slot))
    }

    /// Takes a change back. The latest goes first: so the slot of what was removed is the one that
    /// became free last.
    pub(super) fn undo(&mut self, before: Before) {
        let Before { slot, entry: previous } = before;
        if previous.is_some() && entry(&self.slots, slot).is_none() {
            let taken = self.free.pop();
            debug_assert_eq!(taken, Some(slot), "changes are taken back in another order");
        }
        self.exchange(slot, previous);
    }

    /// All records, or those that stand under that text in an index; newest first.
    pub(super) fn list(&self, filter: Option<(usize, &str)>) -> Vec<Arc<dyn Record>> {
        let found = match filter {
            None => Some(&self.order),
            Some((number, text)) => self.indexes.get(number).and_then(|index| {
                index.find(self.hasher.hash_one(text), |slot| {
                    has_text(&self.slots, slot, number, text)
                })
            }),
        };
        let Some(found) = found else { return Vec::new() };
        let mut records = Vec::with_capacity(found.len());
        let entries = found.newest_first().filter_map(|slot| entry(&self.slots, slot));
        records.extend(entries.map(|entry| Arc::clone(&entry.record)));
        records
    }

    /// The records in the order of making, as snapshots write them.
    pub(super) fn in_order_of_making(&self) -> Vec<Arc<dyn Record>> {
        let mut entries: Vec<&Entry> = self.slots.iter().flatten().collect();
        entries.sort_unstable_by_key(|entry| entry.rank.made);
        entries.into_iter().map(|entry| Arc::clone(&entry.record)).collect()
    }

    const fn next_made(&mut self) -> u64 {
        self.last_made += 1;
        self.last_made
    }

    fn find(&self, hash: u64, key: &str) -> Option<u32> {
        let is_of = |slot: &u32| {
            entry(&self.slots, *slot)
                .is_some_and(|entry| entry.hash == hash && entry.record.key() == key)
        };
        self.keys.find(hash, is_of).copied()
    }

    /// Writes to the slot that has the key, or to a free one.
    fn write(&mut self, known: Option<u32>, entry: Entry) -> Before {
        let slot = known.or_else(|| self.free.pop()).unwrap_or_else(|| {
            self.slots.push(None);
            u32::try_from(self.slots.len() - 1).expect("memory ends before the numbers do")
        });
        Before { slot, entry: self.exchange(slot, Some(entry)) }
    }

    fn clear(&mut self, slot: u32) -> Before {
        Before { slot, entry: self.exchange(slot, None) }
    }

    /// Puts something or nothing in a slot, and returns what stood there. Two in one slot have one
    /// key.
    fn exchange(&mut self, slot: u32, next: Option<Entry>) -> Option<Entry> {
        let previous = self.slots[slot as usize].take();
        if let Some(previous) = &previous {
            self.forget(slot, previous, next.as_ref());
        }
        if let Some(next) = next {
            self.slots[slot as usize] = Some(next);
            self.learn(slot, previous.as_ref());
        }
        previous
    }

    /// Takes what left a slot out of everything that `next` does not take over as it is.
    fn forget(&mut self, slot: u32, previous: &Entry, next: Option<&Entry>) {
        if next.is_none() {
            if let Ok(found) = self.keys.find_entry(previous.hash, |other| *other == slot) {
                found.remove();
            }
            self.free.push(slot);
        }
        let next = next.filter(|next| next.rank == previous.rank);
        if next.is_none() {
            self.order.remove(previous.rank);
        }
        for (number, index) in self.indexes.iter_mut().enumerate() {
            if let Some(text) = previous.record.index(number)
                && next.is_none_or(|next| next.record.index(number) != Some(text))
            {
                index.remove(self.hasher.hash_one(text), previous.rank);
            }
        }
        if previous.gone_at.is_some() {
            self.ending -= 1;
        }
    }

    /// Adds what came to a slot to everything that it does not take over from `previous` as it is.
    fn learn(&mut self, slot: u32, previous: Option<&Entry>) {
        let slots = &self.slots;
        let Some(next) = entry(slots, slot) else { return };
        if previous.is_none() {
            let hash = |slot: &u32| entry(slots, *slot).map_or(0, |entry| entry.hash);
            self.keys.insert_unique(next.hash, slot, hash);
        }
        let previous = previous.filter(|previous| previous.rank == next.rank);
        if previous.is_none() {
            self.order.insert(next.rank, slot);
        }
        for (number, index) in self.indexes.iter_mut().enumerate() {
            if let Some(text) = next.record.index(number)
                && previous.is_none_or(|previous| previous.record.index(number) != Some(text))
            {
                let has_text = |slot| has_text(slots, slot, number, text);
                index.insert(self.hasher.hash_one(text), next.rank, slot, has_text);
            }
        }
        if let Some(at) = next.gone_at {
            self.ending += 1;
            if previous.is_none_or(|previous| previous.gone_at != next.gone_at) {
                self.expiry.insert(End { at, rank: next.rank, slot });
            }
        }
        if self.expiry.is_mostly_over(self.ending) {
            let numbered = (0..).zip(slots);
            self.expiry.renew(numbered.filter_map(|(slot, entry)| entry.as_ref()?.end(slot)));
        }
    }
}

impl Entry {
    fn new(record: Arc<dyn Record>, made: u64, hash: u64) -> Self {
        let (rank, gone_at) = (Rank { age: record.age(), made }, record.gone_at());
        Self { record, rank, hash, gone_at }
    }

    fn end(&self, slot: u32) -> Option<End> {
        self.gone_at.map(|at| End { at, rank: self.rank, slot })
    }
}

/// The entry in a slot. Slots are asked apart from the table while another part of it is changed.
fn entry(slots: &[Option<Entry>], slot: u32) -> Option<&Entry> {
    slots.get(slot as usize)?.as_ref()
}

/// Whether the record in a slot stands under that text in the index of that number.
fn has_text(slots: &[Option<Entry>], slot: u32, number: usize, text: &str) -> bool {
    entry(slots, slot).is_some_and(|entry| entry.record.index(number) == Some(text))
}
