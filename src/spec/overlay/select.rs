//! What a JSONPath selects in a document, as places.

use std::collections::HashSet;

use serde_json::Value;

use crate::pointer::Pointer;

/// The places that a JSONPath selects, in the document's order, each once.
///
/// # Errors
///
/// Why the text is no JSONPath.
///
/// # Source
///
/// RFC 9535.
pub(super) fn select(root: &Value, path: &str) -> Result<Vec<Pointer>, String> {
    let selected = jsonpath_rust::query::js_path_vals(path, root).map_err(|error| {
        let text = error.to_string();
        text.lines().next().unwrap_or_default().trim().to_owned()
    })?;
    // Names may have every character that a path would have to escape; values are told apart by
    // where they are in memory instead.
    let wanted: HashSet<*const Value> = selected.into_iter().map(std::ptr::from_ref).collect();
    let mut places = Vec::with_capacity(wanted.len());
    if !wanted.is_empty() {
        collect(root, &Pointer::root(), &wanted, &mut places);
    }
    Ok(places)
}

fn collect(value: &Value, at: &Pointer, wanted: &HashSet<*const Value>, places: &mut Vec<Pointer>) {
    if wanted.contains(&std::ptr::from_ref(value)) {
        places.push(at.clone());
    }
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                collect(member, &at.child(name), wanted, places);
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                collect(item, &at.child(number.to_string()), wanted, places);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
