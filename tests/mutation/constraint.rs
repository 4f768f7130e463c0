//! The constraints of a schema, walked in the raw document: whatever stands there is found, and a
//! keyword that nobody here knows fails the test.

use std::collections::BTreeSet;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use standin::pointer::Pointer;

/// The name of a member that only `additionalProperties` describes.
pub(super) const EXTRA: &str = "any_name";

/// How deep schemas may stand in each other; a schema that contains itself ends here.
const DEEPEST: usize = 24;

/// Keywords that say something of a value, and can be broken (`nullable`: kept) here.
pub(super) const KEYWORDS: &[&str] = &[
    "additionalProperties",
    "anyOf",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "maxItems",
    "maxLength",
    "maxProperties",
    "maximum",
    "minItems",
    "minLength",
    "minProperties",
    "minimum",
    "multipleOf",
    "nullable",
    "oneOf",
    "pattern",
    "required",
    "type",
    "uniqueItems",
];

/// Keywords that say nothing of a value.
const SILENT: &[&str] =
    &["title", "description", "default", "example", "deprecated", "discriminator", "externalDocs"];

/// An alternative on the way to a constraint.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Turn {
    /// The keyword with the alternatives.
    pub(super) place: Pointer,
    /// The one that is taken.
    pub(super) index: usize,
    /// The place of the value that has alternatives.
    pub(super) at: Pointer,
}

/// One constraint on a value.
#[derive(Clone, Debug)]
pub(super) struct Constraint {
    /// The keyword's place in the document.
    pub(super) place: Pointer,
    /// The keyword.
    pub(super) keyword: String,
    /// What the keyword says; the one property of `required`, the known names of
    /// `additionalProperties`, the types of alternatives.
    pub(super) value: Value,
    /// The place in the value.
    pub(super) at: Pointer,
    /// The alternatives that lead here.
    pub(super) route: Vec<Turn>,
}

impl Constraint {
    /// The name in tables: the place, and of a required property which one.
    pub(super) fn key(&self) -> String {
        match (&*self.keyword, &self.value) {
            ("required", Value::String(name)) => format!("{}/{name}", self.place),
            _ => self.place.to_string(),
        }
    }
}

/// The place behind references, and what stands there.
pub(super) fn follow(root: &Value, place: Pointer) -> (Pointer, &Map<String, Value>) {
    let mut place = place;
    loop {
        let value = place.get(root).unwrap_or_else(|| panic!("{place} is not in the document"));
        let members = value.as_object().unwrap_or_else(|| panic!("{place} is no object"));
        let Some(reference) = members.get("$ref") else { return (place, members) };
        assert_eq!(members.len(), 1, "{place}: what stands beside a reference does not count");
        let local = reference.as_str().and_then(|reference| reference.strip_prefix('#'));
        place = Pointer::new(local.unwrap_or_else(|| panic!("{place} leads elsewhere")));
    }
}

/// Every constraint of the schema at `place`.
pub(super) fn of_schema(root: &Value, place: &Pointer) -> Vec<Constraint> {
    let mut walk = Walk { root, found: Vec::new(), route: Vec::new(), depth: 0 };
    walk.schema(place.clone(), &Pointer::root());
    walk.found
}

/// The names of all constraints of a document, reached by an operation or not.
pub(super) fn of_document(root: &Value) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let components = Pointer::root().child("components").child("schemas");
    let components_named = components.get(root).and_then(Value::as_object);
    for name in components_named.into_iter().flat_map(Map::keys) {
        names.extend(of_schema(root, &components.child(name)).iter().map(Constraint::key));
    }
    let mut left = vec![Pointer::root()];
    while let Some(place) = left.pop() {
        let value = place.get(root).expect("it was just listed");
        let count = value.as_array().map_or(0, Vec::len);
        left.extend((0..count).map(|index| place.child(index.to_string())));
        for (name, inner) in value.as_object().into_iter().flatten() {
            let is_prose = name.starts_with("x-") || name.starts_with("example");
            match &**name {
                _ if is_prose || place == components => {}
                "schema" if inner.is_object() => {
                    let found = of_schema(root, &place.child(name));
                    names.extend(found.iter().map(Constraint::key));
                }
                _ => left.push(place.child(name)),
            }
        }
    }
    names
}

