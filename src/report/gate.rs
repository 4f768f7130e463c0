//! What decides whether findings fail a job.

use serde::Serialize;

use crate::finding::Blame;
use crate::finding::Finding;
use crate::finding::Level;

/// Which findings make a job fail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gate {
    /// The lowest level that fails; `None`: findings never fail the job.
    pub fail_on: Option<Level>,
    /// Whose findings count.
    pub blames: Vec<Blame>,
}

impl Gate {
    /// A gate for findings of level error that these are to blame for.
    #[must_use]
    pub fn new(blames: &[Blame]) -> Self {
        Self { fail_on: Some(Level::Error), blames: blames.to_vec() }
    }

    /// Whether a finding fails the job.
    #[must_use]
    pub fn fails(&self, finding: &Finding) -> bool {
        self.fail_on.is_some_and(|lowest| finding.level >= lowest)
            && self.blames.contains(&finding.blame)
    }
}
