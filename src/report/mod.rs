//! Reports: every way to tell what was found. Judges make findings; only this floor knows formats.

pub mod gate;
pub mod summary;

use serde::Serialize;

pub use gate::Gate;

use crate::clock::Instant;
use crate::finding::Finding;

/// How one operation fared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OperationTally {
    /// The API's id.
    pub api: String,
    /// The `operationId`.
    pub operation: String,
    /// The method.
    pub method: String,
    /// The path template with its base path.
    pub path: String,
    /// How often it was called.
    pub calls: u64,
}

/// Answers that rest on an assumption about a bundled API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AssumptionTally {
    /// The API's id.
    pub api: String,
    /// The `operationId`.
    pub operation: String,
    /// What is assumed.
    pub note: String,
    /// How many answers rest on it.
    pub count: u64,
}

/// Everything that a report tells.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What ran: `serve`, `replay`, `drift`.
    pub command: String,
    /// When it began.
    pub started: Instant,
    /// When this was written.
    pub ended: Instant,
    /// How many requests were seen.
    pub requests: u64,
    /// Every operation that is served, called or not.
    pub operations: Vec<OperationTally>,
    /// What was found, worst first, with lines filled in.
    pub findings: Vec<Finding>,
    /// How many further distinct findings there was no room for.
    pub dropped: u64,
    /// Answers that rest on assumptions.
    pub assumptions: Vec<AssumptionTally>,
    /// What decides the exit code.
    pub gate: Gate,
}

/// A way to write a report.
#[derive(Debug)]
pub struct Format {
    /// Its name, as `--report` spells it.
    pub id: &'static str,
    /// Its media type over HTTP.
    pub media_type: &'static str,
    /// Writes the report.
    pub render: fn(&Report) -> String,
}

/// Every format, in the order in which help shows them.
pub static FORMATS: &[&Format] = &[];

impl Report {
    /// The findings that fail the gate.
    pub fn failing(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| self.gate.fails(finding))
    }
}
