//! Reports: every way to tell what was found. Judges make findings; only this floor knows formats.

pub mod baseline;
mod coverage;
pub mod excerpt;
pub mod gate;
pub mod github;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod proof;
pub mod sarif;
pub mod summary;
pub mod text;

use serde::Serialize;

pub use baseline::Baseline;
pub use excerpt::Excerpts;
pub use gate::Gate;
pub use proof::Proof;

use crate::clock::Instant;
use crate::diff;
use crate::drift::Coverage;
use crate::drift::parity::Fidelity;
use crate::finding;
use crate::finding::Blame;
use crate::finding::Finding;
use crate::finding::Level;
use crate::finding::Rule;

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

impl OperationTally {
    /// Whether a finding belongs to it; one that names no API belongs to whichever has an operation
    /// of its name.
    #[must_use]
    pub fn is_meant_by(&self, finding: &Finding) -> bool {
        is_about(finding, &self.api, &self.operation)
    }
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

/// Two documents that were compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The base, as the user named it.
    pub base: String,
    /// The revision, as the user named it.
    pub revision: String,
    /// The step of the version that the difference asks for.
    pub step: Step,
    /// How much of the base a recorded client uses, where differences matter to it alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub used: Option<Used>,
}

/// How much of a document a recorded client uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Used {
    /// Exchanges of the document's operations.
    pub exchanges: u64,
    /// Operations that were called.
    pub called: u64,
    /// Operations that there are.
    pub operations: u64,
}

/// A step of a version.
///
/// # Source
///
/// Semantic Versioning 2.0.0, items 6 to 8.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// Nothing changed.
    None,
    /// Nothing that is sent changed.
    Patch,
    /// Everything that worked works.
    Minor,
    /// Something that worked may work no more.
    Major,
}

impl Step {
    /// The step's name, as reports spell it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

/// Everything that a report tells.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// What ran: `serve`, `mock`, `replay`, `drift`, `lint`, `diff`.
    pub command: String,
    /// When it began.
    pub started: Instant,
    /// When this was written.
    pub ended: Instant,
    /// How many requests were seen.
    pub requests: u64,
    /// Every operation that is served, called or not.
    pub operations: Vec<OperationTally>,
    /// Of a command that only reads documents: how many operations can not be served.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unserved: Option<u64>,
    /// Of a command that compares two documents: which ones, and what their difference comes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// What was found, worst first, with lines filled in.
    pub findings: Vec<Finding>,
    /// How many further distinct findings there was no room for.
    pub dropped: u64,
    /// Answers that rest on assumptions.
    pub assumptions: Vec<AssumptionTally>,
    /// Of a command that holds traffic against documents: how much of them was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<Box<Coverage>>,
    /// Of a mock that was held against recordings of the vendor: how like it each operation is.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fidelity: Vec<Fidelity>,
    /// What decides the exit code.
    pub gate: Gate,
    /// The lines that the findings point at.
    #[serde(skip)]
    pub excerpts: Excerpts,
    /// Exchanges that prove findings, as many as there is room for.
    #[serde(skip)]
    pub proofs: Vec<Proof>,
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
pub static FORMATS: &[&Format] = &[
    &text::FORMAT,
    &json::FORMAT,
    &junit::FORMAT,
    &sarif::FORMAT,
    &github::FORMAT,
    &markdown::FORMAT,
    &html::FORMAT,
];

/// Finds a rule by its id, whoever's it is.
#[must_use]
pub fn rule(id: &str) -> Option<&'static Rule> {
    finding::rule::find(id).or_else(|| diff::rules::find(id))
}

/// Finds a format by its id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Format> {
    FORMATS.iter().copied().find(|format| format.id == id)
}

impl Report {
    /// What `command` has to tell, still empty, of the time from `started` on.
    #[must_use]
    pub fn new(command: &str, started: Instant, gate: Gate) -> Self {
        Self {
            command: command.to_owned(),
            started,
            ended: started,
            requests: 0,
            operations: Vec::new(),
            unserved: None,
            comparison: None,
            findings: Vec::new(),
            dropped: 0,
            assumptions: Vec::new(),
            coverage: None,
            fidelity: Vec::new(),
            gate,
            excerpts: Excerpts::default(),
            proofs: Vec::new(),
        }
    }

    /// How many distinct findings there are that no baseline knows: errors, warnings, infos.
    #[must_use]
    pub fn counts(&self) -> [usize; 3] {
        [Level::Error, Level::Warning, Level::Info].map(|level| {
            let is_counted = |finding: &&Finding| finding.level == level && !finding.known;
            self.findings.iter().filter(is_counted).count()
        })
    }

    /// The findings that a baseline knows.
    pub fn known(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.known)
    }

    /// Whether a finding makes the job fail, by the gate or because standin itself was wrong.
    #[must_use]
    pub fn is_failing(&self, finding: &Finding) -> bool {
        self.gate.fails(finding) || is_own_fault(finding)
    }

    /// Takes in further findings, worst first as ever.
    pub fn add(&mut self, findings: Vec<Finding>) {
        self.findings.extend(findings);
        self.findings.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    }

    /// The findings that fail the gate.
    pub fn failing(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| self.gate.fails(finding))
    }

    /// The errors that standin made itself: whatever the gate, the job could not be done.
    pub fn own_faults(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| is_own_fault(finding))
    }
}

fn is_about(finding: &Finding, api: &str, operation: &str) -> bool {
    finding.operation.as_deref() == Some(operation)
        && finding.api.as_deref().is_none_or(|named| named == api)
}

fn is_own_fault(finding: &Finding) -> bool {
    finding.blame == Blame::Standin && finding.level == Level::Error
}
