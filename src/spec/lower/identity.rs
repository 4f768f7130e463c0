//! What schemas call themselves: `$id`, `$anchor`, `$dynamicAnchor`, and which dialect they name.
//!
//! Since OpenAPI 3.1 a reference is a URI that is resolved against the `$id` around it. The
//! document is looked through once; from then on every name is a place.

use std::collections::HashSet;

use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::spec::assemble::FILES;
use crate::spec::lower::vocabulary;
use crate::spec::lower::vocabulary::Vocabulary;
use crate::spec::resolve;
use crate::spec::tree::Node;
use crate::spec::tree::Tree;
use fluent_uri::Uri;
use fluent_uri::UriRef;
use foldhash::HashMap;

/// The base of documents that do not say where they come from.
const BASE: &str = "document:/";

/// Members whose values are data, whatever they look like.
const DATA: [&str; 7] = ["example", "examples", "default", "enum", "const", "value", "dataValue"];

/// Keywords whose value holds schemas by name.
const MAPS: [&str; 6] =
    ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];

/// The names of a document's schemas.
#[derive(Debug)]
pub(super) struct Identities {
    usual: &'static Vocabulary,
    /// The schema resources with their base URIs, by place; the root's is the whole document.
    resources: HashMap<Pointer, String>,
    places: HashMap<String, Pointer>,
    /// The dialects that schemas name; `None` where nobody knows it.
    dialects: HashMap<Pointer, Option<&'static Vocabulary>>,
    /// The anchors, by resource and name.
    anchors: HashMap<(Pointer, String), Pointer>,
    /// The dynamic ones among them, by place.
    dynamic: HashMap<Pointer, DynamicAnchor>,
    /// The names that dynamic references look for.
    wanted: HashSet<String>,
    /// What is wrong with names.
    pub(super) violations: Vec<Violation>,
}

/// The name that a true `$recursiveAnchor` gives its resource: none that an anchor can have.
pub(super) const RECURSIVE: &str = "$recursiveAnchor";

/// A `$dynamicAnchor`.
#[derive(Clone, Debug)]
pub(super) struct DynamicAnchor {
    /// The resource that it is in.
    pub(super) resource: Pointer,
    /// Its name.
    pub(super) name: String,
}

impl Identities {
    /// Looks through a document; `usual` is the vocabulary of schemas that name none.
    pub(super) fn new(tree: &Tree, usual: &'static Vocabulary) -> Self {
        let mut identities = Self {
            usual,
            resources: HashMap::default(),
            places: HashMap::default(),
            dialects: HashMap::default(),
            anchors: HashMap::default(),
            dynamic: HashMap::default(),
            wanted: HashSet::new(),
            violations: Vec::new(),
        };
        let root = tree.root();
        let own = root.get("$self").and_then(Node::as_str).filter(|_| usual.identities);
        let base = own.and_then(|own| joined(BASE, own)).unwrap_or_else(|| BASE.to_owned());
        identities.add_resource(Pointer::root(), base);
        if usual.identities {
            if let Some(dialect) = root.get("jsonSchemaDialect") {
                identities.add_dialect(dialect, &Pointer::root(), "jsonSchemaDialect");
            }
            // Most documents name nothing, and need not be looked through.
            if tree.names_itself() {
                Look { identities: &mut identities, path: Vec::new() }.document(root);
            }
        }
        identities
    }

    /// Whether the schema at a place has a base or a dialect of its own.
    pub(super) fn is_resource(&self, place: &Pointer) -> bool {
        self.resources.contains_key(place) || self.dialects.contains_key(place)
    }

