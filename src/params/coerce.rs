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
use crate::schema::SchemaId;
use crate::schema::Schemas;
use crate::schema::Types;
use crate::schema::list;

/// How deep combined and referring schemas are followed; a schema that only refers to itself ends
/// here.
const DEPTH: usize = 16;

/// A schema as far as coercion reads it; `None` for a value that nobody describes.
#[derive(Clone, Copy, Debug)]
pub struct Target<'s> {
    schemas: &'s Schemas,
    schema: Option<&'s Value>,
    /// What the schema lets a value be; worked out once for the schemas that have a name.
    types: Types,
}

impl<'s> Target<'s> {
    /// The schema of a parameter, header or body.
    #[must_use]
    pub fn new(schemas: &'s Schemas, schema: Option<SchemaId>) -> Self {
        let types = schema.map_or(Types::ANY, |schema| schemas.types(schema));
        Self { schemas, schema: schema.map(|schema| schemas.lowered(schema)), types }
    }

    /// What the schema lets a text be: lists and objects only where nothing simpler is allowed.
    #[must_use]
    pub fn wanted(self) -> Wanted {
        let types = self.types;
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

    /// Whether every text means itself.
    pub(crate) fn is_text(self) -> bool {
        self.types == Types::STRING || self.types == Types::ANY
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
        let types = self.types;
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
        let types = schema.map_or(Types::ANY, |schema| self.schemas.types_of(schema));
        Self { schemas: self.schemas, schema, types }
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
    if let Some(target) = schemas.referred(schema) {
        flatten(schemas, target, deeper, branches);
    }
    for part in ["allOf", "anyOf", "oneOf"].iter().filter_map(|keyword| list(schema, keyword)) {
        for branch in part {
            flatten(schemas, branch, deeper, branches);
        }
    }
}
