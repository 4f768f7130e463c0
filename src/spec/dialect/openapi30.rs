//! OpenAPI 3.0: its Schema Object, lowered to JSON Schema 2020-12.
//!
//! The rest of a 3.0 document has the shapes that all of OpenAPI 3 shares. A keyword whose value
//! has a shape that the standard does not allow is reported and left out; the rest of its schema
//! still counts.

use serde_json::Map;
use serde_json::Number;
use serde_json::Value;
use serde_json::json;

use crate::finding::Violation;
use crate::finding::rule;
use crate::pointer::Pointer;
use crate::schema::cut::Source;
use crate::schema::format;
use crate::schema::nearest::DISCRIMINATOR;
use crate::schema::wording::NULLABLE;
use crate::spec::dialect::Dialect;
use crate::spec::read;
use crate::spec::resolve;

/// OpenAPI 3.0.0 to 3.0.4.
pub static DIALECT: Dialect = Dialect {
    id: "openapi30",
    recognises: |members| match members.get("openapi") {
        Some(Value::String(version)) => version == "3.0" || version.starts_with("3.0."),
        // `openapi: 3.0`, which YAML reads as a number.
        Some(Value::Number(version)) => version.as_f64() == Some(3.0),
        _ => false,
    },
    read: |root| read::openapi3(root, lower),
};

/// Lowers the Schema Object at `place`.
///
/// # Source
///
/// OpenAPI 3.0.4, *Schema Object*; JSON Schema 2020-12.
fn lower(schema: &Value, place: &Pointer) -> (Source, Vec<Violation>) {
    let mut lowering = Lowering { origins: Vec::new(), violations: Vec::new() };
    let lowered = lowering.schema(schema, &Pointer::root(), place);
    let source = Source { pointer: place.clone(), schema: lowered, origins: lowering.origins };
    (source, lowering.violations)
}

/// The walk through one schema; `at` is the place in what is made, `place` in the document.
struct Lowering {
    origins: Vec<(Pointer, Pointer)>,
    violations: Vec<Violation>,
}

impl Lowering {
    fn report(&mut self, place: Pointer, title: String) {
        self.violations.push(resolve::complaint(&rule::DOCUMENT_MALFORMED, place, title));
    }

    fn schema(&mut self, schema: &Value, at: &Pointer, place: &Pointer) -> Value {
        let Value::Object(members) = schema else {
            self.report(place.clone(), "is not a schema object".to_owned());
            return Value::Bool(true);
        };
        if let Some(Value::String(reference)) = members.get("$ref") {
            return self.reference(reference, place);
        }
        let is_nullable = members.get("nullable") == Some(&Value::Bool(true));
        if is_nullable && !members.contains_key("type") && members.keys().any(|key| asserts(key)) {
            let inner = at.child("anyOf").child("1");
            self.origins.push((at.child("anyOf"), place.child("nullable")));
            self.origins.push((inner.clone(), place.clone()));
            let lowered = self.members(members, &inner, place);
            let mut outer = json!({"anyOf": [{"type": "null"}], NULLABLE: true});
            for excuse in ["readOnly", "writeOnly", "deprecated"] {
                if lowered.contains_key(excuse) {
                    outer[excuse] = Value::Bool(true);
                }
            }
            if let Some(branches) = outer["anyOf"].as_array_mut() {
                branches.push(Value::Object(lowered));
            }
            return outer;
        }
        let mut lowered = self.members(members, at, place);
        if is_nullable && let Some(kind) = lowered.get_mut("type") {
            *kind = json!([kind, "null"]);
        }
        Value::Object(lowered)
    }

    /// A reference; what stands beside it does not count in 3.0.
    fn reference(&mut self, reference: &str, place: &Pointer) -> Value {
        match resolve::local(reference) {
            Ok(target) => json!({"$ref": target}),
            Err(reason) => {
                let place = place.child("$ref");
                self.violations.push(resolve::complaint(&rule::REFERENCE_BROKEN, place, reason));
                json!({})
            }
        }
    }