struct Walk<'d> {
    root: &'d Value,
    found: Vec<Constraint>,
    route: Vec<Turn>,
    depth: usize,
}

impl Walk<'_> {
    fn schema(&mut self, place: Pointer, at: &Pointer) {
        assert!(self.depth < DEEPEST, "{place} contains itself, which nobody here can walk");
        self.depth += 1;
        let (place, members) = follow(self.root, place);
        for (keyword, value) in members {
            self.keyword(members, (keyword, value), &place.child(keyword), at);
        }
        self.depth -= 1;
    }

    fn keyword(
        &mut self,
        members: &Map<String, Value>,
        (keyword, value): (&str, &Value),
        place: &Pointer,
        at: &Pointer,
    ) {
        match (keyword, value) {
            ("minimum", _) if members.get("exclusiveMinimum") == Some(&Value::Bool(true)) => {}
            ("maximum", _) if members.get("exclusiveMaximum") == Some(&Value::Bool(true)) => {}
            ("exclusiveMinimum", Value::Bool(true)) => {
                self.push(place, keyword, &members["minimum"], at);
            }
            ("exclusiveMaximum", Value::Bool(true)) => {
                self.push(place, keyword, &members["maximum"], at);
            }
            (
                "type" | "enum" | "pattern" | "format" | "minimum" | "maximum" | "multipleOf"
                | "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties"
                | "maxProperties",
                _,
            )
            | ("uniqueItems" | "nullable", Value::Bool(true)) => {
                self.push(place, keyword, value, at);
            }
            ("required", Value::Array(names)) => {
                names.iter().for_each(|name| self.push(place, keyword, name, at));
            }
            ("properties", Value::Object(properties)) => {
                properties.keys().for_each(|name| self.schema(place.child(name), &at.child(name)))
            }
            ("items", Value::Object(_)) => self.schema(place.clone(), &at.child("0")),
            ("additionalProperties", Value::Object(_)) => {
                self.schema(place.clone(), &at.child(EXTRA));
            }
            ("additionalProperties", Value::Bool(false)) => {
                let known = members.get("properties").and_then(Value::as_object);
                let known: Vec<&String> = known.into_iter().flat_map(Map::keys).collect();
                self.push(place, keyword, &json!(known), at);
            }
            ("allOf", Value::Array(parts)) => {
                (0..parts.len()).for_each(|index| self.schema(place.child(index.to_string()), at))
            }
            ("oneOf" | "anyOf", Value::Array(branches)) => {
                let kinds: Vec<Option<&Value>> = (0..branches.len())
                    .map(|index| follow(self.root, place.child(index.to_string())).1.get("type"))
                    .collect();
                self.push(place, keyword, &json!(kinds), at);
                for index in 0..branches.len() {
                    self.route.push(Turn { place: place.clone(), index, at: at.clone() });
                    self.schema(place.child(index.to_string()), at);
                    self.route.pop();
                }
            }
            (
                "additionalProperties"
                | "uniqueItems"
                | "nullable"
                | "exclusiveMinimum"
                | "exclusiveMaximum",
                Value::Bool(_),
            ) => {}
            (silent, _) if SILENT.contains(&silent) || silent.starts_with("x-") => {}
            _ => panic!("{place}: nobody here knows this keyword; say how it is broken"),
        }
    }

    fn push(&mut self, place: &Pointer, keyword: &str, value: &Value, at: &Pointer) {
        self.found.push(Constraint {
            place: place.clone(),
            keyword: keyword.to_owned(),
            value: value.clone(),
            at: at.clone(),
            route: self.route.clone(),
        });
    }
}
