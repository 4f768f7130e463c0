//! Diff: what changed between two descriptions, what breaks whom, and the proof.
//!
//! A rule says how the set of allowed values changed; one table turns that and the side into a
//! level. Where values decide, a value that one description allows and the other forbids proves it.
//!
//! What is compared is the one model that both descriptions are lowered to: moving a part to
//! `components`, another order and another version of the same meaning are no difference. What is
//! the same text in both, with all that it refers to, is passed over.

pub mod difference;
pub mod effect;
mod finding;
pub mod known;
mod prove;
pub mod rules;
pub mod schema;
mod used;
mod walk;
pub mod witness;

pub use difference::Call;
pub use difference::Difference;
pub use effect::Effect;
pub use prove::Prover;
pub use prove::Witness;
pub use used::Usage;

use crate::clock::Instant;
use crate::spec::Document;

/// What a comparison is to mind.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Whether readers are strict: a value in an open place that they do not know breaks them.
    pub strict_reader: bool,
    /// Days from now that a deprecated operation or parameter must stay at least.
    pub grace_days: u32,
    /// The same, of those whose stability level is beta.
    pub grace_days_beta: u32,
    /// Extensions (`x-…`) whose value matters.
    pub extensions: Vec<String>,
    /// The time at which it is asked what is over.
    pub now: Instant,
}

/// Compares two descriptions. Nothing in them can make this fail; what of them can not be read is
/// told by [`Document::violations`].
///
/// # Examples
///
/// ```
/// use standin::diff;
/// use standin::spec::load::from_text;
///
/// let text = "{openapi: 3.1.0, info: {title: Pets, version: '1'}, paths: {/pets: {get: {
///     parameters: [], responses: {200: {description: Pets}}}}}}";
/// let base = from_text("base.yaml", text).unwrap();
/// let revision = from_text("revision.yaml", &text.replace(
///     "parameters: []",
///     "parameters: [{name: limit, in: query, required: true, schema: {}}]",
/// )).unwrap();
/// let differences = diff::compare(&base, &revision, &diff::Options::default());
/// assert_eq!(differences[0].rule.id, "new-required-request-parameter");
/// assert!(differences[0].is_breaking());
/// ```
#[must_use]
pub fn compare(base: &Document, revision: &Document, options: &Options) -> Vec<Difference> {
    walk::Walk::new(base, revision, options).run()
}
