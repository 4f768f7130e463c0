//! Which way a value travels: `readOnly` and `writeOnly` depend on it.

use serde_json::Value;

use crate::schema::walk;

/// Which way a value travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// To the server: what is `readOnly` need not be there.
    Request,
    /// To the client: what is `writeOnly` need not be there.
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

/// The schema as it counts in one direction: excused properties are no longer required.
///
/// Only `required` beside the very `properties` is looked at; a property that another branch of an
/// `allOf` excuses stays required, because which branch speaks of it is not decided here.
pub(crate) fn view(
    schema: &Value,
    direction: Direction,
    is_excused: &dyn Fn(&Value) -> bool,
) -> Value {
    let mut schema = schema.clone();
    walk::each_mut(&mut schema, &mut |members| {
        let Some(properties) = members.get("properties").and_then(Value::as_object) else { return };
        let excused: Vec<String> = properties
            .iter()
            .filter(|(_, property)| {
                property.get(direction.excuse()) == Some(&Value::Bool(true)) || is_excused(property)
            })
            .map(|(name, _)| name.clone())
            .collect();
        if let Some(required) = members.get_mut("required").and_then(Value::as_array_mut) {
            required.retain(|name| excused.iter().all(|excused| name != excused));
        }
    });
    schema
}
