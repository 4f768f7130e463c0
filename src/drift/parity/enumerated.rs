//! The words that documents enumerate: they mean the same to everybody, and are nobody's id.

use std::collections::HashSet;

use serde_json::Value;

use crate::engine::Engine;

/// Every word that the documents of an engine enumerate.
pub(super) fn enumerated(engine: &Engine) -> HashSet<String> {
    let mut words = HashSet::new();
    for service in engine.services() {
        gather(service.mounted.document.root(), &mut words);
    }
    words
}

fn gather(value: &Value, words: &mut HashSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("enum", Value::Array(items)) => {
                        words.extend(items.iter().filter_map(Value::as_str).map(str::to_owned));
                    }
                    ("const", Value::String(word)) => {
                        words.insert(word.clone());
                    }
                    (_, member) => gather(member, words),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, words)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
