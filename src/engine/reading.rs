//! What reading a document finds wrong with it, told when it is found: a small one is read whole
//! before the first call, of a large one each part when a call first needs it.

use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering;

use crate::clock::Instant;
use crate::engine::Engine;
use crate::engine::Service;
use crate::engine::sightings;
use crate::finding::Finding;
use crate::finding::Violation;
use crate::spec::Described;
use crate::spec::Document;

/// How much of what is wrong with a document has been told.
#[derive(Debug, Default)]
pub(super) struct Told(AtomicUsize);

impl Told {
    /// What was found since somebody was last told, each once.
    fn take(&self, document: &Document) -> Vec<Violation> {
        loop {
            let known = self.0.load(Ordering::Acquire);
            if document.count_known() == known {
                return Vec::new();
            }
            let new = document.known_since(known);
            let now = known + new.len();
            if self.0.compare_exchange(known, now, Ordering::AcqRel, Ordering::Relaxed).is_ok() {
                return new;
            }
        }
    }
}

impl Engine {
    /// Reads the documents that are read before the first call, and tells of them.
    pub(super) fn read_documents(&self, now: Instant) {
        for service in &self.services {
            if let Described::Whole(document) = &service.mounted.document
                && !document.is_large()
            {
                let _ = document.violations();
            }
            self.tell_of_document(service, now);
        }
    }

    /// Tells what is newly known to be wrong with a document: whoever calls it should know what is
    /// not judged.
    pub(super) fn tell_of_document(&self, service: &Service, now: Instant) {
        // Those that come with the program are right, which the tests hold them to.
        let Described::Whole(document) = &service.mounted.document else { return };
        let new = service.told.take(document);
        if new.is_empty() {
            return;
        }
        let told = new.iter().map(|violation| Finding {
            level: sightings::level(&self.severities, violation),
            ..document.told(&service.mounted.id, violation, now)
        });
        self.ledger.record(&told.collect::<Vec<_>>());
    }
}
