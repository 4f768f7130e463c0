//! Fingerprints that were worked out before.
//!
//! A fingerprint has to be the same in every release and is worked out byte by byte; the same few
//! are asked for with every call. What they are worked out from is looked up by a quick hash that
//! nobody outside can aim at.

use std::hash::BuildHasher;
use std::sync::PoisonError;
use std::sync::RwLock;

use foldhash::HashMap;
use foldhash::quality::RandomState;

use crate::finding::Fingerprint;
use crate::finding::Violation;

/// How many are remembered; then all are forgotten, so that made-up places do not fill memory.
const CAPACITY: usize = 4_096;

/// The fingerprints of what was seen lately.
#[derive(Debug, Default)]
pub(super) struct Identities {
    hasher: RandomState,
    known: RwLock<HashMap<u64, Fingerprint>>,
}

impl Identities {
    /// The fingerprint of a violation in an operation of an API.
    pub(super) fn of(
        &self,
        violation: &Violation,
        api: Option<&str>,
        operation: Option<&str>,
    ) -> Fingerprint {
        let Violation { rule, location, name, instance, property, place, .. } = violation;
        let parts = (rule.id, location, name, instance, property, place, api, operation);
        let hash = self.hasher.hash_one(parts);
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(fingerprint) = known.get(&hash) {
            return *fingerprint;
        }
        drop(known);
        let fingerprint = Fingerprint::of(violation, api, operation);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= CAPACITY {
            known.clear();
        }
        known.insert(hash, fingerprint);
        fingerprint
    }
}
