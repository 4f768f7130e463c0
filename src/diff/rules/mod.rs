//! The rules of differences around schemas, by subject; those of schemas stand beside their
//! comparison.
//!
//! An id is oasdiff's where the meaning is the same, so that its ignore lists and severities carry
//! over.

use crate::diff::schema;
use crate::finding::Rule;

/// Makes the rules of a subject: name, id, level, what it reports, why it breaks somebody, an
/// example of an edit.
macro_rules! rules {
    ($($name:ident = $id:literal, $level:ident, $what:literal, $why:literal, $example:literal;)*) => {
        $(#[doc = $what] pub static $name: crate::finding::Rule = crate::finding::Rule {
            id: $id, level: crate::finding::Level::$level, what: $what, why: $why,
        };)*
        /// The rules of this subject, each with an example.
        pub(super) static RULES: &[crate::diff::rules::Explained] =
            &[$(crate::diff::rules::Explained { rule: &$name, example: $example }),*];
    };
}

pub mod bodies;
pub mod documentation;
pub mod lifecycle;
pub mod operations;
pub mod parameters;
pub mod responses;
pub mod security;
pub mod servers;

/// A rule with an example of an edit that it reports.
#[derive(Debug)]
pub struct Explained {
    /// The rule.
    pub rule: &'static Rule,
    /// What somebody may have edited.
    pub example: &'static str,
}

/// The rules of one subject.
#[derive(Debug)]
pub struct Subject {
    /// What they are about.
    pub name: &'static str,
    /// The rules.
    pub rules: &'static [Explained],
}

/// Every subject.
pub static SUBJECTS: &[Subject] = &[
    Subject { name: "operations", rules: operations::RULES },
    Subject { name: "lifecycle", rules: lifecycle::RULES },
    Subject { name: "parameters", rules: parameters::RULES },
    Subject { name: "request bodies", rules: bodies::RULES },
    Subject { name: "responses", rules: responses::RULES },
    Subject { name: "security", rules: security::RULES },
    Subject { name: "servers", rules: servers::RULES },
    Subject { name: "documentation", rules: documentation::RULES },
];

/// The rules of a subject, each with an example.
#[derive(Debug)]
pub struct Told {
    /// What they are about.
    pub name: &'static str,
    /// Each with an example.
    pub rules: Vec<(&'static Rule, String)>,
}

/// Every rule with an example, by subject; those of schemas last.
#[must_use]
pub fn subjects() -> Vec<Told> {
    let own = SUBJECTS.iter().map(|subject| {
        let rules = subject.rules.iter();
        let rules = rules.map(|it| (it.rule, it.example.to_owned())).collect();
        Told { name: subject.name, rules }
    });
    let schemas = schema::rules().map(|rule| (rule, schema_example(rule)));
    own.chain([Told { name: "schemas", rules: schemas.collect() }]).collect()
}

/// An example of a rule about schemas.
fn schema_example(rule: &Rule) -> String {
    rule.what.to_owned()
}

/// Every rule of differences.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let own = SUBJECTS.iter().flat_map(|subject| subject.rules).map(|explained| explained.rule);
    own.chain(schema::rules())
}

/// Whether a rule is about what only people read.
#[must_use]
pub fn is_documentation(id: &str) -> bool {
    documentation::RULES.iter().any(|explained| explained.rule.id == id)
}

/// Finds a rule of differences by its id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Rule> {
    all().find(|rule| rule.id == id)
}
