//! The schemas of real documents, and values that fit them more or less.

use std::collections::BTreeMap;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use standin::schema::Direction;
use standin::schema::SchemaId;
use standin::spec;
use standin::spec::Document;
use standin::synth;

use super::note;
use crate::corpora;

/// Documents that are larger are left to the tests of documents.
const LARGEST: u64 = 60_000;

/// How many schemas of a document are asked.
const SCHEMAS: usize = 12;

/// What the other validator does not judge, or judges by other engines; what depends on the way
/// that a value travels.
const LEFT_OUT: [&str; 5] = ["format", "pattern", "discriminator", "readOnly", "writeOnly"];

/// Takes keywords out that the two do not share; names of properties stay.
fn strip(value: &mut Value, are_names: bool) {
    match value {
        Value::Object(members) => {
            if !are_names {
                members.retain(|name, value| {
                    !LEFT_OUT.contains(&&**name) || (value.is_object() && name != "discriminator")
                });
            }
            for (name, value) in members {
                strip(value, !are_names && name == "properties");
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| strip(item, false)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A schema with everything that it refers to, as JSON Schema alone.
fn whole(document: &Document, id: SchemaId) -> Value {
    let mut known: BTreeMap<SchemaId, Value> = BTreeMap::new();
    let mut waiting = vec![id];
    while let Some(id) = waiting.pop() {
        if known.contains_key(&id) {
            continue;
        }
        let mut schema = document.schemas.lowered(id).clone();
        known.insert(id, Value::Null);
        refer(document, &mut schema, &mut waiting);
        known.insert(id, schema);
    }
    let named = known.into_iter().map(|(id, schema)| (format!("{id:?}"), schema));
    json!({"$ref": format!("#/$defs/{id:?}"), "$defs": Value::Object(named.collect())})
}

fn refer(document: &Document, schema: &mut Value, waiting: &mut Vec<SchemaId>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(key)) = members.remove("x-standin-ref") {
                let target = document.schemas.find(&standin::pointer::Pointer::new(key));
                let target = target.expect("known");
                members.insert("$ref".to_owned(), json!(format!("#/$defs/{target:?}")));
                waiting.push(target);
            }
            members.values_mut().for_each(|value| refer(document, value, waiting));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| refer(document, item, waiting)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Values near one that fits: each with one thing changed.
fn near(value: &Value) -> Vec<Value> {
    let mut changed = vec![value.clone(), json!(null), json!([]), json!({}), json!("x"), json!(-1)];
    match value {
        Value::Object(members) => {
            for name in members.keys().take(6) {
                let without: Map<String, Value> = members
                    .iter()
                    .filter(|(known, _)| *known != name)
                    .map(|(known, value)| (known.clone(), value.clone()))
                    .collect();
                changed.push(Value::Object(without));
                for other in [json!(null), json!(1.5), json!("x"), json!([{}])] {
                    let mut members = members.clone();
                    members.insert(name.clone(), other);
                    changed.push(Value::Object(members));
                }
            }
            let mut more = members.clone();
            more.insert("nobody-describes-this".to_owned(), json!(true));
            changed.push(Value::Object(more));
        }
        Value::Array(items) => {
            changed.push(Value::Array(items.iter().chain(items).cloned().collect()));
            changed.push(Value::Array(items.iter().cloned().chain([json!(null)]).collect()));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    changed
}

#[test]
fn schemas_of_real_documents_explain_what_they_forbid() {
    let index = corpora::json("specs/index.json");
    let (mut right, mut wrong) = (0, 0);
    for entry in index.as_array().expect("documents") {
        if entry["bytes"].as_u64().is_none_or(|bytes| bytes > LARGEST) {
            continue;
        }
        let file = entry["file"].as_str().expect("a file");
        let document = spec::load::from_file(&corpora::path(&format!("specs/{file}")));
        let mut root = document.expect("loads").root().clone();
        strip(&mut root, false);
        let document = spec::load::from_text(file, &root.to_string()).expect("loads");
        // Whoever asks for all that is wrong meets all schemas.
        let _ = document.violations();
        for id in document.schemas.ids().take(SCHEMAS) {
            let made = synth::value(&document.schemas, id, Direction::Request);
            let verdicts: Vec<(Value, bool)> = near(&made.unwrap_or(json!({})))
                .into_iter()
                .map(|value| {
                    let found = document.schemas.violations(id, Direction::Request, &value);
                    let valid = document.schemas.is_valid(id, Direction::Request, &value);
                    assert_eq!(found.is_empty(), valid, "{file} {value}: {found:?}");
                    *(if valid { &mut right } else { &mut wrong }) += 1;
                    (value, valid)
                })
                .collect();
            let origin = format!("{file} {}", document.schemas.pointer(id));
            note(&origin, "2020-12", &whole(&document, id), &verdicts);
        }
    }
    assert!(right > 1_000 && wrong > 1_000, "{right} values are valid, {wrong} are not");
}
