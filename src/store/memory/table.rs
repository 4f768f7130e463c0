//! The records of one collection, with their order, their declared indexes and their expiry.
//!
//! Knows nothing of steps: whoever changes a table keeps what it needs to change it back.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::sync::Arc;

use foldhash::HashMap;

use crate::clock::Instant;
use crate::store::Collection;
use crate::store::Record;

/// Where a record stands in the order: its age, then the order of making, which no two share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    age: i64,
    made: u64,
}

/// A record in its place.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    rank: Rank,
    /// The record, shared with whoever reads it.
    pub(super) record: Arc<dyn Record>,
}

/// Records in order, oldest first.
type Ordered = BTreeMap<Rank, Arc<dyn Record>>;

/// The records of one collection.
#[derive(Debug)]
pub(super) struct Table {
    collection: &'static Collection,
    entries: HashMap<Arc<str>, Entry>,
    order: Ordered,
    /// By declared index, then by the text.
    indexes: Vec<HashMap<Box<str>, Ordered>>,
    /// What will be gone, the first to go first.
    expiry: BTreeSet<(Instant, Rank)>,
    last_made: u64,
}

impl Table {
    pub(super) fn new(collection: &'static Collection) -> Self {
        Self {
            collection,
            entries: HashMap::default(),
            order: Ordered::new(),
            indexes: vec![HashMap::default(); collection.indexes.len()],
            expiry: BTreeSet::new(),
            last_made: 0,
        }
    }

    pub(super) const fn collection(&self) -> &'static Collection {
        self.collection
    }

    pub(super) fn get(&self, key: &str) -> Option<Arc<dyn Record>> {
        self.entries.get(key).map(|entry| Arc::clone(&entry.record))
    }

    /// Writes a record and returns what stood there, with the key. One that is replaced keeps its
    /// place in the order of making.
    pub(super) fn put(&mut self, record: Arc<dyn Record>) -> (Arc<str>, Option<Entry>) {
        let known = self.entries.get_key_value(record.key());
        let (key, made) = match known {
            Some((key, entry)) => (Arc::clone(key), entry.rank.made),
            None => {
                self.last_made += 1;
                (Arc::from(record.key()), self.last_made)
            }
        };
        let rank = Rank { age: record.age(), made };
        let previous = self.place(&key, Some(Entry { rank, record }));
        (key, previous)
    }

    /// Puts an entry, or nothing, under a key and returns what stood there.
    pub(super) fn place(&mut self, key: &Arc<str>, entry: Option<Entry>) -> Option<Entry> {
        if let Some(entry) = &entry {
            self.order.insert(entry.rank, Arc::clone(&entry.record));
        }
        let previous = match &entry {
            Some(entry) => self.entries.insert(Arc::clone(key), entry.clone()),
            None => self.entries.remove(key),
        };
        if let Some(previous) = &previous {
            self.forget(previous, entry.as_ref());
        }
        if let Some(entry) = entry {
            for (number, index) in self.indexes.iter_mut().enumerate() {
                let Some(text) = entry.record.index(number) else { continue };
                match index.get_mut(text) {
                    Some(records) => drop(records.insert(entry.rank, Arc::clone(&entry.record))),
                    None => {
                        let records = Ordered::from([(entry.rank, Arc::clone(&entry.record))]);
                        index.insert(Box::from(text), records);
                    }
                }
            }
            if let Some(at) = entry.record.gone_at() {
                self.expiry.insert((at, entry.rank));
            }
        }
        previous
    }

    /// Takes an entry out of order, indexes and expiry; what `next` takes over by itself stays.
    fn forget(&mut self, previous: &Entry, next: Option<&Entry>) {
        if next.is_none_or(|next| next.rank != previous.rank) {
            self.order.remove(&previous.rank);
        }
        for (number, index) in self.indexes.iter_mut().enumerate() {
            let Some(text) = previous.record.index(number) else { continue };
            if let Some(records) = index.get_mut(text) {
                records.remove(&previous.rank);
                if records.is_empty() {
                    index.remove(text);
                }
            }
        }
        if let Some(at) = previous.record.gone_at() {
            self.expiry.remove(&(at, previous.rank));
        }
    }

    /// All records, or those that stand under that text in an index; newest first.
    pub(super) fn list(&self, filter: Option<(usize, &str)>) -> Vec<Arc<dyn Record>> {
        let found = match filter {
            None => Some(&self.order),
            Some((number, text)) => self.indexes.get(number).and_then(|index| index.get(text)),
        };
        found.map_or_else(Vec::new, |records| records.values().rev().map(Arc::clone).collect())
    }

    /// Keys and records in the order of making, as snapshots write them.
    pub(super) fn in_order_of_making(&self) -> Vec<(Arc<str>, Arc<dyn Record>)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(_, entry)| entry.rank.made);
        entries
            .into_iter()
            .map(|(key, entry)| (Arc::clone(key), Arc::clone(&entry.record)))
            .collect()
    }

    /// What nothing can see any more, the first that went.
    pub(super) fn gone(&self, now: Instant) -> Option<Arc<str>> {
        let (_, rank) = self.expiry.first().filter(|(at, _)| *at <= now)?;
        self.key(self.order.get(rank)?)
    }

    /// The oldest, where there is more than the capacity. One at a time, so that no call pays for
    /// those before it.
    pub(super) fn surplus(&self) -> Option<Arc<str>> {
        if self.entries.len() <= self.collection.capacity {
            return None;
        }
        self.key(self.order.values().next()?)
    }

    fn key(&self, record: &Arc<dyn Record>) -> Option<Arc<str>> {
        self.entries.get_key_value(record.key()).map(|(key, _)| Arc::clone(key))
    }
}
