//! From what was broken to what was seen: blamed, weighed, and put under its fingerprint.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::engine::Engine;
use crate::engine::Outcome;
use crate::finding::Blame;
use crate::finding::Level;
use crate::finding::Side;
use crate::finding::Sighting;
use crate::finding::Violation;
use crate::message::Subject;

impl Engine {
    /// Judges an outcome's violations, expected ones and severities considered.
    pub(super) fn sightings(&self, subject: &Subject, outcome: &mut Outcome) -> Vec<Sighting> {
        let mut sightings = std::mem::take(&mut outcome.noted);
        sightings.reserve_exact(outcome.request.len() + outcome.response.len());
        for violation in outcome.request.drain(..) {
            let violation = self.expectations.judge(subject.operation.as_deref(), violation);
            sightings.push(self.sighting(subject, violation, Side::Request, Blame::Client));
        }
        // A recorded answer is the server's own.
        let blame = if self.tape.is_some() { Blame::Server } else { outcome.blame };
        for violation in outcome.response.drain(..) {
            sightings.push(self.sighting(subject, Arc::new(violation), Side::Response, blame));
        }
        sightings
    }

    fn sighting(
        &self,
        subject: &Subject,
        violation: Arc<Violation>,
        side: Side,
        blame: Blame,
    ) -> Sighting {
        let (api, operation) = (subject.api.as_deref(), subject.operation.as_deref());
        let fingerprint = self.identities.of(&violation, api, operation);
        let level = level(&self.severities, &violation);
        Sighting { violation, level, blame, side, fingerprint }
    }
}

/// How bad a violation is, after `--severity`.
pub(super) fn level(severities: &BTreeMap<String, Level>, violation: &Violation) -> Level {
    severities.get(violation.rule.id).copied().unwrap_or_else(|| violation.level())
}
