//! What is wrong with a document, told as findings.

use crate::clock::Instant;
use crate::finding;
use crate::finding::Blame;
use crate::finding::Finding;
use crate::finding::Location;
use crate::finding::Violation;
use crate::finding::rule;
use crate::spec::Document;
use crate::spec::Unserved;

impl Document {
    /// The finding of something that is wrong with the document itself; `id` is what the document
    /// is called, and the operation that the place belongs to is named.
    #[must_use]
    pub fn told(&self, id: &str, violation: &Violation, now: Instant) -> Finding {
        let place = violation.place.as_str();
        let within = |pointer: &str| {
            place.strip_prefix(pointer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut operations = self.operations.iter();
        let operation = operations.find(|operation| within(operation.pointer.as_str()));
        let context = finding::Context {
            api: Some(id),
            operation: operation.map(|operation| &*operation.id),
            document: Some(&self.name),
            ..finding::Context::of_no_call(Blame::Document, now)
        };
        Finding::new(violation, &context)
    }
}

impl Unserved {
    /// The operation as something that is wrong with the document.
    #[must_use]
    pub fn violation(&self) -> Violation {
        let method = if self.method == "*" { "" } else { &self.method };
        let reason = self.reasons.first().map_or("", |reason| &reason.title);
        let title = format!("{method} {} can not be served: {reason}", self.path);
        let mut violation =
            Violation::new(&rule::OPERATION_UNSERVED, Location::Target, title.trim_start());
        violation.place = self.place.clone();
        violation
    }
}
