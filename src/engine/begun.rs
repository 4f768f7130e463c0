//! A call that has begun: numbered, timed, and remembered even where answering it panics.

use std::sync::atomic::Ordering;

use crate::clock::Instant;
use crate::clock::Stopwatch;
use crate::engine::Engine;
use crate::finding;
use crate::finding::Blame;
use crate::finding::Finding;
use crate::finding::Location;
use crate::finding::Side;
use crate::finding::Violation;

/// A call that has no answer yet.
pub(super) struct Begun<'e> {
    pub(super) number: u64,
    pub(super) now: Instant,
    pub(super) stopwatch: Stopwatch,
    pub(super) guard: PanicGuard<'e>,
}

impl Engine {
    /// Counts a call that begins.
    pub(super) fn begin(&self) -> Begun<'_> {
        let (stopwatch, now) = (Stopwatch::start(), self.clock.now());
        let number = self.journal.number();
        self.requests.fetch_add(1, Ordering::Relaxed);
        Begun { number, now, stopwatch, guard: PanicGuard { engine: self, number, now } }
    }
}

/// Writes a finding when answering panics: the door answers 500, and the end of the run says why.
pub(super) struct PanicGuard<'e> {
    engine: &'e Engine,
    number: u64,
    now: Instant,
}

impl Drop for PanicGuard<'_> {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            return;
        }
        let title = "answering panicked; the log of standin has the reason";
        let violation = Violation::new(&finding::rule::ANSWER_FAILED, Location::Target, title);
        let context = finding::Context {
            api: None,
            operation: None,
            side: Side::Response,
            blame: Blame::Standin,
            exchange: Some(self.number),
            world: self.engine.world.name(),
            now: self.now,
            evidence: None,
            document: None,
        };
        self.engine.ledger.record(&[Finding::new(&violation, &context)]);
    }
}
