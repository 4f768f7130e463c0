//! Values that break exactly one keyword of a schema, for whoever wants to know what a server does
//! with them.
//!
//! A right value is changed where the keyword speaks, in ways that the keyword may not like; the
//! validator says which of them breaks that and nothing else.

use serde_json::Map;
use serde_json::Value;

use crate::pointer::Pointer;
use crate::schema::Direction;
use crate::schema::SchemaId;
use crate::schema::SchemaViolation;
use crate::schema::Schemas;
use crate::schema::cut;
use crate::schema::format;
use crate::schema::walk;
use crate::synth;
use crate::synth::Options;
use crate::synth::maker::Care;
use crate::synth::maker::Maker;
use crate::synth::wrong;

/// Keywords that say something of their own, not only what other schemas say.
const TELLING: [&str; 25] = [
    "type",
    "enum",
    "const",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "format",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
    "required",
    "additionalProperties",
    "minProperties",
    "maxProperties",
    "propertyNames",
    "dependentRequired",
    "not",
    "oneOf",
    "unevaluatedProperties",
];

/// The most places of a keyword in one value.
const MOST_PLACES: usize = 200;

/// How many values are judged until nobody looks further.
const MOST_JUDGED: usize = 1_500;

/// How many right values are changed.
const BASES: u64 = 5;

/// How deep references are followed to a keyword.
const DEEPEST: usize = 16;

/// A value with one thing wrong.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Breach {
    /// The value.
    pub value: Value,
    /// What is wrong with it.
    pub violation: SchemaViolation,
}

/// The keywords in a schema that a value can break, each once; what it refers to is left out.
#[must_use]
pub fn keywords(schemas: &Schemas, schema: SchemaId) -> Vec<&str> {
    let mut found: Vec<&str> = Vec::new();
    walk::each(schemas.lowered(schema), &Pointer::root(), &mut |members, _| {
        for (keyword, value) in members {
            if says_something(keyword, value) && !found.contains(&keyword.as_str()) {
                found.push(keyword);
            }
        }
    });
    found
}

/// Whether a keyword with such a value forbids anything.
fn says_something(keyword: &str, value: &Value) -> bool {
    match keyword {
        "additionalProperties" | "unevaluatedProperties" => value == &Value::Bool(false),
        "uniqueItems" => value == &Value::Bool(true),
        "format" => value.as_str().is_some_and(synth::format::has_form),
        "minLength" | "minItems" | "minProperties" => value.as_u64() > Some(0),
        "required" => value.as_array().is_some_and(|names| !names.is_empty()),
        _ => TELLING.contains(&keyword),
    }
}

/// Makes a value that breaks `keyword`, which occurs in the schema or in what it refers to, and
/// nothing else; `None` where none was found.
///
/// # Examples
///
/// ```
/// use standin::pointer::Pointer;
/// use standin::schema::Direction;
///
/// let text = "
/// openapi: 3.1.0
/// info: {title: Pets, version: '1'}
/// paths: {}
/// components:
///   schemas:
///     Pet:
///       type: object
///       required: [age]
///       properties: {age: {type: integer, maximum: 30}}
/// ";
/// let document = standin::spec::load::from_text("pets.yaml", text).unwrap();
/// let pet = document.schemas.find(&Pointer::new("/components/schemas/Pet")).unwrap();
/// let made =
///     standin::synth::breach(&document.schemas, pet, Direction::Request, "maximum", 0).unwrap();
/// assert_eq!(made.violation.instance.as_str(), "/age");
/// assert_eq!(made.value, serde_json::json!({"age": 31}));
/// ```
#[must_use]
pub fn breach(
    schemas: &Schemas,
    schema: SchemaId,
    direction: Direction,
    keyword: &str,
    seed: u64,
) -> Option<Breach> {
    let lowered = schemas.lowered(schema);
    let mut judged = 0;
    for number in 0..BASES {
        let options = match number {
            0 => Options::default(),
            _ => Options::dynamic(seed.wrapping_add(number)),
        };
        let Ok(base) = synth::make(schemas, schema, direction, &options) else { continue };
        let root = schemas.pointer(schema).as_str();
        let options = Options::dynamic(seed.wrapping_add(number));
        let mut maker = Maker::new(schemas, root, direction, &options, Care::Wary);
        // First where the schema itself says so, then where what it refers to does.
        for follows in [false, true] {
            let mut search = Search { schemas, keyword, follows, found: Vec::new(), depth: 0 };
            search.look(lowered, &base, &Pointer::root());
            for (at, members) in search.found {
                let Some(part) = at.get(&base) else { continue };
                for candidate in wrong::candidates(&mut maker, keyword, members, part) {
                    let mut value = base.clone();
                    let Some(place) = value.pointer_mut(at.as_str()) else { continue };
                    *place = candidate;
                    judged += 1;
                    if judged > MOST_JUDGED {
                        return None;
                    }
                    let mut violations = schemas.violations(schema, direction, &value);
                    let is_other = violations.iter().any(|broken| broken.keyword != keyword);
                    if violations.len() == 1
                        && !is_other
                        && let Some(violation) = violations.pop()
                    {
                        return Some(Breach { value, violation });
                    }
                }
            }
        }
    }
    None
}

/// The search for the places where a keyword speaks of a value.
struct Search<'s, 'k> {
    schemas: &'s Schemas,
    keyword: &'k str,
    follows: bool,
    found: Vec<(Pointer, &'s Map<String, Value>)>,
    depth: usize,
}

impl<'s> Search<'s, '_> {
    fn look(&mut self, schema: &'s Value, value: &Value, at: &Pointer) {
        let Some(members) = schema.as_object() else { return };
        if self.found.len() >= MOST_PLACES || self.depth > DEEPEST {
            return;
        }
        self.depth += 1;
        let keyword = if self.keyword == "format" && members.contains_key(format::NUMBER_KEYWORD) {
            format::NUMBER_KEYWORD
        } else {
            self.keyword
        };
        if members
            .get(keyword)
            .is_some_and(|value| keyword != self.keyword || says_something(keyword, value))
        {
            self.found.push((at.clone(), members));
        }
        if self.follows
            && let Some(target) = members.get(cut::KEYWORD).and_then(|key| self.schemas.target(key))
        {
            self.look(target, value, at);
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for branch in members.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                self.look(branch, value, at);
            }
        }
        for keyword in ["then", "else"] {
            if let Some(branch) = members.get(keyword) {
                self.look(branch, value, at);
            }
        }
        match value {
            Value::Object(object) => self.look_into(members, object, at),
            Value::Array(items) => {
                let first = members.get("prefixItems").and_then(Value::as_array);
                for (number, item) in items.iter().enumerate().take(4) {
                    let own = first.and_then(|list| list.get(number));
                    if let Some(schema) = own.or_else(|| members.get("items")) {
                        self.look(schema, item, &at.child(number.to_string()));
                    }
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        self.depth -= 1;
    }

    fn look_into(
        &mut self,
        members: &'s Map<String, Value>,
        object: &Map<String, Value>,
        at: &Pointer,
    ) {
        let declared = members.get("properties").and_then(Value::as_object);
        let by_pattern = members.get("patternProperties").and_then(Value::as_object);
        for (name, value) in object {
            let own = declared.and_then(|declared| declared.get(name));
            let others = members.get("additionalProperties");
            let of_pattern = by_pattern.and_then(|patterns| patterns.values().next());
            if let Some(schema) = own.or(of_pattern).or(others) {
                self.look(schema, value, &at.child(name));
            }
        }
    }
}
