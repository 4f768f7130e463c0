//! The inside of one atomic step: records by key and by index, and reproducible randomness.

use std::any::Any;
use std::sync::Arc;

use ring::digest;

use crate::clock::Instant;
use crate::store::Collection;
use crate::store::Record;

/// What a store offers to a step; values are whole records.
pub trait Records {
    /// The record of that key.
    fn get(&mut self, collection: &'static Collection, key: &str) -> Option<Arc<dyn Record>>;
    /// Writes a record under its key, replacing what stood there.
    fn put(&mut self, collection: &'static Collection, record: Arc<dyn Record>);
    /// Removes a record; tells whether there was one.
    fn remove(&mut self, collection: &'static Collection, key: &str) -> bool;
    /// All records, or those that stand under that text in the index of that number; newest first.
    fn list(
        &mut self,
        collection: &'static Collection,
        index: Option<(usize, &str)>,
    ) -> Vec<Arc<dyn Record>>;
    /// A number that no other call in this family and world has had; counts from 1.
    fn sequence(&mut self) -> u64;
}

/// One atomic step's view of a family's records.
pub struct Transaction<'t> {
    records: &'t mut dyn Records,
    seed: u64,
    now: Instant,
}

impl std::fmt::Debug for Transaction<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Transaction").field("now", &self.now).finish_non_exhaustive()
    }
}

impl<'t> Transaction<'t> {
    /// Opens the view; only stores do.
    pub fn new(records: &'t mut dyn Records, seed: u64, now: Instant) -> Self {
        Self { records, seed, now }
    }

    /// The instant that the whole step happens at.
    #[must_use]
    pub const fn now(&self) -> Instant {
        self.now
    }

    /// The record of that key.
    #[must_use]
    pub fn get<T: Record>(&mut self, collection: &'static Collection, key: &str) -> Option<Arc<T>> {
        self.records.get(collection, key).and_then(own)
    }

    /// Writes a record under the key that it carries.
    pub fn put<T: Record>(&mut self, collection: &'static Collection, record: T) {
        self.records.put(collection, Arc::new(record));
    }

    /// As [`Transaction::put`], for a record that the caller goes on reading.
    pub fn put_shared<T: Record>(&mut self, collection: &'static Collection, record: &Arc<T>) {
        self.records.put(collection, Arc::<T>::clone(record));
    }

    /// Removes a record; tells whether there was one.
    pub fn remove(&mut self, collection: &'static Collection, key: &str) -> bool {
        self.records.remove(collection, key)
    }

    /// All records, newest first.
    #[must_use]
    pub fn list<T: Record>(&mut self, collection: &'static Collection) -> Vec<Arc<T>> {
        self.records.list(collection, None).into_iter().filter_map(own).collect()
    }

    /// The records that stand under that text in the index of that name, newest first; none where
    /// the collection declares no such index.
    #[must_use]
    pub fn find<T: Record>(
        &mut self,
        collection: &'static Collection,
        index: &'static str,
        text: &str,
    ) -> Vec<Arc<T>> {
        let number = collection.indexes.iter().position(|name| *name == index);
        let found = number.map(|number| self.records.list(collection, Some((number, text))));
        found.into_iter().flatten().filter_map(own).collect()
    }

    /// 32 bytes that look random and are the same for the same seed and the same calls.
    #[must_use]
    pub fn random(&mut self) -> [u8; 32] {
        let mut place = [0; 16];
        place[..8].copy_from_slice(&self.seed.to_be_bytes());
        place[8..].copy_from_slice(&self.records.sequence().to_be_bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest::digest(&digest::SHA256, &place).as_ref());
        bytes
    }

    /// A UUID of version 4 (RFC 9562, section 5.4) from [`Transaction::random`].
    #[must_use]
    pub fn uuid(&mut self) -> String {
        let random = self.random();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&random[..16]);
        uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
    }

    /// `length` characters of base 62 from [`Transaction::random`], as in `sess_…` ids.
    #[must_use]
    pub fn base62(&mut self, length: usize) -> String {
        const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut text = String::with_capacity(length);
        while text.len() < length {
            let bytes = self.random();
            text.extend(
                bytes
                    .iter()
                    .take(length - text.len())
                    .map(|byte| char::from(DIGITS[usize::from(*byte) % DIGITS.len()])),
            );
        }
        text
    }
}

/// The record in its own type. A collection holds records of one type, so that nothing is left out
/// but what a caller asks for under a wrong name.
fn own<T: Record>(record: Arc<dyn Record>) -> Option<Arc<T>> {
    let record: Arc<dyn Any + Send + Sync> = record;
    record.downcast().ok()
}
