//! One step in progress: every change is noted so that a step that panics leaves nothing behind.

use std::sync::Arc;

use crate::clock::Instant;
use crate::store::Collection;
use crate::store::Record;
use crate::store::Records;
use crate::store::Step;
use crate::store::Transaction;
use crate::store::memory::shelf::Shelf;
use crate::store::memory::table::Before;

/// A change that can be taken back: where, and what stood there.
#[derive(Debug)]
struct Change {
    table: usize,
    before: Before,
}

/// What a committed step replaced or removed: memory to be given back.
#[derive(Debug)]
#[must_use = "dropping it early is what it is there to put off"]
pub(super) struct Replaced {
    _changes: Vec<Change>,
}

/// A shelf with a step running on it; dropped before it is committed, it puts everything back.
#[derive(Debug)]
pub(super) struct OpenStep<'s> {
    shelf: &'s mut Shelf,
    changes: Vec<Change>,
    sequence_before: u64,
    committed: bool,
}

impl<'s> OpenStep<'s> {
    /// Runs `step`, sweeps what there is too much of, and commits. What was replaced comes back, so
    /// that the caller lets go of it where nobody waits for the shelf.
    pub(super) fn run(shelf: &'s mut Shelf, seed: u64, now: Instant, step: Step<'_>) -> Replaced {
        let sequence_before = shelf.sequence;
        let mut open = Self { shelf, changes: Vec::new(), sequence_before, committed: false };
        step(&mut Transaction::new(&mut open, seed, now));
        open.sweep(now);
        open.committed = true;
        Replaced { _changes: std::mem::take(&mut open.changes) }
    }

    /// Two that are gone for each that was written, so that what is over does not pile up to the
    /// capacity and no call pays for many before it; then whatever is still too much.
    fn sweep(&mut self, now: Instant) {
        for table in 0..self.shelf.tables.len() {
            let written = self.changes.iter().filter(|change| change.table == table).count();
            for _ in 0..written * 2 {
                let Some(before) = self.shelf.tables[table].remove_gone(now) else { break };
                self.changes.push(Change { table, before });
            }
            while let Some(before) = self.shelf.tables[table].remove_surplus() {
                self.changes.push(Change { table, before });
            }
        }
    }
}

impl Records for OpenStep<'_> {
    fn get(&mut self, collection: &'static Collection, key: &str) -> Option<Arc<dyn Record>> {
        let table = self.shelf.table(collection)?;
        self.shelf.tables[table].get(key)
    }

    fn put(&mut self, collection: &'static Collection, record: Arc<dyn Record>) {
        let Some(table) = self.shelf.table(collection) else { return };
        let before = self.shelf.tables[table].put(record);
        self.changes.push(Change { table, before });
    }

    fn remove(&mut self, collection: &'static Collection, key: &str) -> bool {
        let Some(table) = self.shelf.table(collection) else { return false };
        let Some(before) = self.shelf.tables[table].remove(key) else { return false };
        self.changes.push(Change { table, before });
        true
    }

    fn list(
        &mut self,
        collection: &'static Collection,
        index: Option<(usize, &str)>,
    ) -> Vec<Arc<dyn Record>> {
        let Some(table) = self.shelf.table(collection) else { return Vec::new() };
        self.shelf.tables[table].list(index)
    }

    fn sequence(&mut self) -> u64 {
        self.shelf.sequence += 1;
        self.shelf.sequence
    }
}

impl Drop for OpenStep<'_> {
    fn drop(&mut self) {
        if self.committed {
            return;
        }
        for change in self.changes.drain(..).rev() {
            self.shelf.tables[change.table].undo(change.before);
        }
        self.shelf.sequence = self.sequence_before;
    }
}
