//! Expectations: violations that a test makes on purpose.
//!
//! A suite that checks how its client copes with a 422 must be able to send one without failing
//! the job. An expected violation becomes an info; one that never came is an error at the end,
//! because then the test does not test what it claims.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::MutexGuard;
use std::sync::PoisonError;

use serde::Deserialize;
use serde::Serialize;

use crate::finding::Blame;
use crate::finding::Level;
use crate::finding::Location;
use crate::finding::Side;
use crate::finding::Violation;
use crate::finding::rule::EXPECTATION_MET;
use crate::finding::rule::EXPECTATION_UNMET;

/// A violation that is going to happen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// The `operationId`; absent: any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The rule's id.
    pub rule: String,
    /// How often it is going to happen.
    pub times: u64,
    /// How often it has happened.
    #[serde(default)]
    pub met: u64,
}

/// What tests have announced.
#[derive(Debug, Default)]
pub struct Expectations(Mutex<Vec<Expectation>>);

impl Expectations {
    /// Announces violations.
    pub fn add(&self, expectation: Expectation) {
        self.lock().push(expectation);
    }

    /// Everything announced, met or not.
    #[must_use]
    pub fn list(&self) -> Vec<Expectation> {
        self.lock().clone()
    }

    /// Takes everything back.
    pub fn clear(&self) {
        self.lock().clear();
    }

    /// Replaces a violation by its expected form, if a test announced it.
    #[must_use]
    pub(crate) fn judge(
        &self,
        operation: Option<&str>,
        violation: Arc<Violation>,
    ) -> Arc<Violation> {
        if violation.level() == Level::Info {
            return violation;
        }
        let mut announced = self.lock();
        let due = announced.iter_mut().find(|expectation| {
            expectation.met < expectation.times
                && expectation.rule == violation.rule.id
                && expectation.operation.as_deref().is_none_or(|id| Some(id) == operation)
        });
        match due {
            Some(expectation) => {
                expectation.met += 1;
                let title = format!("expected `{}`: {}", violation.rule.id, violation.title);
                let violation = Arc::unwrap_or_clone(violation);
                Arc::new(Violation { rule: &EXPECTATION_MET, level: None, title, ..violation })
            }
            None => violation,
        }
    }

    /// What was announced and never came: operation and violation.
    #[must_use]
    pub(crate) fn unmet(&self) -> Vec<(Option<String>, Violation)> {
        self.lock()
            .iter()
            .filter(|expectation| expectation.met < expectation.times)
            .map(|expectation| {
                let title = format!(
                    "`{}` was expected {} times and seen {} times",
                    expectation.rule, expectation.times, expectation.met
                );
                let mut violation = Violation::new(&EXPECTATION_UNMET, Location::Target, title);
                // Two expectations of one operation must not share a fingerprint.
                violation.name = Some(expectation.rule.clone());
                (expectation.operation.clone(), violation)
            })
            .collect()
    }

    /// Whose findings unmet expectations are.
    pub(crate) const BLAME: (Side, Blame) = (Side::Request, Blame::Client);

    fn lock(&self) -> MutexGuard<'_, Vec<Expectation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
