//! What all of OpenAPI 3 has in common: paths, parameters, content, responses, security.
//!
//! A dialect brings its own way to lower a schema; everything around schemas is read here. What
//! has a wrong shape is reported at its place and left out.

mod content;
mod parameters;
pub(crate) mod paths;
mod schemas;
mod security;
mod servers;

use std::collections::HashSet;
use std::sync::Arc;

use foldhash::HashMap;
use serde_json::Map;
use serde_json::Value;

use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::schema::Schemas;
use crate::schema::cut::Source;
use crate::spec::model::Basis;
use crate::spec::model::Example;
use crate::spec::model::Operation;
use crate::spec::model::Response;
use crate::spec::resolve::Placed;
use crate::spec::resolve::Resolver;

/// What a dialect makes of a document.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) operations: Vec<Arc<Operation>>,
    pub(crate) schemas: Schemas,
    pub(crate) examples: Vec<Arc<Example>>,
    pub(crate) violations: Vec<Violation>,
}

/// Lowers one schema to JSON Schema 2020-12, with what is wrong in it.
pub(crate) type LowerSchema = fn(&Value, &Pointer) -> (Source, Vec<Violation>);

/// Reads a document in the shapes of OpenAPI 3.
pub(crate) fn openapi3(root: &Value, lower: LowerSchema) -> Parts {
    let (schemas, examples, responses) = Default::default();
    let mut reader = Reader { resolver: Resolver::new(root), schemas, examples, responses };
    let operations = reader.operations();
    let examples = reader.examples(root.pointer("/components/examples"), "/components/examples");
    for (name, _) in members(root.pointer("/components/schemas")) {
        reader.schemas.intern(Pointer::new("/components/schemas").child(name));
    }
    let Reader { resolver, schemas, .. } = reader;
    let mut violations = resolver.violations;
    let (schemas, mut broken) = schemas.lower(root, lower);
    violations.append(&mut broken);
    // What several operations share is read once for each of them.
    let mut seen = HashSet::new();
    violations.retain(|violation| seen.insert((violation.rule.id, violation.place.clone())));
    Parts { operations, schemas, examples, violations }
}

/// The walk through a document.
struct Reader<'d> {
    resolver: Resolver<'d>,
    schemas: schemas::Table,
    /// What was read before, by its place.
    examples: HashMap<Pointer, Arc<Example>>,
    responses: HashMap<Pointer, Arc<Response>>,
}

impl<'d> Reader<'d> {
    /// Follows the references of a part that may have one.
    fn follow(&mut self, value: &'d Value, at: Pointer) -> Option<Placed<'d>> {
        self.resolver.follow(value, at)
    }

    /// Notes that a part has a shape that the standard does not allow.
    fn malformed(&mut self, place: Pointer, title: impl Into<String>) {
        self.resolver.report(&rule::DOCUMENT_MALFORMED, place, title);
    }
}

/// The members of an object; none where there is none.
fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// The items of an array; none where there is none.
pub(crate) fn items(value: Option<&Value>) -> impl Iterator<Item = (usize, &Value)> {
    value.and_then(Value::as_array).into_iter().flatten().enumerate()
}

/// All `x-…` members.
fn extensions(value: &Value) -> Map<String, Value> {
    members(Some(value))
        .filter(|(name, _)| name.starts_with("x-"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// How well a part of the document is known, where it says so itself.
fn basis(value: &Value) -> Option<Basis> {
    let basis = value.get("x-standin-basis")?;
    if basis.as_str() != Some("assumed") {
        return Some(Basis::Known);
    }
    let note = text(value, "x-standin-note").unwrap_or("not publicly known");
    Some(Basis::Assumed { note: note.into() })
}

/// Whether a member is there and true.
fn is_set(value: &Value, name: &str) -> bool {
    value.get(name) == Some(&Value::Bool(true))
}

/// A member that is text.
pub(crate) fn text<'d>(value: &'d Value, name: &str) -> Option<&'d str> {
    value.get(name).and_then(Value::as_str)
}
