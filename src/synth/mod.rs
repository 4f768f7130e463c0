//! Values made from schemas, for answers that a document declares and gives no example of.
//!
//! Plain values: the first branch, the shortest list, the least number. What is made is judged like
//! every other answer, so that a schema which asks for more than this can do is never hidden.

mod merged;
mod scalar;

use serde_json::Map;
use serde_json::Value;

use crate::schema::Direction;
use crate::schema::SchemaId;
use crate::schema::Schemas;
use merged::Merged;

/// How deep a value may nest: a schema that demands more demands something endless.
const DEEPEST: usize = 24;

/// The depth below which only what a schema demands is made.
const FULL: usize = 5;

/// The most parts of one value.
const MOST_PARTS: usize = 20_000;

/// The most parts that are tried, those counted that are dropped again.
const MOST_TRIED: usize = 10 * MOST_PARTS;

/// A value that can not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unmade {
    /// The schema demands objects inside objects without end.
    #[error("the schema demands values that nest without end")]
    Endless,
    /// The schema demands more than a mock should send.
    #[error("the schema demands a value too large to be sent")]
    TooLarge,
    /// No value satisfies the schema.
    #[error("no value satisfies the schema")]
    Unsatisfiable,
}

/// Makes a value of a schema, for a message that travels in `direction`.
///
/// # Errors
///
/// [`Unmade`] where the schema demands something endless, too large, or impossible.
///
/// # Examples
///
/// ```
/// use serde_json::json;
/// use standin::pointer::Pointer;
/// use standin::schema::Direction;
///
/// let text = "
/// openapi: 3.0.3
/// info: {title: Pets, version: '1'}
/// paths: {}
/// components:
///   schemas:
///     Pet:
///       type: object
///       properties: {name: {type: string}, age: {type: integer, minimum: 1}}
/// ";
/// let document = standin::spec::load::from_text("pets.yaml", text).unwrap();
/// let pet = document.schemas.find(&Pointer::new("/components/schemas/Pet")).unwrap();
/// let made = standin::synth::value(&document.schemas, pet, Direction::Response).unwrap();
/// assert_eq!(made, json!({"name": "string", "age": 1}));
/// ```
pub fn value(schemas: &Schemas, schema: SchemaId, direction: Direction) -> Result<Value, Unmade> {
    let mut maker = Maker { schemas, direction, parts: 0, tried: 0 };
    maker.value(schemas.lowered(schema), 0)
}

/// The walk through a schema.
struct Maker<'s> {
    schemas: &'s Schemas,
    direction: Direction,
    parts: usize,
    tried: usize,
}

impl<'s> Maker<'s> {
    fn value(&mut self, schema: &'s Value, depth: usize) -> Result<Value, Unmade> {
        self.parts += 1;
        self.tried += 1;
        if self.parts > MOST_PARTS || self.tried > MOST_TRIED {
            return Err(Unmade::TooLarge);
        }
        if depth > DEEPEST {
            return Err(Unmade::Endless);
        }
        let merged = Merged::of(self.schemas, schema).ok_or(Unmade::Unsatisfiable)?;
        if let Some(given) = merged.given() {
            return Ok(given.clone());
        }
        match merged.kind() {
            "object" => self.object(&merged, depth),
            "array" => self.array(&merged, depth),
            "string" => scalar::text(&merged).map(Value::String),
            "integer" => scalar::number(&merged, true),
            "number" => scalar::number(&merged, false),
            "boolean" => Ok(Value::Bool(true)),
            _ => Ok(Value::Null),
        }
    }

    fn object(&mut self, merged: &Merged<'s>, depth: usize) -> Result<Value, Unmade> {
        let mut object = Map::new();
        for (name, schema) in merged.properties() {
            let is_required = merged.requires(name);
            let is_other_way = schema.get(self.direction.excuse()) == Some(&Value::Bool(true));
            if is_other_way || (!is_required && depth >= FULL) {
                continue;
            }
            let before = self.parts;
            match self.value(schema, depth + 1) {
                Ok(value) => {
                    object.insert(name.to_owned(), value);
                }
                // What may be left out is, where it can not be made.
                Err(_) if !is_required => self.parts = before,
                Err(unmade) => return Err(unmade),
            }
        }
        for name in merged.undeclared() {
            let schema = merged.additional().unwrap_or(&Value::Bool(true));
            object.insert(name.to_owned(), self.value(schema, depth + 1)?);
        }
        for number in object.len()..merged.least("minProperties") {
            let schema = merged.additional().unwrap_or(&Value::Bool(true));
            object.insert(format!("property{}", number + 1), self.value(schema, depth + 1)?);
        }
        Ok(Value::Object(object))
    }

    fn array(&mut self, merged: &Merged<'s>, depth: usize) -> Result<Value, Unmade> {
        let least = merged.least("minItems");
        let wanted = if depth < FULL { least.max(1) } else { least };
        let wanted = wanted.min(merged.most("maxItems"));
        let mut items = Vec::new();
        let first = merged.first_items();
        for number in 0..wanted.max(first.len().min(merged.most("maxItems"))) {
            let schema = first.get(number).copied().or(merged.items());
            let before = self.parts;
            match self.value(schema.unwrap_or(&Value::Bool(true)), depth + 1) {
                Ok(value) => items.push(value),
                Err(_) if number >= least => {
                    self.parts = before;
                    break;
                }
                Err(unmade) => return Err(unmade),
            }
        }
        if merged.is_set("uniqueItems") {
            scalar::tell_apart(&mut items);
        }
        Ok(Value::Array(items))
    }
}
