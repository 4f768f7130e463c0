//! From text to JSON: the value that a text means to a schema.
//!
//! Text that does not read as the schema's type stays text, so that the schema itself says what is
//! wrong with it. Nothing here judges.

use std::borrow::Cow;

use serde_json::Map;
use serde_json::Number;
use serde_json::Value;

use crate::params::style::Wanted;
use crate::params::style::Written;
use crate::pointer::Pointer;
use crate::schema::SchemaId;
use crate::schema::Schemas;

/// How deep combined and referring schemas are followed; a schema that only refers to itself ends
/// here.
const DEPTH: usize = 16;

/// The keyword that stands for a cut reference; its value is the target's place in the document.
const REFERENCE: &str = "x-standin-ref";

/// A set of JSON types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Types(u8);

impl Types {
    const NONE: Self = Self(0);
    const NULL: Self = Self(1);
    const BOOLEAN: Self = Self(2);
    const INTEGER: Self = Self(4);
    const NUMBER: Self = Self(8);
    const STRING: Self = Self(16);
    const ARRAY: Self = Self(32);
    const OBJECT: Self = Self(64);
    const ANY: Self = Self(127);

    const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    fn named(name: &str) -> Self {
        match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER.or(Self::INTEGER),
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => Self::NONE,
        }
    }

    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(_) => Self::NUMBER.or(Self::INTEGER),
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }
}

/// A schema as far as coercion reads it; `None` for a value that nobody describes.
#[derive(Clone, Copy, Debug)]
pub struct Target<'s> {
    schemas: &'s Schemas,
    schema: Option<&'s Value>,
}

impl<'s> Target<'s> {
    /// The schema of a parameter, header or body.
    #[must_use]
    pub fn new(schemas: &'s Schemas, schema: Option<SchemaId>) -> Self {
        Self { schemas, schema: schema.map(|schema| schemas.lowered(schema)) }
    }

    /// What the schema lets a text be: lists and objects only where nothing simpler is allowed.
    #[must_use]
    pub fn wanted(self) -> Wanted {
        let types = self.types();
        let scalar = Types::BOOLEAN.or(Types::INTEGER).or(Types::NUMBER).or(Types::STRING);
        if types.has(scalar) {
            Wanted::Scalar
        } else if types.has(Types::ARRAY) {
            Wanted::List
        } else if types.has(Types::OBJECT) {
            Wanted::Object
        } else {
            Wanted::Scalar
        }
    }

    /// The value that a text means.
    ///
    /// # Shapes
    ///
    /// | types             | text    | value     |
    /// |-------------------|---------|-----------|
    /// | integer, number   | `12`    | `12`      |
    /// | integer           | `12a`   | `"12a"`   |
    /// | integer           | `007`   | `"007"`: JSON has no such number |
    /// | boolean           | `true`  | `true`    |
    /// | boolean           | `yes`   | `"yes"`   |
    /// | integer or null   | `null`, empty | `null` |
    /// | string or null    | `null`  | `"null"`  |
    /// | any               | `12`    | `"12"`    |
    #[must_use]
    pub fn text(self, text: Cow<'_, str>) -> Value {
        let types = self.types();
        if types != Types::ANY {
            if types.has(Types::INTEGER.or(Types::NUMBER))
                && let Ok(number) = serde_json::from_str::<Number>(&text)
            {
                return Value::Number(number);
            }
            if types.has(Types::BOOLEAN)
                && let Ok(truth) = text.parse::<bool>()
            {
                return Value::Bool(truth);
            }
            if types.has(Types::NULL)
                && !types.has(Types::STRING)
                && (text.is_empty() || text == "null")
            {
                return Value::Null;
            }
        }
        Value::String(text.into_owned())
    }

    /// The value that a parameter's text means, taken apart by its style.
    #[must_use]
    pub fn value(self, written: Written<'_>) -> Value {
        match written {
            Written::Scalar(text) => self.text(text),
            Written::List(items) => {
                let target = self.items();
                Value::Array(items.into_iter().map(|item| target.text(item)).collect())
            }
            Written::Object(members) => {
                let mut object = Map::with_capacity(members.len());
                for (name, text) in members {
                    let value = self.property(&name).text(text);
                    object.insert(name.into_owned(), value);
                }
                Value::Object(object)
            }
        }
    }

