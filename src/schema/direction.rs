//! Which way a value travels: `readOnly` and `writeOnly` depend on it.

use serde_json::Map;
use serde_json::Value;

use crate::schema::walk;

/// The keyword that lowering's views put on properties that may not travel in their direction; its
/// value is the keyword that says so.
pub(crate) const STAYING: &str = "x-standin-staying";

/// Which way a value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// To the server: what is `readOnly` need not and should not be there.
    Request,
    /// To the client: what is `writeOnly` need not and should not be there.
    Response,
}

impl Direction {
    /// The keyword that excuses a property from being there.
    pub(crate) const fn excuse(self) -> &'static str {
        match self {
            Self::Request => "readOnly",
            Self::Response => "writeOnly",
        }
    }
}

/// The schema as it counts in one direction: excused properties are no longer required, and are
/// wrong when they are sent all the same.
///
/// What the schema's own example sends to the server is not wrong there: "SHOULD NOT" leaves room for
/// it, and a client that does as the document shows is no client to be refused.
///
/// Only `required` beside the very `properties` is looked at; a property that another branch of an
/// `allOf` excuses stays required, because which branch speaks of it is not decided here.
///
/// # Source
///
/// OpenAPI 3.0.4, *Schema Object*: a `readOnly` property "SHOULD NOT be sent as part of the
/// request", a `writeOnly` one not "as part of the response"; Swagger 2.0 says MUST NOT.
pub(crate) fn view(
    schema: &Value,
    direction: Direction,
    is_excused: &dyn Fn(&Value) -> bool,
) -> Value {
    let mut schema = schema.clone();
    walk::each_mut(&mut schema, &mut |members| {
        let Some(properties) = members.get("properties").and_then(Value::as_object) else { return };
        let excuses = |property: &Value| {
            property.is_object()
                && (property.get(direction.excuse()) == Some(&Value::Bool(true))
                    || is_excused(property))
        };
        let excused = properties.iter().filter(|(_, property)| excuses(property));
        let excused: Vec<String> = excused.map(|(name, _)| name.clone()).collect();
        if excused.is_empty() {
            return;
        }
        let shown = shown(members).filter(|_| direction == Direction::Request);
        let is_shown = |name: &&String| shown.is_some_and(|shown| shown.contains_key(*name));
        let staying = excused.iter().filter(|name| !is_shown(name)).cloned();
        let staying: Vec<String> = staying.collect();
        let properties = members.get_mut("properties").and_then(Value::as_object_mut);
        for (name, property) in properties.into_iter().flatten() {
            if let Some(property) = property.as_object_mut().filter(|_| staying.contains(name)) {
                property.insert(STAYING.to_owned(), Value::from(direction.excuse()));
            }
        }
        if let Some(required) = members.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|name| excused.iter().all(|excused| name != excused));
        }
    });
    schema
}

/// The object that a schema shows as its first example.
fn shown(schema: &Map<String, Value>) -> Option<&Map<String, Value>> {
    let first = schema.get("examples").and_then(Value::as_array).and_then(|list| list.first());
    schema.get("example").or(first).and_then(Value::as_object)
}
