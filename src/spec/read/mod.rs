//! What all versions have in common: paths, and what OpenAPI 3 has in them.
//!
//! A dialect brings its [`Grammar`]: the vocabulary of its schemas, its methods, where its parts
//! stand and how it describes one call. What has a wrong shape is reported at its place and left
//! out.

mod content;
mod encoding;
mod later;
mod library;
mod parameters;
pub(crate) mod paths;
mod schemas;
mod security;
mod servers;

use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;

use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::schema::Schemas;
use crate::spec::lower::vocabulary::Vocabulary;
use crate::spec::model::Basis;
use crate::spec::model::Call;
use crate::spec::model::Operation;
pub(in crate::spec) use crate::spec::read::later::Later;
pub(crate) use crate::spec::read::library::Library;
pub(in crate::spec) use crate::spec::read::parameters::OWN_MEANING;
pub(crate) use crate::spec::read::paths::PathItem;
pub(crate) use crate::spec::read::paths::openapi3;
pub(crate) use crate::spec::read::paths::openapi3_base_paths;
pub(in crate::spec) use crate::spec::read::servers::base_path;
use crate::spec::resolve;
use crate::spec::resolve::Placed;
use crate::spec::resolve::Resolver;
use crate::spec::tree::Tree;
use crate::spec::wrong::Wrong;

/// What a dialect makes of a document.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) operations: Vec<Arc<Operation>>,
    pub(crate) schemas: Schemas,
    /// What the rest is read from, where there is a rest.
    pub(crate) library: Option<Arc<Library>>,
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
    /// Base paths of the servers in force.
    pub(crate) base_paths: for<'d> fn(&'d Value, &PathItem<'d>, &'d Value) -> Vec<String>,
    /// Reads what is said and answered, security left out.
    pub(crate) call: for<'d> fn(&mut Reader<'d>, &PathItem<'d>, Placed<'d>) -> Call,
}

/// Reads which operations a document has; the rest is read when somebody asks for it.
pub(crate) fn read(tree: &Arc<Tree>, wrong: &Arc<Wrong>, grammar: &'static Grammar) -> Parts {
    let library = Library::new(Arc::clone(tree), grammar, Arc::clone(wrong));
    let operations = library.read(|reader| reader.operations(&library));
    Parts { operations, schemas: library.schemas(), library: Some(library) }
}

/// The walk through a part of a document.
#[derive(Debug)]
pub(crate) struct Reader<'d> {
    library: &'d Library,
    grammar: &'static Grammar,
    resolver: Resolver<'d>,
}

impl<'d> Reader<'d> {
    fn new(library: &'d Library, parts: &'d resolve::Parts) -> Self {
        let resolver = Resolver::new(&library.tree, parts);
        Self { library, grammar: library.grammar, resolver }
    }

    fn into_violations(self) -> Vec<Violation> {
        self.resolver.violations
    }

    /// Reads what was read, and reported, before.
    fn quietly<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let known = self.resolver.violations.len();
        let part = read(self);
        self.resolver.violations.truncate(known);
        part
    }

    /// Follows the references of a part that may have one.
    pub(in crate::spec) fn follow(&mut self, value: &'d Value, at: Pointer) -> Option<Placed<'d>> {
        self.resolver.follow(value, at)
    }

    /// The members of the whole document that hold for all of it.
    pub(in crate::spec) fn head(&self) -> &'d Value {
        &self.library.head
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
