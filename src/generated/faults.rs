//! What is wrong with a document, found before or after a generator stumbled over it.
//!
//! progenitor stops at the first thing it can't take and doesn't say where that stands. Here
//! are the checks that name a place, and the copies by which the place is narrowed down.
//! `build.rs` includes this very file. It doesn't judge style or completeness.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::normalize::{METHODS, operations};

/// Lists what is wrong with a document before any generator sees it: `(pointer, reason)`.
pub fn faults(document: &Value) -> Vec<(String, String)> {
    let mut faults = Vec::new();
    dangling(document, document, "", &mut faults);
    let mut seen = BTreeSet::new();
    for (path, method, operation) in operations(document) {
        let pointer = format!("/paths/{}/{method}", escaped(path));
        match operation["operationId"].as_str() {
            None => faults.push((pointer, "the operation has no operationId".to_owned())),
            Some(id) if !seen.insert(id) => faults.push((
                format!("{pointer}/operationId"),
                format!("operationId `{id}` is taken by another operation"),
            )),
            Some(_) => {}
        }
    }
    faults
}

/// Escapes one step of a JSON pointer.
pub fn escaped(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

/// A copy that holds a single operation, to find out which one the generator can't take.
pub fn with_only(document: &Value, path: &str, method: &str) -> Value {
    let mut copy = document.clone();
    let mut item = document["paths"][path].clone();
    if let Some(members) = item.as_object_mut() {
        members.retain(|name, _| name == method || !METHODS.contains(&name.as_str()));
    }
    copy["paths"] = json!({ path: item });
    copy
}

fn dangling(root: &Value, value: &Value, at: &str, faults: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            if let Some(target) = members.get("$ref").and_then(Value::as_str)
                && target.strip_prefix('#').and_then(|inside| root.pointer(inside)).is_none()
            {
                faults.push((format!("{at}/$ref"), format!("`{target}` leads nowhere")));
            }
            for (name, member) in members {
                // Examples are data: a `$ref` in there means nothing.
                if !matches!(name.as_str(), "example" | "value" | "default" | "enum") {
                    dangling(root, member, &format!("{at}/{}", escaped(name)), faults);
                }
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                dangling(root, item, &format!("{at}/{index}"), faults);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{faults, with_only};

    #[test]
    fn dangling_references_and_missing_ids_are_faults() {
        let operation = json!({ "responses": { "200": { "$ref": "#/components/responses/A" } } });
        let document = json!({ "paths": { "/a": { "get": operation } } });
        let pointers: Vec<String> = faults(&document).into_iter().map(|(at, _)| at).collect();
        assert_eq!(pointers, ["/paths/~1a/get/responses/200/$ref", "/paths/~1a/get"]);
    }

    #[test]
    fn a_narrowed_copy_keeps_one_operation() {
        let item = json!({ "parameters": [], "get": {}, "put": {} });
        let document = json!({ "paths": { "/a": item, "/b": {} } });
        let expected = json!({ "paths": { "/a": { "parameters": [], "put": {} } } });
        assert_eq!(with_only(&document, "/a", "put"), expected);
    }
}
