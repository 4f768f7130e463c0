//! STUB (keeper): state in memory.

use serde_json::Value;

use crate::clock::Instant;
use crate::store::Family;
use crate::store::Step;
use crate::store::Store;
use crate::store::StoreFuture;
use crate::store::World;

/// State in memory: one lock per world and family, held for microseconds, never across an await.
#[derive(Debug)]
pub struct MemoryStore {}

impl MemoryStore {
    /// An empty store; `seed` makes ids and tokens reproducible.
    #[must_use]
    pub fn new(_seed: u64) -> Self {
        Self {}
    }

    /// [`Store::transact`] without a future, for tests and for callers that can not wait.
    pub fn transact_now(
        &self,
        _world: &World,
        _family: &'static Family,
        _now: Instant,
        _step: Step<'_>,
    ) {
        todo!()
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
        self.transact_now(world, family, now, step);
        Box::pin(std::future::ready(Ok(())))
    }

    fn snapshot<'s>(
        &'s self,
        _world: &'s World,
        _family: &'static Family,
        _now: Instant,
    ) -> StoreFuture<'s, Value> {
        todo!()
    }

    fn restore<'s>(
        &'s self,
        _world: &'s World,
        _family: &'static Family,
        _state: &'s Value,
    ) -> StoreFuture<'s, ()> {
        todo!()
    }

    fn reset<'s>(&'s self, _world: &'s World, _family: &'static Family) -> StoreFuture<'s, ()> {
        todo!()
    }
}
