//! The steps from a schema to its subschemas, in JSON Schema 2020-12's vocabulary.
//!
//! Everybody who changes or searches schemas steps through here, so that a property that happens
//! to be called `$ref` or an enum value that looks like a schema is never mistaken for one.

use serde_json::Map;
use serde_json::Value;

use crate::pointer::Pointer;

/// Keywords whose value is one schema, and whether it is applied to the same value.
const SINGLE: [(&str, bool); 11] = [
    ("not", true),
    ("if", true),
    ("then", true),
    ("else", true),
    ("items", false),
    ("contains", false),
    ("additionalProperties", false),
    ("propertyNames", false),
    ("contentSchema", false),
    ("unevaluatedItems", false),
    ("unevaluatedProperties", false),
];

/// Keywords whose value is a list of schemas.
const LISTS: [(&str, bool); 4] =
    [("allOf", true), ("anyOf", true), ("oneOf", true), ("prefixItems", false)];

/// Keywords whose value is an object of schemas.
const MAPS: [(&str, bool); 4] = [
    ("properties", false),
    ("patternProperties", false),
    ("dependentSchemas", true),
    ("$defs", false),
];

/// One subschema with the way to it.
pub(crate) struct Step<V> {
    /// The pointer from the root of the walk.
    pub(crate) path: Pointer,
    /// Whether it judges the very value that its parent judges.
    pub(crate) in_place: bool,
    /// The subschema.
    pub(crate) schema: V,
}

/// The subschemas directly below `schema`.
pub(crate) fn steps<'s>(schema: &'s Map<String, Value>, at: &Pointer) -> Vec<Step<&'s Value>> {
    let mut found = Vec::new();
    for (keyword, value) in schema {
        let here = || at.child(keyword);
        if let Some(in_place) = lookup(&SINGLE, keyword) {
            found.push(Step { path: here(), in_place, schema: value });
        } else if let (Some(in_place), Value::Array(items)) = (lookup(&LISTS, keyword), value) {
            found.extend(items.iter().enumerate().map(|(index, schema)| Step {
                path: here().child(index.to_string()),
                in_place,
                schema,
            }));
        } else if let (Some(in_place), Value::Object(members)) = (lookup(&MAPS, keyword), value) {
            found.extend(members.iter().map(|(name, schema)| Step {
                path: here().child(name),
                in_place,
                schema,
            }));
        }
    }
    found
}

/// As [`steps`], to change them.
pub(crate) fn steps_mut<'s>(
    schema: &'s mut Map<String, Value>,
    at: &Pointer,
) -> Vec<Step<&'s mut Value>> {
    let mut found = Vec::new();
    for (keyword, value) in schema {
        let here = || at.child(keyword);
        if let Some(in_place) = lookup(&SINGLE, keyword) {
            found.push(Step { path: here(), in_place, schema: value });
        } else if let Some(in_place) = lookup(&LISTS, keyword) {
            for (index, schema) in value.as_array_mut().into_iter().flatten().enumerate() {
                found.push(Step { path: here().child(index.to_string()), in_place, schema });
            }
        } else if let Some(in_place) = lookup(&MAPS, keyword) {
            for (name, schema) in value.as_object_mut().into_iter().flatten() {
                found.push(Step { path: here().child(name), in_place, schema });
            }
        }
    }
    found
}

/// Every schema object from `schema` down, each with its pointer.
pub(crate) fn each<'s>(
    schema: &'s Value,
    at: &Pointer,
    visit: &mut dyn FnMut(&'s Map<String, Value>, &Pointer),
) {
    let Value::Object(members) = schema else { return };
    visit(members, at);
    for step in steps(members, at) {
        each(step.schema, &step.path, visit);
    }
}

/// Every schema object from `schema` down, to change it.
pub(crate) fn each_mut(schema: &mut Value, visit: &mut dyn FnMut(&mut Map<String, Value>)) {
    let Value::Object(members) = schema else { return };
    visit(members);
    for step in steps_mut(members, &Pointer::root()) {
        each_mut(step.schema, visit);
    }
}

/// What the value of a keyword holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Holds {
    /// One schema.
    Schema,
    /// A list of schemas.
    List,
    /// An object of schemas.
    Map,
}

/// What the value of a keyword holds, if that is schemas.
pub(crate) fn holds(keyword: &str) -> Option<Holds> {
    let single = lookup(&SINGLE, keyword).map(|_| Holds::Schema);
    let list = || lookup(&LISTS, keyword).map(|_| Holds::List);
    single.or_else(list).or_else(|| lookup(&MAPS, keyword).map(|_| Holds::Map))
}

fn lookup(table: &[(&str, bool)], keyword: &str) -> Option<bool> {
    table.iter().find(|(name, _)| *name == keyword).map(|(_, in_place)| *in_place)
}