    /// The vocabulary in force at a place.
    pub(super) fn vocabulary(&self, place: &Pointer) -> Option<&'static Vocabulary> {
        if self.dialects.is_empty() {
            return Some(self.usual);
        }
        around(place)
            .find_map(|around| self.dialects.get(&around))
            .copied()
            .unwrap_or(Some(self.usual))
    }

    /// The resource that a place is in.
    pub(super) fn resource(&self, place: &Pointer) -> Pointer {
        if self.resources.len() == 1 {
            return Pointer::root();
        }
        around(place).find(|around| self.resources.contains_key(around)).unwrap_or_default()
    }

    /// The place that a reference names from a place.
    ///
    /// # Errors
    ///
    /// Why it names none, as a violation's title.
    pub(super) fn resolve(&self, reference: &str, from: &Pointer) -> Result<Pointer, String> {
        let is_plain = self.resources.len() == 1 && self.anchors.is_empty();
        let (uri, fragment) = reference.split_once('#').unwrap_or((reference, ""));
        let is_pointer = fragment.is_empty() || fragment.starts_with('/');
        if is_plain && (uri.is_empty() || is_pointer) {
            return resolve::local(reference);
        }
        let around = self.resource(from);
        let resource = if uri.is_empty() {
            around
        } else {
            let base = self.resources.get(&around).map_or(BASE, String::as_str);
            let known = joined(base, uri).and_then(|uri| self.places.get(&uri).cloned());
            match known {
                Some(resource) => resource,
                // Not by a name of the document: perhaps by where it was found.
                None => return resolve::local(reference),
            }
        };
        if is_pointer {
            return Ok(resource.join(resolve::local(&format!("#{fragment}"))?.as_str()));
        }
        self.anchors
            .get(&(resource, fragment.to_owned()))
            .cloned()
            .ok_or_else(|| format!("refers to the anchor `{fragment}`, which does not exist"))
    }

    /// The dynamic anchors, with their places.
    pub(super) fn dynamic_anchors(&self) -> impl Iterator<Item = (&Pointer, &DynamicAnchor)> {
        self.dynamic.iter()
    }

    /// Whether the schema at a place has that dynamic anchor.
    pub(super) fn is_dynamic(&self, place: &Pointer, name: &str) -> bool {
        self.dynamic.get(place).is_some_and(|anchor| anchor.name == name)
    }

    /// Whether somebody refers dynamically to that name.
    pub(super) fn is_wanted(&self, name: &str) -> bool {
        self.wanted.contains(name)
    }

    fn report(&mut self, rule: &'static crate::finding::Rule, place: Pointer, title: String) {
        self.violations.push(resolve::complaint(rule, place, title));
    }

    fn add_resource(&mut self, place: Pointer, uri: String) {
        self.places.entry(uri.clone()).or_insert_with(|| place.clone());
        self.resources.insert(place, uri);
    }

    fn add_dialect(&mut self, dialect: Node<'_>, place: &Pointer, member: &str) {
        let uri = dialect.as_str().unwrap_or_default();
        let found = vocabulary::named(uri);
        if found.is_none() {
            let title = format!("names the dialect `{uri}`, by which nothing is judged");
            self.report(&rule::NOT_JUDGED, place.child(member), title);
        }
        self.dialects.insert(place.clone(), found);
    }

    fn add_anchor(&mut self, resource: &Pointer, name: &str, place: &Pointer, member: &str) {
        let key = (resource.clone(), name.to_owned());
        if self.anchors.get(&key).is_some_and(|known| known != place) {
            let title = format!("is the anchor `{name}`, which another schema has");
            self.report(&rule::DOCUMENT_MALFORMED, place.child(member), title);
            return;
        }
        self.anchors.insert(key, place.clone());
    }
}

/// A place, then each around it.
fn around(place: &Pointer) -> impl Iterator<Item = Pointer> {
    std::iter::successors(Some(place.clone()), Pointer::parent)
}

/// A reference resolved against a base, without its fragment.
fn joined(base: &str, reference: &str) -> Option<String> {
    let base = Uri::parse(base).ok()?;
    let reference = UriRef::parse(reference.split('#').next()?).ok()?;
    Some(reference.resolve_against(&base).ok()?.as_str().to_owned())
}

/// The way through a document; pointers are made only of places that have a name.
struct Look<'i, 'd> {
    identities: &'i mut Identities,
    path: Vec<Step<'d>>,
}

#[derive(Clone, Copy)]
enum Step<'d> {
    Name(&'d str),
    Number(usize),
}

