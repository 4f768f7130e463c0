//! State: one atomic step over everything that it touches.
//!
//! The APIs of one *family* share state. A step reads and writes records of one family in one
//! world, by key and by declared index, and is committed whole or not at all. Expiry is a function
//! of the record and the clock and no business of the store, which only sweeps what nothing can
//! see any more.

pub mod memory;
pub mod transaction;
pub mod world;

use std::any::Any;
use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::Segment;

pub use memory::MemoryStore;
pub use transaction::Records;
pub use transaction::Transaction;
pub use world::World;

use crate::clock::Instant;
use crate::finding::mask;
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

/// Something that a family keeps, as the API that plays it has it in hand.
///
/// Records are kept as they are, not as JSON: a call reads and writes them without taking apart or
/// putting together anything. JSON is what they become when somebody asks for the whole state, or
/// when they have to leave the process.
pub trait Record: Any + Debug + Send + Sync {
    /// The text that the record is found by.
    fn key(&self) -> &str;

    /// The text that it is found by in the collection's index of that number; `None` where it
    /// stands in no such index.
    fn index(&self, number: usize) -> Option<&str> {
        let _ = number;
        None
    }

    /// What lists are ordered by, newest first; records of equal age keep the order of their
    /// making, the later first.
    fn age(&self) -> i64 {
        0
    }

    /// From when on nothing can see the record, so that it may be swept; `None`: never.
    fn gone_at(&self) -> Option<Instant> {
        None
    }

    /// The record as a JSON object that the collection's `read` takes.
    fn to_json(&self) -> Value;
}

/// Records of one kind.
#[derive(Debug)]
pub struct Collection {
    /// Its name, a plural noun in kebab-case.
    pub name: &'static str,
    /// The member of a record's JSON that is its key.
    pub key: &'static str,
    /// Names of the texts by which records can be found besides their key.
    pub indexes: &'static [&'static str],
    /// How many records are kept; the next one makes the oldest go.
    pub capacity: usize,
    /// The record that a JSON object from outside is.
    pub read: fn(&Value) -> Result<Arc<dyn Record>, Misfit>,
}

/// Why a value is no record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misfit {
    /// The place inside the value.
    pub at: Pointer,
    /// What is wrong there.
    pub reason: String,
}

/// A `read` for collections whose records are of type `T` and need no further judging.
///
/// # Errors
///
/// What serde says of a value that is no `T`, and where.
pub fn read_record<T: Record + DeserializeOwned>(value: &Value) -> Result<Arc<dyn Record>, Misfit> {
    read_as::<T>(value).map(|record| Arc::new(record) as Arc<dyn Record>)
}

/// The value of type `T` that a value from outside is.
///
/// # Errors
///
/// What serde says of a value that is no `T`, and where.
pub fn read_as<T: DeserializeOwned>(value: &Value) -> Result<T, Misfit> {
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
        Misfit { reason: without_secrets(&at, error.into_inner().to_string()), at }
    })
}

/// What a caller does in one atomic step. It may run again and must have no other effect than
/// through the transaction and its own result.
pub type Step<'s> = &'s mut (dyn FnMut(&mut Transaction<'_>) + Send);

/// What is wrong with a value, without the value where its place tells that it is a secret.
fn without_secrets(at: &Pointer, reason: String) -> String {
    let is_secret = at.tokens().any(|name| mask::is_telling(&name));
    match (reason.find('"'), reason.rfind('"')) {
        (Some(start), Some(end)) if is_secret && start < end => {
            format!("{}{}{}", &reason[..=start], mask::MASK, &reason[end..])
        }
        _ => mask::text(&reason).into_owned(),
    }
}

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

    /// The whole states of families, each named once, at one instant and in their order; a state
    /// is `{ "<collection>": { "<key>": record }, "sequence": n }`.
    fn snapshot<'s>(
        &'s self,
        world: &'s World,
        families: &'s [&'static Family],
        now: Instant,
    ) -> StoreFuture<'s, Vec<Value>>;

    /// Replaces the whole states of families, each named once, in one step by what
    /// [`Store::snapshot`] gave; a family without a state is seeded afresh. All of it or, with
    /// [`StoreError::Rejected`], nothing. Unknown collections and records that fail their
    /// collection's check are rejected.
    fn restore<'s>(
        &'s self,
        world: &'s World,
        states: &'s [(&'static Family, Option<&'s Value>)],
        now: Instant,
    ) -> StoreFuture<'s, ()>;
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
    /// A state that is no state of its family.
    #[error("{place}: {reason}")]
    Rejected {
        /// The place: the family, then the place in its state.
        place: Pointer,
        /// What is wrong there and what was expected.
        reason: String,
    },
}
