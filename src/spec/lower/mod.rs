//! Schema Objects of every version, lowered to JSON Schema 2020-12.
//!
//! A version is a [`Vocabulary`]: a table of its keywords and the forms of their values. A keyword
//! whose value has another form is reported and left out; the rest of its schema still counts.
//! References become the keys of what they name, whatever they were written by.

mod identity;
mod keywords;
mod naming;
mod scope;
mod value;
pub(crate) mod vocabulary;

use serde_json::Value;

use crate::finding::Violation;
use crate::pointer::Pointer;
use crate::schema::cut::Source;
use crate::spec::lower::identity::Identities;
use crate::spec::lower::scope::Scopes;
use crate::spec::lower::vocabulary::Vocabulary;
use crate::spec::tree::Node;
use crate::spec::tree::Tree;

/// Lowers the schemas of one document.
#[derive(Debug)]
pub(crate) struct Lowerer {
    /// Where the schemas with names of their own stand.
    components: Pointer,
    identities: Identities,
    scopes: Scopes,
}

impl Lowerer {
    /// Looks through a document for what its schemas call themselves; `usual` is the vocabulary of
    /// those that name none.
    pub(crate) fn new(tree: &Tree, components: Pointer, usual: &'static Vocabulary) -> Self {
        let identities = Identities::new(tree, usual);
        let scopes = Scopes::new(&identities);
        Self { components, identities, scopes }
    }

    /// The vocabulary in force at a place; `None` where the schema names one that nobody knows.
    pub(crate) fn vocabulary(&self, place: &Pointer) -> Option<&'static Vocabulary> {
        self.identities.vocabulary(place)
    }

    /// What is wrong with what schemas call themselves.
    pub(crate) fn take_violations(&mut self) -> Vec<Violation> {
        std::mem::take(&mut self.identities.violations)
    }

    /// The key of the schema that a mere alias names; `None` where the schema says more.
    pub(crate) fn alias(&self, schema: &Value, place: &Pointer) -> Option<Result<Pointer, String>> {
        let members = schema.as_object()?;
        let reference = members.get("$ref")?.as_str()?;
        let says_more = |key: &String| key != "$ref" && key != "description" && key != "summary";
        let vocabulary = self.vocabulary(place)?;
        if vocabulary.siblings && members.keys().any(says_more) {
            return None;
        }
        // Where references depend on the way to them, the way counts.
        self.scopes.are_idle().then(|| self.identities.resolve(reference, place))
    }

    /// The place in the document that a key stands for.
    pub(crate) fn place(key: &Pointer) -> Pointer {
        scope::place(key)
    }

    /// Lowers the schema that a key stands for in a document; `own` is its vocabulary where it is
    /// no Schema Object.
    pub(crate) fn lower(
        &self,
        tree: &Tree,
        key: &Pointer,
        own: Option<&'static Vocabulary>,
    ) -> (Source, Vec<Violation>) {
        let (scope, place) = self.scopes.enter(key, &self.identities);
        let schema = tree.at(&place).map_or(Value::Null, Node::to_value);
        let vocabulary = own.or_else(|| self.vocabulary(&place));
        let (origins, violations) = Default::default();
        let mut lowering = Lowering { lowerer: self, tree, origins, violations };
        let here = Here { at: Pointer::root(), place: place.clone(), scope };
        let lowered = match vocabulary {
            Some(vocabulary) => lowering.schema(&schema, &here, vocabulary),
            None => Value::Bool(true),
        };
        let Lowering { mut origins, violations, .. } = lowering;
        if place != *key {
            origins.push((Pointer::root(), place));
        }
        (Source { pointer: key.clone(), schema: lowered, origins }, violations)
    }
}

/// Where a walk stands: the place in what is made, in the document, and the way to it.
#[derive(Clone, Debug)]
struct Here {
    at: Pointer,
    place: Pointer,
    scope: usize,
}

impl Here {
    fn child(&self, token: &str) -> Self {
        Self { at: self.at.child(token), place: self.place.child(token), scope: self.scope }
    }
}

/// The walk through one schema.
struct Lowering<'l> {
    lowerer: &'l Lowerer,
    tree: &'l Tree,
    origins: Vec<(Pointer, Pointer)>,
    violations: Vec<Violation>,
}

/// One keyword's value, lowered; `None` where it says nothing about values, `Err` with what it
/// should be where its form is wrong.
type Lowered = Result<Option<Value>, &'static str>;
