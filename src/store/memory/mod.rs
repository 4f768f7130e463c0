//! State in memory: one lock per world and family, held for microseconds.
//!
//! The locks are the standard library's and never live across an await: a step is synchronous, so
//! an asynchronous lock would only cost more. Nothing is written to disk; a snapshot is how state
//! outlives the process.

mod expiry;
mod index;
mod order;
mod shelf;
mod step;
mod table;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::RwLock;

use serde_json::Value;

use crate::clock::Instant;
use crate::store::Backend;
use crate::store::Family;
use crate::store::Step;
use crate::store::Store;
use crate::store::StoreFuture;
use crate::store::World;
use crate::store::memory::shelf::Frozen;
use crate::store::memory::shelf::Shelf;
use crate::store::memory::step::OpenStep;

/// State in memory, for tests and for one replica.
pub static BACKEND: Backend =
    Backend { id: "memory", make: |seed| Arc::new(MemoryStore::new(seed)) };

/// The shelves, by world and family.
type Shelves = Vec<(World, &'static str, Arc<Mutex<Shelf>>)>;

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
    shelves: RwLock<Shelves>,
}

impl MemoryStore {
    /// An empty store; `seed` makes ids and tokens reproducible.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { seed, shelves: RwLock::default() }
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
        let mut locked = lock(&shelf);
        self.seed(&mut locked, family, now);
        let replaced = OpenStep::run(&mut locked, self.seed, now, step);
        drop(locked);
        drop(replaced);
    }

    /// The shelf of that world and family. Only finding it needs the store's own lock, so that
    /// worlds do not wait for each other.
    fn shelf(&self, world: &World, family: &'static Family) -> Arc<Mutex<Shelf>> {
        let find = |shelves: &Shelves| {
            let mut shelves = shelves.iter();
            let found = shelves.find(|(of, id, _)| *id == family.id && of == world);
            found.map(|(_, _, shelf)| Arc::clone(shelf))
        };
        let known = find(&self.shelves.read().unwrap_or_else(PoisonError::into_inner));
        known.unwrap_or_else(|| {
            let mut shelves = self.shelves.write().unwrap_or_else(PoisonError::into_inner);
            find(&shelves).unwrap_or_else(|| {
                let shelf = Arc::new(Mutex::new(Shelf::new(family)));
                shelves.push((world.clone(), family.id, Arc::clone(&shelf)));
                shelf
            })
        })
    }

    /// Does something with the shelves of several families while nobody else can see any of them.
    ///
    /// Locking goes by the families' ids, so that two callers never wait for each other.
    fn at_once<T>(
        &self,
        world: &World,
        families: &[&'static Family],
        action: impl FnOnce(&mut [MutexGuard<'_, Shelf>]) -> T,
    ) -> T {
        let mut order: Vec<usize> = (0..families.len()).collect();
        order.sort_by_key(|index| families[*index].id);
        let shelves: Vec<Arc<Mutex<Shelf>>> =
            families.iter().map(|family| self.shelf(world, family)).collect();
        let mut locked: Vec<(usize, MutexGuard<'_, Shelf>)> =
            order.into_iter().map(|index| (index, lock(&shelves[index]))).collect();
        locked.sort_by_key(|(index, _)| *index);
        let mut locked: Vec<_> = locked.into_iter().map(|(_, shelf)| shelf).collect();
        action(&mut locked)
    }

    fn seed(&self, shelf: &mut Shelf, family: &'static Family, now: Instant) {
        if !shelf.seeded {
            let replaced =
                OpenStep::run(shelf, self.seed, now, &mut |transaction| (family.seed)(transaction));
            drop(replaced);
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
        families: &'s [&'static Family],
        now: Instant,
    ) -> StoreFuture<'s, Vec<Value>> {
        Box::pin(async move {
            let frozen: Vec<_> = self.at_once(world, families, |shelves| {
                let pairs = shelves.iter_mut().zip(families);
                pairs
                    .map(|(shelf, family)| {
                        self.seed(shelf, family, now);
                        shelf.freeze()
                    })
                    .collect()
            });
            Ok(frozen.into_iter().map(Frozen::into_json).collect())
        })
    }

    fn restore<'s>(
        &'s self,
        world: &'s World,
        states: &'s [(&'static Family, Option<&'s Value>)],
        now: Instant,
    ) -> StoreFuture<'s, ()> {
        Box::pin(async move {
            let mut restored = Vec::with_capacity(states.len());
            for (family, state) in states {
                restored.push(match state {
                    Some(state) => Shelf::from_json(family, state)?,
                    None => {
                        let mut shelf = Shelf::new(family);
                        self.seed(&mut shelf, family, now);
                        shelf
                    }
                });
            }
            let families: Vec<&'static Family> = states.iter().map(|(family, _)| *family).collect();
            self.at_once(world, &families, |shelves| {
                for (shelf, restored) in shelves.iter_mut().zip(restored) {
                    **shelf = restored;
                }
            });
            Ok(())
        })
    }
}

/// A panic under a lock is no reason to stop: the step that panicked was undone.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
