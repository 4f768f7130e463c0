//! Counts for the summary at the end: answers that rest on assumptions.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;

/// API, operation and note.
type Key = (Arc<str>, Arc<str>, Arc<str>);

/// Assumptions that answers rested on, by API, operation and note.
///
/// Bounded by the documents: every note stands in one.
#[derive(Debug, Default)]
pub struct Assumptions(Mutex<BTreeMap<Key, u64>>);

impl Assumptions {
    /// Counts one answer.
    pub(super) fn count(&self, api: &Arc<str>, operation: &Arc<str>, note: &Arc<str>) {
        let key = (Arc::clone(api), Arc::clone(operation), Arc::clone(note));
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_default() += 1;
    }

    /// API, operation, note and number of answers.
    #[must_use]
    pub fn list(&self) -> Vec<(String, String, String, u64)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts
            .iter()
            .map(|((api, operation, note), count)| {
                (api.to_string(), operation.to_string(), note.to_string(), *count)
            })
            .collect()
    }
}
