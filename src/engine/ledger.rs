//! The ledger: every distinct finding once, counted; bounded.
//!
//! Two counts are kept. What the control surface shows can be cleared by a test between two steps;
//! what the exit code and the reports go by can not.

use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use foldhash::HashMap;
use http::Method;
use http::StatusCode;

use crate::clock::Instant;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::mask;
use crate::message::Exchange;
use crate::message::Line;

/// How many distinct findings are held.
const CAPACITY: usize = 10_000;

/// What was found, grouped and counted.
#[derive(Debug, Default)]
pub struct Ledger {
    books: Mutex<Books>,
}

#[derive(Debug, Default)]
struct Books {
    entries: HashMap<Fingerprint, Entry>,
    dropped: u64,
}

/// A finding as the total counts it, and how much of that the view shows.
#[derive(Debug)]
struct Entry {
    total: Finding,
    /// How often it was seen since the view was cleared, and when first.
    viewed: Option<(u64, Instant)>,
    /// The latest call that proves it, where that is not the one that the total tells of: written
    /// out when somebody looks.
    latest: Option<Latest>,
}

/// What is kept of a call to tell of it.
#[derive(Debug, Default)]
struct Latest {
    method: Method,
    path: String,
    status: StatusCode,
}

impl Ledger {
    /// Counts what was found in an exchange. What is known already costs no more than that.
    pub fn see(&self, exchange: &Exchange) {
        if exchange.findings.is_empty() {
            return;
        }
        let mut books = self.lock();
        for sighting in &exchange.findings {
            if let Some(known) = books.entries.get_mut(&sighting.fingerprint) {
                known.count(1, exchange.started);
                known.total.level = known.total.level.max(sighting.level);
                known.total.exchange = Some(exchange.number);
                known.latest.get_or_insert_default().note(exchange);
            } else {
                books.open(|| sighting.told(&exchange.context()));
            }
        }
    }

    /// Adds findings that no exchange of this run proves.
    pub fn record(&self, findings: &[Finding]) {
        if findings.is_empty() {
            return;
        }
        let mut books = self.lock();
        for finding in findings {
            if let Some(known) = books.entries.get_mut(&finding.fingerprint) {
                known.count(finding.count, finding.last);
                known.total.level = known.total.level.max(finding.level);
                known.total.exchange = finding.exchange;
                known.total.evidence.clone_from(&finding.evidence);
                known.latest = None;
            } else {
                books.open(|| finding.clone());
            }
        }
    }

    /// What was found since the view was last cleared.
    #[must_use]
    pub fn view(&self) -> Vec<Finding> {
        let viewed = |entry: &Entry| {
            let (count, first) = entry.viewed?;
            Some(Finding { count, first, ..entry.told() })
        };
        sorted(self.lock().entries.values().filter_map(viewed).collect())
    }

    /// What was found since the start, and how many distinct findings there was no room for.
    #[must_use]
    pub fn total(&self) -> (Vec<Finding>, u64) {
        let books = self.lock();
        let findings = books.entries.values().map(Entry::told).collect();
        (sorted(findings), books.dropped)
    }

    /// Clears the view; the total stays.
    pub fn clear_view(&self) {
        for entry in self.lock().entries.values_mut() {
            entry.viewed = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Books> {
        self.books.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    /// Opens an entry for what was not seen before, if there is room.
    fn open(&mut self, told: impl FnOnce() -> Finding) {
        if self.entries.len() < CAPACITY {
            let total = told();
            let viewed = Some((total.count, total.first));
            self.entries.insert(total.fingerprint, Entry { total, viewed, latest: None });
        } else {
            self.dropped += 1;
        }
    }
}

impl Entry {
    fn count(&mut self, times: u64, at: Instant) {
        self.total.count += times;
        self.total.last = at;
        let (count, _) = self.viewed.get_or_insert((0, at));
        *count += times;
    }

    /// The finding with the latest call that proves it.
    fn told(&self) -> Finding {
        let mut told = self.total.clone();
        if let Some(Latest { method, path, status }) = &self.latest {
            let line = Line { method, path, status: *status };
            told.evidence = Some(mask::plain(&line.to_string()));
        }
        told
    }
}

impl Latest {
    /// Takes the place of the call before, and its memory.
    fn note(&mut self, exchange: &Exchange) {
        self.method.clone_from(&exchange.request.method);
        self.path.clone_from(&exchange.request.path);
        self.status = exchange.answer.status;
    }
}

/// Worst first, then in the order of first sight.
fn sorted(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by(|one, other| {
        (other.level, one.first, one.rule, one.fingerprint).cmp(&(
            one.level,
            other.first,
            other.rule,
            other.fingerprint,
        ))
    });
    findings
}
