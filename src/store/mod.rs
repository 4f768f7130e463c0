//! State: one atomic step over everything that it touches.
//!
//! The APIs of one *family* share state. A step reads and writes records of one family in one
//! world, by key and by declared index, and is committed whole or not at all. Expiry is a function
//! of the record and the clock and no business of the store, which only sweeps what nothing can
//! see any more.

pub mod memory;
pub mod transaction;
pub mod world;

use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde_json::Value;
use serde_path_to_error::Segment;

pub use memory::MemoryStore;
pub use transaction::Records;
pub use transaction::Transaction;
pub use world::World;

use crate::clock::Instant;
use crate::pointer::Pointer;

/// APIs that share state.
#[derive(Debug)]
pub struct Family {
    /// Its id: the vendor's name, for example `clerk`.
    pub id: &'static str,
    /// What it keeps.
    pub collections: &'static [&'static Collection],
    /// Puts in what every fresh world begins with.
    pub seed: fn(&mut Transaction<'_>),
}

/// Records of one kind. A record is a JSON object.
#[derive(Debug)]
pub struct Collection {
    /// Its name, a plural noun in kebab-case.
    pub name: &'static str,
    /// The member that is the record's key.
    pub key: &'static str,
    /// Members by whose text records can be found.
    pub indexes: &'static [&'static str],
    /// The member (an integer) that lists are ordered by, newest first; records of equal value
    /// keep the order of their making, the later first.
    pub newest_by: Option<&'static str>,
    /// How many records are kept before the sweep.
    pub capacity: usize,
    /// Whether nothing can see a record any more, so that it may be swept.
    pub is_gone: fn(&Value, Instant) -> bool,
    /// Whether a value is a record of this collection.
    pub check: fn(&Value) -> Result<(), Misfit>,
}

/// Why a value is no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The place inside the value.
    pub at: Pointer,
    /// What is wrong there.
    pub reason: String,
}

/// A `check` for collections whose records are of type `T`.
///
/// # Errors
///
/// What serde says of a value that is no `T`, and where.
pub fn check_as<T: serde::de::DeserializeOwned>(value: &Value) -> Result<(), Misfit> {
    read_as::<T>(value).map(|_| ())
}

/// The record of type `T` that a value from outside is.
///
/// # Errors
///
/// What serde says of a value that is no `T`, and where.
pub fn read_as<T: serde::de::DeserializeOwned>(value: &Value) -> Result<T, Misfit> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let mut at = Pointer::root();
        for segment in error.path() {
            at = match segment {
                Segment::Seq { index } => at.child(index.to_string()),
                Segment::Map { key } => at.child(key),
                Segment::Enum { variant } => at.child(variant),
                Segment::Unknown => at,
            };
        }
        Misfit { at, reason: error.into_inner().to_string() }
    })
}

/// What a caller does in one atomic step. It may run again and must have no other effect than
/// through the transaction and its own result.
pub type Step<'s> = &'s mut (dyn FnMut(&mut Transaction<'_>) + Send);

/// A future that a store returns.
pub type StoreFuture<'s, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 's>>;

/// Where state lives.
pub trait Store: Debug + Send + Sync {
    /// Runs `step` on the family's records in that world and commits what it wrote, or nothing.
    ///
    /// A family that the world has not seen is seeded first. `now` is what the transaction tells
    /// and what sweeping goes by.
    fn transact<'s>(
        &'s self,
        world: &'s World,
        family: &'static Family,
        now: Instant,
        step: Step<'s>,
    ) -> StoreFuture<'s, ()>;

    /// The family's whole state as `{ "<collection>": { "<key>": record }, "sequence": n }`.
    fn snapshot<'s>(
        &'s self,
        world: &'s World,
        family: &'static Family,
        now: Instant,
    ) -> StoreFuture<'s, Value>;

    /// Replaces the family's whole state by what [`Store::snapshot`] gave; all of it or, with
    /// [`StoreError::Rejected`], nothing. Unknown collections and records that fail their
    /// collection's check are rejected.
    fn restore<'s>(
        &'s self,
        world: &'s World,
        family: &'static Family,
        state: &'s Value,
    ) -> StoreFuture<'s, ()>;

    /// Forgets the family's state; the next step finds it freshly seeded.
    fn reset<'s>(&'s self, world: &'s World, family: &'static Family) -> StoreFuture<'s, ()>;
}

/// A kind of store: how to make an empty one.
#[derive(Debug)]
pub struct Backend {
    /// Its id, equal to the name of its file or folder.
    pub id: &'static str,
    /// Makes an empty store; the seed makes ids and tokens reproducible.
    pub make: fn(seed: u64) -> Arc<dyn Store>,
}

/// Every kind of store; the conformance suite runs over all of them.
pub static STORES: &[&Backend] = &[&memory::BACKEND];

/// What a store could not do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// A state that is no state of this family.
    #[error("{place}: {reason}")]
    Rejected {
        /// The place in the state.
        place: Pointer,
        /// What is wrong there and what was expected.
        reason: String,
    },
}
