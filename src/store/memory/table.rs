//! The records of one collection, with their order and their declared indexes.
//!
//! Knows nothing of steps: whoever changes a table keeps what it needs to change it back.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::clock::Instant;
use crate::store::Collection;

/// Where a record stands in the order: the `newest_by` member, then the order of making.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    age: i64,
    made: u64,
}

/// A record in its place.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    rank: Rank,
    /// The whole record, shared with whoever reads it.
    pub(super) record: Arc<Value>,
}

/// Keys in order, oldest first.
type Ordered = BTreeSet<(Rank, Arc<str>)>;

/// The records of one collection.
#[derive(Debug)]
pub(super) struct Table {
    collection: &'static Collection,
    entries: HashMap<Arc<str>, Entry>,
    order: Ordered,
    /// By declared index, then by the member's text.
    indexes: Vec<HashMap<String, Ordered>>,
    last_made: u64,
}

impl Table {
    pub(super) fn new(collection: &'static Collection) -> Self {
        Self {
            collection,
            entries: HashMap::new(),
            order: Ordered::new(),
            indexes: vec![HashMap::new(); collection.indexes.len()],
            last_made: 0,
        }
    }

    pub(super) const fn collection(&self) -> &'static Collection {
        self.collection
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn get(&self, key: &str) -> Option<Arc<Value>> {
        self.entries.get(key).map(|entry| Arc::clone(&entry.record))
    }

    /// Writes a record and returns what stood there. One that is replaced keeps its place in the
    /// order of making.
    pub(super) fn put(&mut self, key: &str, record: Value) -> Option<Entry> {
        let made = self.entries.get(key).map(|entry| entry.rank.made).unwrap_or_else(|| {
            self.last_made += 1;
            self.last_made
        });
        let age = self.collection.newest_by.and_then(|member| record.get(member)?.as_i64());
        let rank = Rank { age: age.unwrap_or(0), made };
        self.place(key, Some(Entry { rank, record: Arc::new(record) }))
    }

    /// Makes `entry` (or nothing) stand under `key` and returns what stood there.
    pub(super) fn place(&mut self, key: &str, entry: Option<Entry>) -> Option<Entry> {
        let previous = self.entries.remove_entry(key);
        if let Some((key, previous)) = &previous {
            self.order.remove(&(previous.rank, Arc::clone(key)));
            self.for_each_index(&previous.record, |index, text| {
                if let Some(keys) = index.get_mut(text) {
                    keys.remove(&(previous.rank, Arc::clone(key)));
                    if keys.is_empty() {
                        index.remove(text);
                    }
                }
            });
        }
        if let Some(entry) = entry {
            let key: Arc<str> =
                previous.as_ref().map_or_else(|| Arc::from(key), |(key, _)| Arc::clone(key));
            self.order.insert((entry.rank, Arc::clone(&key)));
            self.for_each_index(&entry.record, |index, text| {
                let keys = index.entry(text.to_owned()).or_default();
                keys.insert((entry.rank, Arc::clone(&key)));
            });
            self.entries.insert(key, entry);
        }
        previous.map(|(_, entry)| entry)
    }

    /// All records, or those whose `member` has that text; newest first.
    pub(super) fn list(&self, filter: Option<(&str, &str)>) -> Vec<Arc<Value>> {
        let Some((member, text)) = filter else { return self.read(&self.order) };
        let declared = self.collection.indexes.iter().position(|index| *index == member);
        match declared {
            Some(at) => self.indexes[at].get(text).map_or_else(Vec::new, |keys| self.read(keys)),
            // Nobody declared it: still right, only slow.
            None => {
                let mut all = self.read(&self.order);
                all.retain(|record| record.get(member).and_then(Value::as_str) == Some(text));
                all
            }
        }
    }

    /// Keys and records in the order of making, as snapshots write them.
    pub(super) fn in_order_of_making(&self) -> Vec<(Arc<str>, Arc<Value>)> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|(_, entry)| entry.rank.made);
        entries
            .into_iter()
            .map(|(key, entry)| (Arc::clone(key), Arc::clone(&entry.record)))
            .collect()
    }

    /// What has to go so that no more than the capacity is kept: first what nothing can see any
    /// more, then the oldest. Some room beyond the need is made, so that a full table is not
    /// searched on each call.
    pub(super) fn sweepable(&self, now: Instant) -> Vec<Arc<str>> {
        let capacity = self.collection.capacity;
        if self.len() <= capacity {
            return Vec::new();
        }
        let is_gone = |key: &Arc<str>| {
            self.entries.get(key).is_some_and(|entry| (self.collection.is_gone)(&entry.record, now))
        };
        let (gone, alive): (Vec<_>, Vec<_>) =
            self.order.iter().map(|(_, key)| Arc::clone(key)).partition(is_gone);
        let kept = capacity - capacity / 64 * 16;
        let surplus = alive.len().saturating_sub(kept);
        gone.into_iter().chain(alive.into_iter().take(surplus)).collect()
    }

    fn read(&self, keys: &Ordered) -> Vec<Arc<Value>> {
        keys.iter().rev().filter_map(|(_, key)| self.get(key)).collect()
    }

    fn for_each_index(
        &mut self,
        record: &Value,
        mut change: impl FnMut(&mut HashMap<String, Ordered>, &str),
    ) {
        for (member, index) in self.collection.indexes.iter().zip(&mut self.indexes) {
            if let Some(text) = record.get(*member).and_then(Value::as_str) {
                change(index, text);
            }
        }
    }
}
