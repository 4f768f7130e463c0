//! Which parts of two documents are the same text, with all that they refer to.
//!
//! Two versions of a document are alike in most places. Whatever is the same here is the same in
//! every reading, so that whoever compares them passes over it.

use std::sync::Mutex;
use std::sync::PoisonError;

use foldhash::HashMap;

use crate::pointer::Pointer;
use crate::spec::Document;
use crate::spec::resolve;
use crate::spec::tree::Node;

/// Members whose other value gives a document's parts another meaning.
const MEANING: [&str; 4] = ["openapi", "swagger", "jsonSchemaDialect", "$self"];

/// Where schemas with names of their own stand, in all versions.
const SCHEMAS: [&str; 2] = ["#/components/schemas", "#/definitions"];

/// What is known of two documents.
#[derive(Debug)]
pub struct Alike<'d> {
    base: &'d Document,
    revision: &'d Document,
    is_comparable: bool,
    known: Mutex<HashMap<&'d str, bool>>,
}

/// What a reference leads to.
#[derive(Default)]
struct Target<'d> {
    differs: bool,
    /// The references that are in it.
    further: Vec<&'d str>,
}

impl<'d> Alike<'d> {
    /// Compares two documents as far as somebody asks.
    #[must_use]
    pub fn new(base: &'d Document, revision: &'d Document) -> Self {
        let (one, other) = (base.tree().root(), revision.tree().root());
        // A name that a schema gives itself leads somewhere that no reference tells.
        let names_itself = base.tree().names_itself() || revision.tree().names_itself();
        let is_same = |name: &&str| is_equal(one.get(name), other.get(name), &mut Vec::new());
        let is_comparable = !names_itself && MEANING.iter().all(is_same);
        Self { base, revision, is_comparable, known: Mutex::default() }
    }

    /// Whether the part of the base at one place and that of the revision at the other are the same,
    /// and so is all that they refer to. What is not there is the same as what is not there.
    #[must_use]
    pub fn is_same(&self, base: &Pointer, revision: &Pointer) -> bool {
        if !self.is_comparable {
            return false;
        }
        let mut references = Vec::new();
        is_equal(self.base.tree().at(base), self.revision.tree().at(revision), &mut references)
            && self.lead_to_the_same(&references)
    }

    fn lead_to_the_same(&self, references: &[&'d str]) -> bool {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        self.explore(references, &mut known);
        references.iter().all(|reference| known.get(reference) == Some(&true))
    }

    /// Finds out of all references that these lead to whether what they lead to is the same.
    fn explore(&self, references: &[&'d str], known: &mut HashMap<&'d str, bool>) {
        let mut targets: HashMap<&'d str, Target<'d>> = HashMap::default();
        let mut open: Vec<&'d str> = references.to_vec();
        while let Some(reference) = open.pop() {
            if known.contains_key(reference) || targets.contains_key(reference) {
                continue;
            }
            let target = self.target(reference);
            open.extend(&target.further);
            targets.insert(reference, target);
        }
        let mut users: HashMap<&str, Vec<&'d str>> = HashMap::default();
        let mut different: Vec<&'d str> = Vec::new();
        for (reference, target) in &targets {
            if target.differs || target.further.iter().any(|to| known.get(to) == Some(&false)) {
                different.push(reference);
            }
            target.further.iter().for_each(|to| users.entry(to).or_default().push(reference));
        }
        while let Some(reference) = different.pop() {
            if known.insert(reference, false).is_none() {
                different.extend(users.get(reference).into_iter().flatten());
            }
        }
        for reference in targets.into_keys() {
            known.entry(reference).or_insert(true);
        }
    }

    fn target(&self, reference: &str) -> Target<'d> {
        let place = match resolve::local(reference) {
            Ok(place) => place,
            // What the mapping of a discriminator names.
            Err(_) => Pointer::new(&SCHEMAS[0][1..]).child(reference),
        };
        let mut further = Vec::new();
        let (one, other) = (self.base.tree().at(&place), self.revision.tree().at(&place));
        let differs = !is_equal(one, other, &mut further);
        Target { differs, further }
    }
}

/// Whether two values are equal, members in any order; the references in the first are gathered.
fn is_equal<'d>(
    one: Option<Node<'d>>,
    other: Option<Node<'_>>,
    references: &mut Vec<&'d str>,
) -> bool {
    let (one, other) = match (one, other) {
        (Some(one), Some(other)) => (one, other),
        (one, other) => return one.is_none() && other.is_none(),
    };
    if !one.is_alike(other) {
        return false;
    }
    let mut theirs = other.members();
    for (name, value) in one.members() {
        // Most often they stand in the same order.
        let found = theirs.next().filter(|(theirs, _)| *theirs == name);
        let found = found.map(|(_, value)| value).or_else(|| other.get(name));
        match (name, value.as_str()) {
            ("$ref", Some(reference)) => references.push(reference),
            ("discriminator", _) => references.extend(SCHEMAS),
            _ => {}
        }
        if !is_equal(Some(value), found, references) {
            return false;
        }
    }
    one.items().zip(other.items()).all(|(one, other)| is_equal(Some(one), Some(other), references))
}