    /// The schema of a list's items.
    #[must_use]
    pub fn items(self) -> Self {
        self.with(self.first(|schema| schema.get("items")))
    }

    /// The schema of an object's member.
    #[must_use]
    pub fn property(self, name: &str) -> Self {
        let declared = self.first(|schema| schema.get("properties")?.get(name));
        self.with(declared.or_else(|| self.first(|schema| schema.get("additionalProperties"))))
    }

    /// The names of all members that the schema declares.
    #[must_use]
    pub fn members(self) -> Vec<&'s str> {
        let mut names = Vec::new();
        for schema in self.branches() {
            if let Some(Value::Object(properties)) = schema.get("properties") {
                names.extend(properties.keys().map(String::as_str));
            }
        }
        names
    }

    fn with(self, schema: Option<&'s Value>) -> Self {
        Self { schemas: self.schemas, schema }
    }

    fn types(self) -> Types {
        self.schema.map_or(Types::ANY, |schema| types(self.schemas, schema, DEPTH))
    }

    fn first(self, part: impl Fn(&'s Value) -> Option<&'s Value>) -> Option<&'s Value> {
        self.branches().into_iter().find_map(part)
    }

    /// The schema and everything that it is combined of.
    fn branches(self) -> Vec<&'s Value> {
        let mut branches = Vec::new();
        if let Some(schema) = self.schema {
            flatten(self.schemas, schema, DEPTH, &mut branches);
        }
        branches
    }
}

fn flatten<'s>(
    schemas: &'s Schemas,
    schema: &'s Value,
    depth: usize,
    branches: &mut Vec<&'s Value>,
) {
    let Some(deeper) = depth.checked_sub(1) else { return };
    branches.push(schema);
    if let Some(target) = referred(schemas, schema) {
        flatten(schemas, target, deeper, branches);
    }
    for part in ["allOf", "anyOf", "oneOf"].iter().filter_map(|keyword| list(schema, keyword)) {
        for branch in part {
            flatten(schemas, branch, deeper, branches);
        }
    }
}

fn types(schemas: &Schemas, schema: &Value, depth: usize) -> Types {
    let Some(deeper) = depth.checked_sub(1) else { return Types::ANY };
    if schema == &Value::Bool(false) {
        return Types::NONE;
    }
    let mut found = match schema.get("type") {
        Some(Value::String(name)) => Types::named(name),
        Some(Value::Array(names)) => names
            .iter()
            .filter_map(Value::as_str)
            .fold(Types::NONE, |found, name| found.or(Types::named(name))),
        Some(_) | None => Types::ANY,
    };
    if let Some(values) = list(schema, "enum") {
        found = found.and(values.iter().fold(Types::NONE, |all, value| all.or(Types::of(value))));
    }
    if let Some(value) = schema.get("const") {
        found = found.and(Types::of(value));
    }
    if let Some(target) = referred(schemas, schema) {
        found = found.and(types(schemas, target, deeper));
    }
    for branch in list(schema, "allOf").into_iter().flatten() {
        found = found.and(types(schemas, branch, deeper));
    }
    for branches in ["anyOf", "oneOf"].iter().filter_map(|keyword| list(schema, keyword)) {
        let any =
            branches.iter().fold(Types::NONE, |all, branch| all.or(types(schemas, branch, deeper)));
        found = found.and(any);
    }
    found
}

/// The schema that a cut reference names.
fn referred<'s>(schemas: &'s Schemas, schema: &Value) -> Option<&'s Value> {
    let pointer = schema.get(REFERENCE)?.as_str()?;
    schemas.find(&Pointer::new(pointer)).map(|target| schemas.lowered(target))
}

fn list<'s>(schema: &'s Value, keyword: &str) -> Option<&'s Vec<Value>> {
    schema.get(keyword).and_then(Value::as_array)
}
