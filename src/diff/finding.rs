//! From a difference to the finding that people and reports are told.

use crate::clock::Instant;
use crate::diff::Difference;
use crate::finding::Blame;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Place;
use crate::finding::Role;
use crate::finding::mask::told;
use crate::pointer::Pointer;
use crate::spec::Document;

impl Difference {
    /// The finding of a difference, its places found in both documents.
    #[must_use]
    pub fn finding(
        &self,
        api: &str,
        base: &Document,
        revision: &Document,
        now: Instant,
    ) -> Finding {
        let call = self.call.as_deref();
        let operation = call.map(|call| &*call.operation);
        let place = |role, document: &Document, pointer: &Option<Pointer>| {
            let written = document.written(pointer.as_ref()?);
            Some(Place {
                line: written.position.map(|at| at.line),
                column: written.position.map(|at| at.column),
                ..Place::new(role, &*written.file, written.pointer)
            })
        };
        let places =
            [place(Role::Revision, revision, &self.revision), place(Role::Base, base, &self.base)];
        let evidence = call.map(|call| {
            let method = if call.method.is_empty() { "" } else { " " };
            let line = format!("{}{method}{}", call.method, call.path);
            match &self.status {
                Some(status) => format!("{line} → {status}"),
                None => line,
            }
        });
        let (status, media_type) = (self.status.as_deref(), self.media_type.as_deref());
        let about = [
            operation.unwrap_or_default(),
            status.unwrap_or_default(),
            media_type.unwrap_or_default(),
            &self.at,
            self.was.as_deref().unwrap_or_default(),
            self.is.as_deref().unwrap_or_default(),
        ];
        Finding {
            rule: self.rule.id,
            level: self.level,
            blame: Blame::Document,
            title: told(&self.title),
            api: Some(api.to_owned()),
            operation: operation.map(str::to_owned),
            side: self.side,
            places: places.into_iter().flatten().collect(),
            instance: self.at.clone(),
            exchange: None,
            world: "default".to_owned(),
            got: self.is.as_deref().map(told),
            expected: self.was.as_deref().map(told),
            help: self.witness.as_ref().map(|witness| told(&witness.told())),
            count: self.count,
            first: now,
            last: now,
            evidence,
            fingerprint: Fingerprint::between(self.rule.id, &about),
            id: Some(self.rule.id),
            proof: Some(self.proof),
            known: false,
        }
    }
}
