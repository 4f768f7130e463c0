//! Which way a value travels: `readOnly` and `writeOnly` depend on it.

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
        let Some(properties) = members.get_mut("properties").and_then(Value::as_object_mut) else {
            return;
        };
        let mut excused: Vec<String> = Vec::new();
        for (name, property) in properties {
            let says_so = property.get(direction.excuse()) == Some(&Value::Bool(true));
            if (says_so || is_excused(property))
                && let Value::Object(property) = property
            {
                property.insert(STAYING.to_owned(), Value::from(direction.excuse()));
                excused.push(name.clone());
            }
        }
        if let Some(required) = members.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|name| excused.iter().all(|excused| name != excused));
        }
    });
    schema
}