impl<'d> Look<'_, 'd> {
    fn place(&self) -> Pointer {
        self.path.iter().fold(Pointer::root(), |place, step| match step {
            Step::Name(name) => place.child(name),
            Step::Number(number) => place.child(number.to_string()),
        })
    }

    fn within(&mut self, step: Step<'d>, look: impl FnOnce(&mut Self)) {
        self.path.push(step);
        look(self);
        self.path.pop();
    }

    fn document(&mut self, value: Node<'d>) {
        for (name, value) in value.members() {
            if DATA.contains(&name) {
                continue;
            }
            self.within(Step::Name(name), |look| match (name, value.is_object()) {
                ("schema" | "itemSchema", _) => look.schema(value, &Pointer::root()),
                (FILES, true) => look.files(value),
                ("schemas", true) => look.map(value, &Pointer::root()),
                _ => look.document(value),
            });
        }
        for (number, item) in value.items().enumerate() {
            self.within(Step::Number(number), |look| look.document(item));
        }
    }

    /// Other files of the document: descriptions, single schemas, or schemas by name.
    fn files(&mut self, files: Node<'d>) {
        for (name, file) in files.members() {
            let is_description =
                ["openapi", "components", "paths"].iter().any(|name| file.get(name).is_some());
            self.within(Step::Name(name), |look| match is_description {
                true => look.document(file),
                false => look.schema(file, &Pointer::root()),
            });
        }
    }

    fn map(&mut self, schemas: Node<'d>, resource: &Pointer) {
        for (name, schema) in schemas.members() {
            self.within(Step::Name(name), |look| look.schema(schema, resource));
        }
    }

    fn schema(&mut self, schema: Node<'d>, resource: &Pointer) {
        if !schema.is_object() {
            return;
        }
        let own = self.names(schema, resource);
        let resource = own.as_ref().unwrap_or(resource);
        for (keyword, value) in schema.members() {
            if DATA.contains(&keyword) {
                continue;
            }
            self.within(Step::Name(keyword), |look| {
                if MAPS.contains(&keyword) && value.is_object() {
                    return look.map(value, resource);
                }
                look.schema(value, resource);
                for (number, item) in value.items().enumerate() {
                    look.within(Step::Number(number), |look| look.schema(item, resource));
                }
            });
        }
    }

    /// Notes what a schema calls itself; its place, where it is a resource of its own.
    fn names(&mut self, members: Node<'d>, resource: &Pointer) -> Option<Pointer> {
        let text = |name: &str| members.get(name).and_then(Node::as_str);
        if let Some(dialect) = members.get("$schema") {
            let place = self.place();
            self.identities.add_dialect(dialect, &place, "$schema");
        }
        let mut own = None;
        // Draft 4 writes it without the dollar; elsewhere `id` is nobody's keyword.
        let is_old = || text("$schema").is_some_and(|uri| uri.contains("draft-04"));
        let id = text("$id").map(|id| ("$id", id));
        if let Some((member, id)) =
            id.or_else(|| text("id").filter(|_| is_old()).map(|id| ("id", id)))
        {
            let place = self.place();
            let (uri, fragment) = id.split_once('#').unwrap_or((id, ""));
            if !uri.is_empty() {
                let base = self.identities.resources.get(resource).map_or(BASE, String::as_str);
                match joined(base, uri) {
                    Some(uri) => self.identities.add_resource(place.clone(), uri),
                    None => {
                        let title = "is not a URI reference".to_owned();
                        let at = place.child(member);
                        self.identities.report(&rule::DOCUMENT_MALFORMED, at, title);
                        self.identities.resources.insert(place.clone(), BASE.to_owned());
                    }
                }
                own = Some(place.clone());
            }
            if !fragment.is_empty() {
                // How Drafts 4 to 7 write an anchor.
                let resource = own.as_ref().unwrap_or(resource).clone();
                self.identities.add_anchor(&resource, fragment, &place, member);
            }
        }
        let resource = own.as_ref().unwrap_or(resource).clone();
        if let Some(name) = text("$anchor") {
            let place = self.place();
            self.identities.add_anchor(&resource, name, &place, "$anchor");
        }
        if let Some(name) = text("$dynamicAnchor") {
            let place = self.place();
            self.identities.add_anchor(&resource, name, &place, "$dynamicAnchor");
            let name = name.to_owned();
            self.identities
                .dynamic
                .insert(place, DynamicAnchor { resource: resource.clone(), name });
        }
        if let Some((_, name)) = text("$dynamicRef").and_then(|text| text.split_once('#')) {
            self.identities.wanted.insert(name.to_owned());
        }
        if members.get("$recursiveAnchor").is_some_and(Node::is_true) {
            let (place, name) = (self.place(), RECURSIVE.to_owned());
            if place == resource {
                self.identities.dynamic.insert(place, DynamicAnchor { resource, name });
            }
        }
        if members.get("$recursiveRef").is_some() {
            self.identities.wanted.insert(RECURSIVE.to_owned());
        }
        own
    }
}
