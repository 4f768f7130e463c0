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
    let is_own =
        |rule: &Rule| SUBJECTS.iter().flat_map(|it| it.rules).any(|it| it.rule.id == rule.id);
    let schemas = schema::rules().filter(|rule| !is_own(rule));
    let schemas = schemas.map(|rule| (rule, schema_example(rule))).collect();
    own.chain([Told { name: "schemas", rules: schemas }]).collect()
}

/// What is edited in a schema, by the end of a rule's id.
const EDITS: [(&str, &str); 34] = [
    ("type-changed", "`type: string` becomes `type: object`"),
    ("type-generalized", "`type: integer` becomes `type: number`"),
    ("type-specialized", "`type: number` becomes `type: integer`"),
    ("became-nullable", "`type: string` becomes `type: [string, 'null']`"),
    ("became-not-nullable", "`type: [string, 'null']` becomes `type: string`"),
    ("became-enum", "`enum: [one, two]` is added"),
    ("enum-value-added", "`enum: [one]` becomes `enum: [one, two]`"),
    ("enum-value-removed", "`enum: [one, two]` becomes `enum: [one]`"),
    ("const-added", "`const: one` is added"),
    ("max-length-decreased", "`maxLength: 20` becomes `maxLength: 10`"),
    ("max-length-increased", "`maxLength: 10` becomes `maxLength: 20`"),
    ("min-length-decreased", "`minLength: 2` becomes `minLength: 1`"),
    ("min-length-increased", "`minLength: 1` becomes `minLength: 2`"),
    ("max-decreased", "`maximum: 20` becomes `maximum: 10`"),
    ("max-increased", "`maximum: 10` becomes `maximum: 20`"),
    ("min-decreased", "`minimum: 2` becomes `minimum: 1`"),
    ("min-increased", "`minimum: 1` becomes `minimum: 2`"),
    ("pattern-added", "`pattern: ^[a-z]+$` is added"),
    ("pattern-removed", "`pattern: ^[a-z]+$` is taken out"),
    ("property-removed", "a member of `properties` is taken out"),
    ("property-added", "a member is added to `properties`"),
    ("became-required", "a name is added to `required`"),
    ("became-optional", "a name is taken out of `required`"),
    ("one-of-added", "a schema is added to `oneOf`"),
    ("one-of-removed", "a schema is taken out of `oneOf`"),
    ("any-of-added", "a schema is added to `anyOf`"),
    ("any-of-removed", "a schema is taken out of `anyOf`"),
    ("read-only", "`readOnly` is another"),
    ("write-only", "`writeOnly` is another"),
    ("default-value-added", "`default: one` is added"),
    ("default-value-changed", "`default: one` becomes `default: two`"),
    ("default-value-removed", "`default: one` is taken out"),
    ("deprecated", "`deprecated: true` is added"),
    ("reactivated", "`deprecated: true` is taken out"),
];

/// The subjects of rules about schemas, as their ids begin; longer ones first.
const BEGINNINGS: [&str; 9] = [
    "request-parameter-property-",
    "request-header-property-",
    "response-header-property-",
    "request-parameter-",
    "request-property-",
    "request-body-",
    "response-property-",
    "response-header-",
    "response-body-",
];

/// An example of a rule about schemas.
fn schema_example(rule: &Rule) -> String {
    if let Some((_, edit)) = EDITS.iter().find(|(end, _)| rule.id.ends_with(end)) {
        return (*edit).to_owned();
    }
    let stem = BEGINNINGS.iter().find_map(|it| rule.id.strip_prefix(it)).unwrap_or(rule.id);
    let (keyword, verb) = stem.rsplit_once('-').unwrap_or((stem, "changed"));
    let mut words = keyword.split('-');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        name.extend(word.get(..1).map(str::to_ascii_uppercase));
        name.push_str(word.get(1..).unwrap_or_default());
    }
    match verb {
        "added" | "set" => format!("`{name}` is added"),
        "removed" | "unset" => format!("`{name}` is taken out"),
        "increased" => format!("`{name}` has a greater value"),
        "decreased" => format!("`{name}` has a smaller value"),
        _ => format!("`{name}` has another value"),
    }
}

/// Every rule of differences.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    let own = || SUBJECTS.iter().flat_map(|subject| subject.rules).map(|it| it.rule);
    // A parameter is deprecated by itself, or by its schema.
    own().chain(schema::rules().filter(move |rule| !own().any(|it| it.id == rule.id)))
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
