//! Counts for the summary at the end: answers that rest on assumptions.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;

/// Assumptions that answers rested on, by API, operation and note.
///
/// Bounded by the documents: every note stands in one.
#[derive(Debug, Default)]
pub struct Assumptions(Mutex<BTreeMap<(String, String, String), u64>>);

impl Assumptions {
    /// Counts one answer.
    pub(super) fn count(&self, api: &str, operation: &str, note: &str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (api.to_owned(), operation.to_owned(), note.to_owned());
        *counts.entry(key).or_default() += 1;
    }

    /// API, operation, note and number of answers.
    #[must_use]
    pub fn list(&self) -> Vec<(String, String, String, u64)> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts
            .iter()
            .map(|((api, operation, note), count)| {
                (api.clone(), operation.clone(), note.clone(), *count)
            })
            .collect()
    }
}
