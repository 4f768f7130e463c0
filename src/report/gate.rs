//! What decides whether findings fail a job.

use std::sync::Arc;

use serde::Serialize;
use serde::Serializer;

use crate::finding::Blame;
use crate::finding::Finding;
use crate::finding::Level;
use crate::report::Baseline;

/// Which findings make a job fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gate {
    /// The lowest level that fails; `None`: findings never fail the job.
    pub fail_on: Option<Level>,
    /// Whose findings count.
    pub blames: Vec<Blame>,
    /// What is known and fails nothing; written as the name of its file.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "name")]
    pub baseline: Option<Arc<Baseline>>,
}

impl Gate {
    /// A gate for findings of level error that these are to blame for.
    #[must_use]
    pub fn new(blames: &[Blame]) -> Self {
        Self { fail_on: Some(Level::Error), blames: blames.to_vec(), baseline: None }
    }

    /// Whether a finding fails the job.
    #[must_use]
    pub fn fails(&self, finding: &Finding) -> bool {
        self.fail_on.is_some_and(|lowest| self.counts(finding, lowest)) && !self.knows(finding)
    }

    /// Whether a finding is known. What standin itself got wrong never is.
    #[must_use]
    pub fn knows(&self, finding: &Finding) -> bool {
        finding.blame != Blame::Standin
            && self.baseline.as_ref().is_some_and(|it| it.knows(finding.fingerprint))
    }

    /// Notes in findings which of them are known.
    pub fn mark(&self, findings: &mut [Finding]) {
        for finding in findings {
            finding.known = self.knows(finding);
        }
    }

    /// The baseline after a run: what would fail the job is known from now on. Where nothing fails
    /// it, errors are.
    #[must_use]
    pub fn updated(&self, findings: &[Finding]) -> Baseline {
        let lowest = self.fail_on.unwrap_or(Level::Error);
        let before = self.baseline.as_deref().cloned().unwrap_or_default();
        before.updated(findings, |finding| self.counts(finding, lowest))
    }

    fn counts(&self, finding: &Finding, lowest: Level) -> bool {
        finding.level >= lowest && self.blames.contains(&finding.blame)
    }
}

fn name<S: Serializer>(baseline: &Option<Arc<Baseline>>, serializer: S) -> Result<S::Ok, S::Error> {
    baseline.as_ref().map(|baseline| &baseline.file).serialize(serializer)
}
