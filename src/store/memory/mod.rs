//! State in memory: one lock per world and family, held for microseconds.
//!
//! The locks are the standard library's and never live across an await: a step is synchronous, so
//! an asynchronous lock would only cost more. Nothing is written to disk; a snapshot is how state
//! outlives the process.

mod shelf;
mod step;
mod table;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use serde_json::Value;

use crate::clock::Instant;
use crate::store::Backend;
use crate::store::Family;
use crate::store::Step;
use crate::store::Store;
use crate::store::StoreFuture;
use crate::store::World;
use crate::store::memory::shelf::Shelf;
use crate::store::memory::step::OpenStep;

/// State in memory, for tests and for one replica.
pub static BACKEND: Backend =
    Backend { id: "memory", make: |seed| Arc::new(MemoryStore::new(seed)) };

/// The shelves, by world and family.
type Shelves = BTreeMap<(World, &'static str), Arc<Mutex<Shelf>>>;

/// State in memory: one lock per world and family, held for microseconds, never across an await.
///
/// # Examples
///
/// ```
/// use standin::clock::Instant;
/// use standin::store::{Family, MemoryStore, World};
///
/// static FAMILY: Family = Family { id: "notes", collections: &[], seed: |_| () };
/// let store = MemoryStore::new(7);
/// let mut id = String::new();
/// store.transact_now(&World::default(), &FAMILY, Instant::from_millis(0), &mut |tx| {
///     id = tx.base62(27);
/// });
/// assert_eq!(id.len(), 27);
/// ```
#[derive(Debug)]
pub struct MemoryStore {
    seed: u64,
    shelves: Mutex<Shelves>,
}

impl MemoryStore {
    /// An empty store; `seed` makes ids and tokens reproducible.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, shelves: Mutex::default() }
    }

    /// [`Store::transact`] without a future, for tests and for callers that can not wait.
    ///
    /// A step that panics leaves nothing behind, and the panic goes on to the caller.
    pub fn transact_now(
        &self,
        world: &World,
        family: &'static Family,
        now: Instant,
        step: Step<'_>,
    ) {
        let shelf = self.shelf(world, family);
        let mut shelf = lock(&shelf);
        self.seed(&mut shelf, family, now);
        OpenStep::run(&mut shelf, self.seed, now, step);
    }

    /// The shelf of that world and family. Only finding it needs the store's own lock, so that
    /// worlds do not wait for each other.
    fn shelf(&self, world: &World, family: &'static Family) -> Arc<Mutex<Shelf>> {
        let mut shelves = lock(&self.shelves);
        let shelf = shelves.entry((world.clone(), family.id));
        Arc::clone(shelf.or_insert_with(|| Arc::new(Mutex::new(Shelf::new(family)))))
    }

    fn seed(&self, shelf: &mut Shelf, family: &'static Family, now: Instant) {
        if !shelf.seeded {
            OpenStep::run(shelf, self.seed, now, &mut |transaction| (family.seed)(transaction));
            shelf.seeded = true;
        }
    }
}

impl Store for MemoryStore {
    fn transact<'s>(
        &'s self,
        world: &'s World,
        family: &'static Family,
        now: Instant,
        step: Step<'s>,
    ) -> StoreFuture<'s, ()> {
        Box::pin(async move {
            self.transact_now(world, family, now, step);
            Ok(())
        })
    }

    fn snapshot<'s>(
        &'s self,
        world: &'s World,
        family: &'static Family,
        now: Instant,
    ) -> StoreFuture<'s, Value> {
        Box::pin(async move {
            let shelf = self.shelf(world, family);
            let frozen = {
                let mut shelf = lock(&shelf);
                self.seed(&mut shelf, family, now);
                shelf.freeze()
            };
            Ok(frozen.into_json())
        })
    }

    fn restore<'s>(
        &'s self,
        world: &'s World,
        family: &'static Family,
        state: &'s Value,
    ) -> StoreFuture<'s, ()> {
        Box::pin(async move {
            let restored = Shelf::from_json(family, state)?;
            *lock(&self.shelf(world, family)) = restored;
            Ok(())
        })
    }

    fn reset<'s>(&'s self, world: &'s World, family: &'static Family) -> StoreFuture<'s, ()> {
        Box::pin(async move {
            *lock(&self.shelf(world, family)) = Shelf::new(family);
            Ok(())
        })
    }
}

/// A panic under a lock is no reason to stop: the step that panicked was undone.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
