//! The references that stand in a part of a document.
//!
//! An object with `$ref` is a reference where the standard expects a part, and data where it
//! expects data: in examples, defaults, constants and vendors' own members. The members that give
//! names to parts (`properties`, `schemas`, `paths`, …) may name them anything, `example` and
//! `$ref` included.

use serde_json::Map;
use serde_json::Value;

use crate::pointer::Pointer;

/// Members whose members are named parts.
const NAMED: [&str; 22] = [
    "$defs",
    "callbacks",
    "content",
    "definitions",
    "dependentSchemas",
    "encoding",
    "examples",
    "headers",
    "links",
    "mediaTypes",
    "parameters",
    "pathItems",
    "paths",
    "patternProperties",
    "properties",
    "requestBodies",
    "responses",
    "schemas",
    "securityDefinitions",
    "securitySchemes",
    "variables",
    "webhooks",
];

/// Members whose values are data.
const DATA: [&str; 6] = ["const", "default", "enum", "example", "value", "dataValue"];

/// What a reference is to whoever reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `$ref`: its target is read in its place.
    Part,
    /// A value of a discriminator's `mapping`: names a schema, or refers to one.
    Mapping,
}

/// A reference that was met.
#[derive(Debug)]
pub(crate) struct Met {
    /// Where its text stands.
    pub(crate) place: Pointer,
    /// Its text.
    pub(crate) reference: String,
    pub(crate) kind: Kind,
}

/// What a walk finds.
#[derive(Debug, Default)]
pub(crate) struct Harvest {
    pub(crate) references: Vec<Met>,
    /// The names that schemas give themselves (`$id`, JSON Schema 2020-12, 8.2.1).
    pub(crate) ids: Vec<String>,
}

/// Walks a part: an object whose members are keywords.
pub(crate) fn part(value: &Value, at: &Pointer, harvest: &mut Harvest) {
    match value {
        Value::Object(members) => keywords(members, at, harvest),
        Value::Array(items) => each(items, at, harvest),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn keywords(members: &Map<String, Value>, at: &Pointer, harvest: &mut Harvest) {
    for (keyword, value) in members {
        let place = || at.child(keyword);
        match (keyword.as_str(), value) {
            ("$ref", Value::String(reference)) => harvest.references.push(Met {
                place: place(),
                reference: reference.clone(),
                kind: Kind::Part,
            }),
            ("$id", Value::String(id)) => harvest.ids.push(id.clone()),
            ("discriminator", Value::Object(discriminator)) => {
                mapping(discriminator.get("mapping"), &place().child("mapping"), harvest);
            }
            ("examples", Value::Object(examples)) => named_examples(examples, &place(), harvest),
            ("examples", _) => {}
            (name, Value::Object(parts)) if NAMED.contains(&name) => {
                let at = place();
                for (name, value) in parts {
                    part(value, &at.child(name), harvest);
                }
            }
            (name, _) if DATA.contains(&name) || name.starts_with("x-") => {}
            (_, Value::Object(_) | Value::Array(_)) => part(value, &place(), harvest),
            (_, Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {}
        }
    }
}

fn each(items: &[Value], at: &Pointer, harvest: &mut Harvest) {
    for (number, item) in items.iter().enumerate() {
        part(item, &at.child(number.to_string()), harvest);
    }
}

/// Examples hold data; each may be a reference as a whole.
fn named_examples(examples: &Map<String, Value>, at: &Pointer, harvest: &mut Harvest) {
    for (name, example) in examples {
        if let Some(Value::String(reference)) = example.get("$ref") {
            harvest.references.push(Met {
                place: at.child(name).child("$ref"),
                reference: reference.clone(),
                kind: Kind::Part,
            });
        }
    }
}

fn mapping(mapping: Option<&Value>, at: &Pointer, harvest: &mut Harvest) {
    for (name, value) in mapping.and_then(Value::as_object).into_iter().flatten() {
        let Some(reference) = value.as_str() else { continue };
        harvest.references.push(Met {
            place: at.child(name),
            reference: reference.to_owned(),
            kind: Kind::Mapping,
        });
    }
}

/// Where a part stands that [`part`] does not come to by itself: `#/components/x-parts/a`.
pub(crate) fn is_aside(pointer: &Pointer) -> bool {
    pointer.tokens().any(|token| token.starts_with("x-") || DATA.contains(&&*token))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Harvest, part};
    use crate::pointer::Pointer;

    #[test]
    fn data_is_not_searched_and_names_may_be_anything() {
        let value = json!({
            "properties": {"example": {"$ref": "a"}, "$ref": {"$ref": "b"}, "default": {"items": {"$ref": "c"}}},
            "example": {"$ref": "no"}, "default": {"$ref": "no"}, "enum": [{"$ref": "no"}],
            "x-own": {"$ref": "no"}, "examples": [{"$ref": "no"}],
            "responses": {"default": {"$ref": "d"}},
            "content": {"text/plain": {"examples": {"x": {"$ref": "e"}, "y": {"value": {"$ref": "no"}}}}},
            "allOf": [{"discriminator": {"mapping": {"dog": "f"}}}],
        });
        let mut harvest = Harvest::default();
        part(&value, &Pointer::root(), &mut harvest);
        let mut met: Vec<&str> =
            harvest.references.iter().map(|met| met.reference.as_str()).collect();
        met.sort_unstable();
        assert_eq!(met, ["a", "b", "c", "d", "e", "f"]);
    }
}
