//! The inside of one atomic step: records by key and by index, and reproducible randomness.

use std::any::Any;
use std::sync::Arc;

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
    ///
    /// They make ids and tokens reproducible and distinct, and no more. Nothing secret rests on
    /// them: whoever sees some can work out the seed, and with it all others.
    #[must_use]
    pub fn random(&mut self) -> [u8; 32] {
        let words = scatter(self.seed, self.records.sequence());
        let mut bytes = [0; 32];
        for (place, word) in bytes.chunks_exact_mut(8).zip(words) {
            place.copy_from_slice(&word.to_be_bytes());
        }
        bytes
    }

    /// A UUID of version 4 (RFC 9562, section 5.4) from [`Transaction::random`].
    #[must_use]
    pub fn uuid(&mut self) -> String {
        let random = self.random();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&random[..16]);
        let uuid = uuid::Builder::from_random_bytes(bytes).into_uuid();
        let mut text = uuid::Uuid::encode_buffer();
        uuid.hyphenated().encode_lower(&mut text).to_owned()
    }

    /// `length` characters of base 62 from [`Transaction::random`], as in `sess_…` ids.
    #[must_use]
    pub fn base62(&mut self, length: usize) -> String {
        const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        let mut text = Vec::with_capacity(length);
        while text.len() < length {
            let bytes = self.random();
            let wanted = &bytes[..bytes.len().min(length - text.len())];
            text.extend(wanted.iter().map(|byte| DIGITS[usize::from(*byte) % DIGITS.len()]));
        }
        String::from_utf8(text).expect("the digits are ASCII")
    }
}

/// What a generator's state goes on by with each output: odd, so that it comes back to where it was
/// only after 2^64 of them.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The outputs of that number of four SplitMix64 generators. Where they begin comes of a fifth,
/// which begins at the mixed seed, so that seeds near each other have nothing in common.
///
/// For one seed each word is another for each number: multiplying by an odd number, adding and
/// mixing map no two words to one. Two seeds share two words at once only where two generators
/// begin equally far apart under both, which is one pair in 2^64.
fn scatter(seed: u64, number: u64) -> [u64; 4] {
    let beginning = mixed(seed);
    [1, 2, 3, 4].map(|generator: u64| {
        let start = mixed(beginning.wrapping_add(generator.wrapping_mul(STEP)));
        mixed(start.wrapping_add(number.wrapping_mul(STEP)))
    })
}

/// SplitMix64's finaliser: each step of it can be taken back, so no two words become one.
///
/// # Source
///
/// G. L. Steele, D. Lea, C. H. Flood, *Fast splittable pseudorandom number generators*, OOPSLA
/// 2014, with the constants of D. Stafford's variant 13; in the public domain.
const fn mixed(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

/// The record in its own type. A collection holds records of one type, so that nothing is left out
/// but what a caller asks for under a wrong name.
fn own<T: Record>(record: Arc<dyn Record>) -> Option<Arc<T>> {
    let record: Arc<dyn Any + Send + Sync> = record;
    record.downcast().ok()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// Records that are never asked for, and a sequence.
    struct Counter(u64);

    impl Records for Counter {
        fn get(&mut self, _: &'static Collection, _: &str) -> Option<Arc<dyn Record>> {
            None
        }

        fn put(&mut self, _: &'static Collection, _: Arc<dyn Record>) {}

        fn remove(&mut self, _: &'static Collection, _: &str) -> bool {
            false
        }

        fn list(
            &mut self,
            _: &'static Collection,
            _: Option<(usize, &str)>,
        ) -> Vec<Arc<dyn Record>> {
            Vec::new()
        }

        fn sequence(&mut self) -> u64 {
            self.0 += 1;
            self.0
        }
    }

    /// The UUIDs that come first under a seed.
    fn uuids(seed: u64, count: usize) -> Vec<String> {
        let mut records = Counter(0);
        let mut transaction = Transaction::new(&mut records, seed, Instant::default());
        (0..count).map(|_| transaction.uuid()).collect()
    }

    #[test]
    fn no_two_calls_and_no_two_seeds_give_one_id() {
        let drawn: Vec<String> =
            [(0, 100_000), (1, 10_000), (2, 10_000), (u64::MAX, 10_000), (STEP, 10_000)]
                .into_iter()
                .flat_map(|(seed, count)| uuids(seed, count))
                .collect();
        let distinct: HashSet<&str> = drawn.iter().map(String::as_str).collect();
        assert_eq!(distinct.len(), drawn.len());
    }

    #[test]
    fn ids_have_their_form_and_every_digit() {
        let mut records = Counter(0);
        let mut transaction = Transaction::new(&mut records, 0, Instant::default());
        let uuid = transaction.uuid();
        assert_eq!(uuid::Uuid::parse_str(&uuid).map(|it| it.get_version_num()), Ok(4));
        let text = transaction.base62(1_000);
        assert!(text.len() == 1_000 && text.bytes().all(|byte| byte.is_ascii_alphanumeric()));
        assert_eq!(text.bytes().collect::<HashSet<u8>>().len(), 62);
    }

    /// Half of all bits differ between neighbours, within what chance allows over so many.
    #[test]
    fn neighbouring_numbers_and_seeds_have_nothing_in_common() {
        let apart = |one: [u64; 4], other: [u64; 4]| -> u32 {
            one.iter().zip(other).map(|(one, other)| (one ^ other).count_ones()).sum()
        };
        let (mut numbers, mut seeds) = (0, 0);
        for number in 0..1_000 {
            numbers += apart(scatter(7, number), scatter(7, number + 1));
            seeds += apart(scatter(number, 7), scatter(number + 1, 7));
        }
        assert!((127_000..129_000).contains(&numbers), "{numbers}");
        assert!((127_000..129_000).contains(&seeds), "{seeds}");
    }

    /// The first outputs of SplitMix64 from the seed 0, as they are widely published.
    #[test]
    fn the_finaliser_is_that_of_splitmix64() {
        let outputs = [1, 2, 3].map(|number: u64| mixed(number.wrapping_mul(STEP)));
        let published = [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f];
        assert_eq!(outputs, published);
    }
}
