//! What all versions have in common: paths, and what OpenAPI 3 has in them.
//!
//! A dialect brings its [`Grammar`]: the vocabulary of its schemas, its methods, where its parts
//! stand and how it describes one call. What has a wrong shape is reported at its place and left
//! out.

mod content;
mod encoding;
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
use crate::spec::lower::Lowerer;
use crate::spec::lower::vocabulary::Vocabulary;
use crate::spec::model::Basis;
use crate::spec::model::Example;
use crate::spec::model::Operation;
use crate::spec::model::Parameter;
use crate::spec::model::RequestBody;
use crate::spec::model::Response;
pub(in crate::spec) use crate::spec::read::parameters::OWN_MEANING;
pub(crate) use crate::spec::read::paths::PathItem;
pub(crate) use crate::spec::read::paths::openapi3;
pub(in crate::spec) use crate::spec::read::servers::base_path;
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

/// What tells one version from another.
#[derive(Debug)]
pub(crate) struct Grammar {
    /// The keywords of its schemas.
    pub(crate) vocabulary: &'static Vocabulary,
    /// Where its schemas with names stand.
    pub(crate) schemas: &'static str,
    /// Where its security schemes stand.
    pub(crate) security_schemes: &'static str,
    /// The members of a path item that are operations.
    pub(crate) methods: &'static [&'static str],
    /// The styles that came after 3.1; `querystring` is the one that is a place as well.
    pub(crate) further_styles: &'static [&'static str],
    /// The member of a path item that has further operations, by method.
    pub(crate) further_methods: Option<&'static str>,
    /// Reads what is said and answered.
    pub(crate) call: for<'d> fn(&mut Reader<'d>, &PathItem<'d>, Placed<'d>) -> Call,
}

/// What is said and answered in one call.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) base_paths: Vec<String>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) request_body: Option<RequestBody>,
    pub(crate) responses: Vec<Arc<Response>>,
}

/// Reads a document.
pub(crate) fn read(root: &Value, grammar: &'static Grammar) -> Parts {
    let mut lowerer = Lowerer::new(root, Pointer::new(grammar.schemas), grammar.vocabulary);
    let mut resolver = Resolver::new(root);
    resolver.violations.append(&mut lowerer.take_violations());
    let (schemas, examples, responses) = Default::default();
    let mut reader = Reader { grammar, resolver, lowerer, schemas, examples, responses };
    let operations = reader.operations();
    let examples = reader.examples(root.pointer("/components/examples"), "/components/examples");
    for (name, _) in members(Pointer::new(grammar.schemas).get(root)) {
        reader.schemas.intern(Pointer::new(grammar.schemas).child(name));
    }
    let Reader { resolver, schemas, lowerer, .. } = reader;
    let mut violations = resolver.violations;
    let (schemas, mut broken) = schemas.lower(root, lowerer);
    violations.append(&mut broken);
    // What several operations share is read once for each of them.
    let mut seen = HashSet::new();
    violations.retain(|violation| seen.insert((violation.rule.id, violation.place.clone())));
    Parts { operations, schemas, examples, violations }
}

/// The walk through a document.
#[derive(Debug)]
pub(crate) struct Reader<'d> {
    grammar: &'static Grammar,
    resolver: Resolver<'d>,
    lowerer: Lowerer<'d>,
    schemas: schemas::Table,
    /// What was read before, by its place.
    examples: HashMap<Pointer, Arc<Example>>,
    responses: HashMap<Pointer, Arc<Response>>,
}

impl<'d> Reader<'d> {
    /// Follows the references of a part that may have one.
    pub(in crate::spec) fn follow(&mut self, value: &'d Value, at: Pointer) -> Option<Placed<'d>> {
        self.resolver.follow(value, at)
    }

    /// The whole document.
    pub(in crate::spec) fn root(&self) -> &'d Value {
        self.resolver.root()
    }

    /// Notes that a part has a shape that the standard does not allow.
    pub(in crate::spec) fn malformed(&mut self, place: Pointer, title: impl Into<String>) {
        self.resolver.report(&rule::DOCUMENT_MALFORMED, place, title);
    }
}

/// The members of an object; none where there is none.
pub(in crate::spec) fn members(value: Option<&Value>) -> impl Iterator<Item = (&String, &Value)> {
    value.and_then(Value::as_object).into_iter().flatten()
}

/// The items of an array; none where there is none.
pub(crate) fn items(value: Option<&Value>) -> impl Iterator<Item = (usize, &Value)> {
    value.and_then(Value::as_array).into_iter().flatten().enumerate()
}

/// All `x-…` members.
pub(in crate::spec) fn extensions(value: &Value) -> Map<String, Value> {
    members(Some(value))
        .filter(|(name, _)| name.starts_with("x-"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

/// How well a part of the document is known, where it says so itself.
pub(in crate::spec) fn basis(value: &Value) -> Option<Basis> {
    let basis = value.get("x-standin-basis")?;
    if basis.as_str() != Some("assumed") {
        return Some(Basis::Known);
    }
    let note = text(value, "x-standin-note").unwrap_or("not publicly known");
    Some(Basis::Assumed { note: note.into() })
}

/// Whether a member is there and true.
pub(in crate::spec) fn is_set(value: &Value, name: &str) -> bool {
    value.get(name) == Some(&Value::Bool(true))
}

/// A member that is text.
pub(crate) fn text<'d>(value: &'d Value, name: &str) -> Option<&'d str> {
    value.get(name).and_then(Value::as_str)
}
