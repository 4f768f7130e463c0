//! Findings: whatever standin finds wrong, anywhere, is one kind of thing.
//!
//! A finding is data, never an `Err`. It says which rule, how bad, who has to mend it, where in the
//! message and where in the document, and which exchange proves it. Equal findings share a
//! fingerprint and are counted, not repeated.

pub mod fingerprint;
pub mod level;
pub mod mask;
pub mod personal;
pub mod place;
pub mod proof;
pub mod random;
pub mod rule;
pub mod secret;
pub mod sighting;
pub mod telling;
pub mod violation;

use serde::Serialize;

pub use fingerprint::Fingerprint;
pub use level::Blame;
pub use level::Level;
pub use level::Side;
pub use place::Place;
pub use place::Role;
pub use proof::Proof;
pub use rule::RULES;
pub use rule::Rule;
pub use sighting::Sighting;
pub use violation::JsonType;
pub use violation::Location;
pub use violation::Violation;

use crate::clock::Instant;
use crate::finding::mask::told;

/// Something that is wrong, grouped with everything that is wrong in the same way.
///
/// # Source
///
/// The fields are standin's own; `rule`, `level` and `places` map to SARIF 2.1.0's `ruleId`,
/// `level` and `locations`.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// The rule's id.
    pub rule: &'static str,
    /// How bad, after `--severity`.
    pub level: Level,
    /// Who has to mend it.
    pub blame: Blame,
    /// What is wrong, one fragment, lowercase where it is a sentence, without a full stop.
    pub title: String,
    /// The API's id, for example `clerk-sessions`.
    pub api: Option<String>,
    /// The `operationId`.
    pub operation: Option<String>,
    /// Request, response or document.
    #[serde(rename = "where")]
    pub side: Side,
    /// The places in documents.
    pub places: Vec<Place>,
    /// The place in the message: `/user_id` in a body, `query.limit`, `header.user-agent`.
    pub instance: String,
    /// The number of the latest exchange that proves it.
    pub exchange: Option<u64>,
    /// The isolated world it was seen in.
    pub world: String,
    /// What was sent, masked.
    pub got: Option<String>,
    /// What would have been right.
    pub expected: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// How often it was seen.
    pub count: u64,
    /// When it was first seen.
    pub first: Instant,
    /// When it was last seen.
    pub last: Instant,
    /// The request that proves it, as a line (`POST /v1/sessions → 422`).
    pub evidence: Option<String>,
    /// Stable over edits of the document and of the values sent.
    pub fingerprint: Fingerprint,
    /// Of a difference between two descriptions: the rule's id once more, by the name that oasdiff
    /// writes it under, for those that read its output.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<&'static str>,
    /// Of a difference between two descriptions: what stands behind the level.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub proof: Option<Proof>,
    /// Whether a baseline knows it, so that it fails no job.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub known: bool,
}

/// What a violation does not know of itself: the call it was seen in.
#[derive(Clone, Debug)]
pub struct Context<'c> {
    /// The API's id.
    pub api: Option<&'c str>,
    /// The `operationId`.
    pub operation: Option<&'c str>,
    /// Which side broke the contract.
    pub side: Side,
    /// Who has to mend it.
    pub blame: Blame,
    /// The exchange's number.
    pub exchange: Option<u64>,
    /// The world's name.
    pub world: &'c str,
    /// When it was seen.
    pub now: Instant,
    /// The request in one line.
    pub evidence: Option<String>,
    /// The description that was broken, by the name that it was loaded under.
    pub document: Option<&'c str>,
}

impl Context<'_> {
    /// Of no single call: something about documents, recordings or a whole run.
    #[must_use]
    pub const fn of_no_call(blame: Blame, now: Instant) -> Self {
        Self {
            api: None,
            operation: None,
            side: Side::Document,
            blame,
            exchange: None,
            world: "default",
            now,
            evidence: None,
            document: None,
        }
    }
}

impl Finding {
    /// Makes the finding of one violation in one call.
    ///
    /// The place carries no line yet: positions are looked up when somebody is shown the finding,
    /// because finding them means walking the document's text.
    #[must_use]
    pub fn new(violation: &Violation, context: &Context<'_>) -> Self {
        let fingerprint = Fingerprint::of(violation, context.api, context.operation);
        let places = context
            .document
            .map(|file| Place::new(Role::Document, file, violation.place.clone()))
            .into_iter()
            .collect();
        Self {
            rule: violation.rule.id,
            level: violation.level(),
            blame: context.blame,
            title: told(&violation.title),
            api: context.api.map(str::to_owned),
            operation: context.operation.map(str::to_owned),
            side: context.side,
            places,
            instance: told(&violation.instance_text()),
            exchange: context.exchange,
            world: context.world.to_owned(),
            got: violation.got.as_deref().map(told),
            expected: violation.expected.as_deref().map(told),
            help: violation.help.as_deref().map(told),
            count: 1,
            first: context.now,
            last: context.now,
            evidence: context.evidence.as_deref().map(told),
            fingerprint,
            id: None,
            proof: None,
            known: false,
        }
    }
}
