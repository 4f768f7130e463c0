//! What reading finds wrong with a document, told once each, whoever meets it and whenever.
//!
//! A document is read as far as somebody needs it, so this grows while calls are answered.

use std::collections::HashSet;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use crate::finding::Violation;
use crate::pointer::Pointer;

/// What is wrong so far.
#[derive(Debug, Default)]
pub(crate) struct Wrong {
    list: Mutex<List>,
    count: AtomicUsize,
}

#[derive(Debug, Default)]
struct List {
    found: Vec<Violation>,
    /// The rules that were broken, with the places.
    known: HashSet<(&'static str, Pointer)>,
}

impl Wrong {
    /// What was known to be wrong before anything was read.
    pub(crate) fn new(found: Vec<Violation>) -> Self {
        let count = AtomicUsize::new(found.len());
        let known = found.iter().map(key).collect();
        Self { list: Mutex::new(List { found, known }), count }
    }

    /// Adds what is not known yet.
    pub(crate) fn add(&self, violations: Vec<Violation>) {
        if violations.is_empty() {
            return;
        }
        let mut list = self.list();
        for violation in violations {
            if list.known.insert(key(&violation)) {
                list.found.push(violation);
            }
        }
        self.count.store(list.found.len(), Ordering::Release);
    }

    /// How much was found.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Ordering::Acquire)
    }

    /// What was found behind the first `known`.
    pub(crate) fn since(&self, known: usize) -> Vec<Violation> {
        self.list().found.get(known..).unwrap_or_default().to_vec()
    }

    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key(violation: &Violation) -> (&'static str, Pointer) {
    (violation.rule.id, violation.place.clone())
}
