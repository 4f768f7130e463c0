//! The ledger: every distinct finding once, counted; bounded.
//!
//! Two books are kept. What the control surface shows can be cleared by a test between two steps;
//! what the exit code and the reports go by can not.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use crate::finding::Finding;
use crate::finding::Fingerprint;

/// How many distinct findings a book holds.
const CAPACITY: usize = 10_000;

/// Findings by fingerprint.
#[derive(Debug, Default)]
struct Book {
    findings: BTreeMap<Fingerprint, Finding>,
    dropped: u64,
}

/// What was found, grouped and counted.
#[derive(Debug, Default)]
pub struct Ledger {
    books: Mutex<Books>,
}

#[derive(Debug, Default)]
struct Books {
    view: Book,
    total: Book,
}

impl Ledger {
    /// Adds findings of one exchange.
    pub fn record(&self, findings: &[Finding]) {
        if findings.is_empty() {
            return;
        }
        let mut books = self.lock();
        for finding in findings {
            books.view.add(finding);
            books.total.add(finding);
        }
    }

    /// What was found since the view was last cleared.
    #[must_use]
    pub fn view(&self) -> Vec<Finding> {
        self.lock().view.sorted()
    }

    /// What was found since the start, and how many distinct findings there was no room for.
    #[must_use]
    pub fn total(&self) -> (Vec<Finding>, u64) {
        let books = self.lock();
        (books.total.sorted(), books.total.dropped)
    }

    /// Clears the view; the total stays.
    pub fn clear_view(&self) {
        self.lock().view = Book::default();
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Book {
    fn add(&mut self, finding: &Finding) {
        if let Some(known) = self.findings.get_mut(&finding.fingerprint) {
            known.count += finding.count;
            known.last = finding.last;
            known.level = known.level.max(finding.level);
            known.exchange = finding.exchange;
            known.evidence.clone_from(&finding.evidence);
        } else if self.findings.len() < CAPACITY {
            self.findings.insert(finding.fingerprint.clone(), finding.clone());
        } else {
            self.dropped += 1;
        }
    }

    /// Worst first, then in the order of first sight.
    fn sorted(&self) -> Vec<Finding> {
        let mut findings: Vec<Finding> = self.findings.values().cloned().collect();
        findings.sort_by(|one, other| {
            (other.level, one.first, one.rule, &one.fingerprint).cmp(&(
                one.level,
                other.first,
                other.rule,
                &other.fingerprint,
            ))
        });
        findings
    }
}
