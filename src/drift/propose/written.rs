//! Changes, written as an overlay or as a patch.

use serde_json::Value;
use serde_json::json;

use crate::drift::propose::Change;
use crate::pointer::Pointer;

/// An overlay.
pub(crate) fn overlay(title: &str, changes: &[Change]) -> String {
    let actions = changes.iter().map(|change| match change {
        Change::Update(at, value) => json!({ "target": path(at), "update": value }),
        Change::Remove(at) => json!({ "target": path(at), "remove": true }),
    });
    let title = format!("What traffic showed of {title}");
    let overlay = json!({
        "overlay": "1.1.0",
        "info": { "title": title, "version": "1" },
        "actions": actions.collect::<Vec<Value>>(),
    });
    pretty(&overlay)
}

/// A patch.
pub(crate) fn patch(root: &Value, changes: &[Change]) -> String {
    let mut operations = Vec::new();
    let mut patched = root.clone();
    for change in changes {
        match change {
            Change::Remove(at) => operations.push(json!({ "op": "remove", "path": at })),
            Change::Update(at, value) => merge(&mut patched, at, value, &mut operations),
        }
    }
    pretty(&Value::Array(operations))
}

/// What an overlay merges, step by step.
fn merge(root: &mut Value, at: &Pointer, update: &Value, operations: &mut Vec<Value>) {
    let Some(target) = root.pointer_mut(at.as_str()) else { return };
    match (target, update) {
        (Value::Object(members), Value::Object(update)) => {
            let (known, new): (Vec<_>, Vec<_>) =
                update.iter().partition(|(name, _)| members.contains_key(*name));
            for (name, value) in new {
                members.insert(name.clone(), value.clone());
                let path = at.child(name);
                operations.push(json!({ "op": "add", "path": path, "value": value }));
            }
            for (name, value) in known {
                merge(root, &at.child(name), value, operations);
            }
        }
        (Value::Array(items), Value::Array(update)) => {
            for value in update {
                items.push(value.clone());
                let path = at.child("-");
                operations.push(json!({ "op": "add", "path": path, "value": value }));
            }
        }
        (target, update) => {
            *target = update.clone();
            operations.push(json!({ "op": "replace", "path": at, "value": update }));
        }
    }
}

fn pretty(value: &Value) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// A place as JSONPath (RFC 9535): `$['paths']['/users/{id}']`.
fn path(at: &Pointer) -> String {
    let mut path = "$".to_owned();
    for token in at.tokens() {
        let is_index = !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
        // A status is a name of an object; only items of lists are taken away by their number.
        if is_index && token.len() < 3 {
            path.extend(["[", &token, "]"]);
        } else {
            let escaped = token.replace('\\', "\\\\").replace('\'', "\\'");
            path.extend(["['", &escaped, "']"]);
        }
    }
    path
}
