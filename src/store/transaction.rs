//! The inside of one atomic step: records by key and by index, and reproducible randomness.

use std::sync::Arc;

use ring::digest;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::clock::Instant;
use crate::store::Collection;

/// What a store offers to a step; values are whole records.
pub trait Records {
    /// The record of that key.
    fn get(&mut self, collection: &'static Collection, key: &str) -> Option<Arc<Value>>;
    /// Writes a record under its key, replacing what stood there.
    fn put(&mut self, collection: &'static Collection, key: &str, record: Value);
    /// Removes a record; tells whether there was one.
    fn remove(&mut self, collection: &'static Collection, key: &str) -> bool;
    /// All records, or those whose indexed member has that text; newest first.
    fn list(
        &mut self,
        collection: &'static Collection,
        index: Option<(&'static str, &str)>,
    ) -> Vec<Arc<Value>>;
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
    pub fn get<T: DeserializeOwned>(
        &mut self,
        collection: &'static Collection,
        key: &str,
    ) -> Option<T> {
        self.records.get(collection, key).and_then(|record| T::deserialize(&*record).ok())
    }

    /// Writes a record under the key that it carries.
    ///
    /// A record that can not be written as a JSON object with its key is a mistake in the calling
    /// API; it is left out, and the tests of that API see it missing.
    pub fn put<T: Serialize>(&mut self, collection: &'static Collection, record: &T) {
        let Ok(value) = serde_json::to_value(record) else { return };
        let Some(key) = value.get(collection.key).and_then(Value::as_str).map(str::to_owned) else {
            return;
        };
        self.records.put(collection, &key, value);
    }

    /// Removes a record; tells whether there was one.
    pub fn remove(&mut self, collection: &'static Collection, key: &str) -> bool {
        self.records.remove(collection, key)
    }

    /// All records, newest first.
    #[must_use]
    pub fn list<T: DeserializeOwned>(&mut self, collection: &'static Collection) -> Vec<T> {
        read(self.records.list(collection, None))
    }

    /// The records whose `index` member has that text, newest first.
    #[must_use]
    pub fn find<T: DeserializeOwned>(
        &mut self,
        collection: &'static Collection,
        index: &'static str,
        text: &str,
    ) -> Vec<T> {
        read(self.records.list(collection, Some((index, text))))
    }

    /// 32 bytes that look random and are the same for the same seed and the same calls.
    #[must_use]
    pub fn random(&mut self) -> [u8; 32] {
        let mut context = digest::Context::new(&digest::SHA256);
        context.update(&self.seed.to_be_bytes());
        context.update(&self.records.sequence().to_be_bytes());
        let mut bytes = [0; 32];
        bytes.copy_from_slice(context.finish().as_ref());
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

fn read<T: DeserializeOwned>(records: Vec<Arc<Value>>) -> Vec<T> {
    records.iter().filter_map(|record| T::deserialize(&**record).ok()).collect()
}
