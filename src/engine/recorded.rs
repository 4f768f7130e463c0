//! What a recorder wants to know of a call, and what becomes of one that can not be written down.

use std::sync::Arc;

use http::Method;

use crate::engine::Engine;
use crate::finding;
use crate::finding::Blame;
use crate::finding::Finding;
use crate::finding::Location;
use crate::finding::Side;
use crate::finding::Violation;
use crate::finding::rule;
use crate::tape::redact::Marks;

/// A call as a document knows it.
#[derive(Clone, Debug)]
pub struct Known {
    /// The API's id.
    pub api: Arc<str>,
    /// The `operationId`.
    pub operation: Arc<str>,
    /// What the document says of the secrets in it.
    pub marks: Arc<Marks>,
}

impl Engine {
    /// What the documents know of a call, if it is one of theirs.
    #[must_use]
    pub fn known(&self, method: &Method, path: &str) -> Option<Known> {
        let found = match &self.passing {
            Some(passing) => self.looked_up(passing, method, path),
            None => self.router.find(method, path),
        };
        let found = found.ok()?;
        let mounted = &self.services[found.mounted].mounted;
        let key = (found.mounted, found.number);
        let mut marks = self.marks.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let marks = marks.entry(key).or_insert_with(|| {
            let whole = mounted.document.operations.get(found.number);
            let operation = whole.unwrap_or(&found.operation);
            Arc::new(Marks::of(&mounted.document, operation))
        });
        Some(Known {
            api: Arc::clone(&mounted.id),
            operation: Arc::clone(&found.operation.id),
            marks: Arc::clone(marks),
        })
    }

    /// Tells that an exchange could not be written down: whoever was answered has not noticed.
    pub fn unrecorded(&self, reason: &str) {
        let title = format!("an exchange could not be written down: {reason}");
        let mut violation = Violation::new(&rule::RECORDING_FAILED, Location::Target, title);
        violation.help = Some("make room, or let standin write there, and record again".to_owned());
        let context = finding::Context {
            api: None,
            operation: None,
            side: Side::Response,
            blame: Blame::Standin,
            exchange: None,
            world: self.world.name(),
            now: self.clock.now(),
            evidence: None,
            document: None,
        };
        self.ledger.record(&[Finding::new(&violation, &context)]);
    }
}
