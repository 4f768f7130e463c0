//! A violation in the call that it was seen in: what the hot path hands on.
//!
//! Making a [`Finding`] means writing a dozen texts, and the same few are found with every call
//! of a deprecated operation. A sighting shares the violation, so that it costs next to nothing
//! until somebody wants to be told.

use std::sync::Arc;

use crate::finding::Blame;
use crate::finding::Context;
use crate::finding::Finding;
use crate::finding::Fingerprint;
use crate::finding::Level;
use crate::finding::Side;
use crate::finding::Violation;

/// A violation, judged: how bad it is here, and who has to mend it.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// What is wrong.
    pub violation: Arc<Violation>,
    /// How bad, after `--severity`.
    pub level: Level,
    /// Who has to mend it.
    pub blame: Blame,
    /// Which side broke the contract.
    pub side: Side,
    /// What it is counted under.
    pub fingerprint: Fingerprint,
}

impl Sighting {
    /// The finding that tells of it; `context` knows the call.
    #[must_use]
    pub fn told(&self, context: &Context<'_>) -> Finding {
        let context = Context { blame: self.blame, side: self.side, ..context.clone() };
        Finding { level: self.level, ..Finding::new(&self.violation, &context) }
    }
}