    fn members(
        &mut self,
        members: &Map<String, Value>,
        at: &Pointer,
        place: &Pointer,
    ) -> Map<String, Value> {
        let mut lowered = Map::new();
        for (keyword, value) in members {
            let (at, place) = (at.child(keyword), place.child(keyword));
            match self.keyword(keyword, value, &at, &place) {
                Ok(Some(value)) => {
                    lowered.insert(keyword.clone(), value);
                }
                Ok(None) => {}
                Err(wanted) => self.report(place, format!("is not {wanted}")),
            }
        }
        for (flag, limit) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
            let Some(Value::Bool(is_exclusive)) = lowered.get(flag) else { continue };
            let limit = if *is_exclusive { lowered.remove(limit) } else { None };
            match limit {
                Some(limit) => lowered.insert(flag.to_owned(), limit),
                None => lowered.remove(flag),
            };
        }
        if let Some(discriminator) = members.get("discriminator") {
            lowered.insert(DISCRIMINATOR.to_owned(), discriminator.clone());
        }
        let is_numeric = |name: &&str| format::NumberFormat::find(name).is_some();
        if let Some(name) = members.get("format").and_then(Value::as_str).filter(is_numeric)
            && members.get("type") != Some(&json!("string"))
        {
            lowered.insert(format::NUMBER_KEYWORD.to_owned(), json!(name));
        }
        lowered
    }

    /// One keyword's value, lowered; `None` where it says nothing about values, `Err` with what
    /// it should be where its shape is wrong.
    fn keyword(
        &mut self,
        keyword: &str,
        value: &Value,
        at: &Pointer,
        place: &Pointer,
    ) -> Result<Option<Value>, &'static str> {
        let kept = match keyword {
            "title" | "pattern" | "format" => {
                value.is_string().then(|| value.clone()).ok_or("text")?
            }
            "default" => value.clone(),
            "readOnly" | "writeOnly" | "deprecated" | "uniqueItems" | "nullable" => {
                let flag = value.as_bool().ok_or("true or false")?;
                if !flag || keyword == "nullable" {
                    return Ok(None);
                }
                value.clone()
            }
            "maximum" | "minimum" => number(value).ok_or("a number")?,
            "exclusiveMaximum" | "exclusiveMinimum" => {
                value.is_boolean().then(|| value.clone()).ok_or("true or false")?
            }
            "multipleOf" => {
                let positive = number(value).filter(|number| number.as_f64() > Some(0.0));
                positive.ok_or("a number greater than 0")?
            }
            "maxLength" | "minLength" | "maxItems" | "minItems" | "maxProperties"
            | "minProperties" => count(value).ok_or("a whole number from 0 on")?,
            "type" => {
                kind(value).ok_or("one of array, boolean, integer, number, object, string")?
            }
            "enum" => {
                let options = value.as_array().filter(|options| !options.is_empty());
                options.map(|options| distinct(options)).ok_or("a list of values")?
            }
            "required" => {
                let names = value.as_array().filter(|names| names.iter().all(Value::is_string));
                names.map(|names| distinct(names)).ok_or("a list of property names")?
            }
            "allOf" | "anyOf" | "oneOf" => {
                let branches = value.as_array().filter(|branches| !branches.is_empty());
                let branches = branches.ok_or("a list of schemas")?.iter().enumerate();
                branches
                    .map(|(index, branch)| {
                        let index = index.to_string();
                        self.schema(branch, &at.child(&index), &place.child(&index))
                    })
                    .collect()
            }
            "additionalProperties" if value.is_boolean() => value.clone(),
            "not" | "items" | "additionalProperties" if value.is_object() => {
                self.schema(value, at, place)
            }
            "not" | "items" | "additionalProperties" => return Err("a schema object"),
            "properties" => {
                let properties = value.as_object().ok_or("an object of schemas")?.iter();
                let lowered = properties.map(|(name, property)| {
                    (name.clone(), self.schema(property, &at.child(name), &place.child(name)))
                });
                Value::Object(lowered.collect())
            }
            // Prose, examples, vendors' own members, and what 3.0 does not know.
            _ => return Ok(None),
        };
        Ok(Some(kept))
    }
}

/// Whether a keyword says anything about values.
fn asserts(keyword: &str) -> bool {
    const SILENT: [&str; 12] = [
        "title",
        "description",
        "default",
        "example",
        "externalDocs",
        "xml",
        "discriminator",
        "readOnly",
        "writeOnly",
        "deprecated",
        "nullable",
        "format",
    ];
    !keyword.starts_with("x-") && !SILENT.contains(&keyword)
}

fn number(value: &Value) -> Option<Value> {
    value.is_number().then(|| value.clone())
}

/// A count; `3.0` is one.
fn count(value: &Value) -> Option<Value> {
    if value.is_u64() {
        return Some(value.clone());
    }
    let float = value.as_f64().filter(|float| float.fract() == 0.0)?;
    (0.0..=9_007_199_254_740_992.0).contains(&float).then(|| {
        #[expect(clippy::cast_possible_truncation, reason = "whole and in range, as just checked")]
        #[expect(clippy::cast_sign_loss, reason = "not negative, as just checked")]
        let whole = float as u64;
        Value::Number(Number::from(whole))
    })
}

fn kind(value: &Value) -> Option<Value> {
    const KINDS: [&str; 6] = ["array", "boolean", "integer", "number", "object", "string"];
    value.as_str().filter(|kind| KINDS.contains(kind)).map(|kind| json!(kind))
}

fn distinct(values: &[Value]) -> Value {
    let mut kept: Vec<Value> = Vec::with_capacity(values.len());
    for value in values {
        if !kept.contains(value) {
            kept.push(value.clone());
        }
    }
    Value::Array(kept)
}
