//! What is the same is told as nothing: a document and itself, in another order, with its references
//! written out, with its parts moved to where they have names, in another version.

#![expect(clippy::wildcard_enum_match_arm, reason = "values that are not changed are all others")]

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use standin::diff;
use standin::diff::Options;
use standin::spec::Document;
use standin::spec::load;

use super::document;
use super::line;

/// Documents of the corpora that are compared each time: one of so many, and none that is larger.
const ONE_OF: usize = 9;
const MOST_BYTES: u64 = 300_000;

/// Documents of the corpora with their values; all where `EVERY_DOCUMENT` is set.
fn documents() -> Vec<(String, Value)> {
    let all = std::env::var_os("EVERY_DOCUMENT").is_some();
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/corpora/specs");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{} belongs beside the checkout: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().is_some_and(|name| name != "index.json"))
        .filter(|path| all || path.metadata().unwrap().len() <= MOST_BYTES)
        .collect();
    files.sort();
    let chosen = files.into_iter().enumerate().filter(|(at, _)| all || at % ONE_OF == 0);
    let read = chosen.filter_map(|(_, path)| {
        let document = load::from_file(&path).ok()?;
        Some((path.file_name()?.to_string_lossy().into_owned(), document.root().clone()))
    });
    read.collect()
}

/// What is told of each document and what becomes of it.
fn told(change: impl Fn(&Value) -> Option<Value>) -> Vec<String> {
    let mut told = Vec::new();
    let mut count = 0;
    for (name, value) in documents() {
        let Some(changed) = change(&value) else { continue };
        count += 1;
        let (base, revision) = (document("base.json", &value), document("revision.json", &changed));
        told.extend(between(&base, &revision).iter().map(|it| format!("{name}: {it}")));
    }
    assert!(count >= 10, "{count} documents");
    told
}

fn between(base: &Document, revision: &Document) -> Vec<String> {
    let found = diff::compare(base, revision, &Options::default());
    found.iter().map(|it| format!("{}: {} {:?} {:?}", line(it), it.title, it.was, it.is)).collect()
}

fn assert_silent(told: &[String]) {
    let shown: Vec<&String> = told.iter().take(20).collect();
    assert!(told.is_empty(), "{} differences: {shown:#?}", told.len());
}

#[test]
fn a_document_does_not_differ_from_itself() {
    assert_silent(&told(|value| Some(value.clone())));
}

/// The same comparison without the shortcut for what is the same text.
#[test]
fn a_document_does_not_differ_from_itself_when_all_of_it_is_compared() {
    let elsewhere = |value: &Value| {
        let mut value = value.clone();
        value.as_object_mut()?.insert("$self".to_owned(), json!("https://example.com/a.json"));
        Some(value)
    };
    assert_silent(&told(elsewhere));
}

#[test]
fn the_order_of_members_is_no_difference() {
    fn turned(value: &Value) -> Value {
        match value {
            Value::Object(members) => {
                let mut members: Vec<_> =
                    members.iter().map(|(name, value)| (name.clone(), turned(value))).collect();
                members.reverse();
                Value::Object(members.into_iter().collect())
            }
            Value::Array(items) => items.iter().map(turned).collect(),
            other => other.clone(),
        }
    }
    let changed = |value: &Value| {
        let mut changed = turned(value);
        changed.as_object_mut()?.insert("$self".to_owned(), json!("https://example.com/a.json"));
        Some(changed)
    };
    assert_silent(&told(changed));
}

#[test]
fn a_reference_that_is_written_out_is_no_difference() {
    /// How many references of one document are written out.
    const MOST: usize = 60;
    fn written_out(value: &mut Value, root: &Value, left: &mut usize, depth: usize) {
        match value {
            Value::Object(members) => {
                let reference = members.get("$ref").and_then(Value::as_str).map(str::to_owned);
                // A schema that a discriminator knows by its name is another one without it.
                let is_choice = ["oneOf", "anyOf", "allOf", "discriminator", "examples", "example"];
                if let Some(reference) = reference.filter(|_| *left > 0 && depth > 2) {
                    let target = reference.strip_prefix('#').and_then(|at| root.pointer(at));
                    let is_plain = target.is_some_and(|target| {
                        let text = target.to_string();
                        text.len() < 20_000 && !text.contains("\"discriminator\"")
                    });
                    if let Some(target) = target.filter(|_| is_plain && members.len() == 1) {
                        *left -= 1;
                        *value = target.clone();
                    }
                    return;
                }
                for (name, value) in members.iter_mut() {
                    if !is_choice.contains(&name.as_str()) && !name.starts_with("x-") {
                        written_out(value, root, left, depth + 1);
                    }
                }
            }
            Value::Array(items) => {
                for item in items {
                    written_out(item, root, left, depth + 1);
                }
            }
            _ => {}
        }
    }
    let changed = |value: &Value| {
        let mut changed = value.clone();
        let mut left = MOST;
        written_out(changed.get_mut("paths")?, value, &mut left, 0);
        (left < MOST).then_some(changed)
    };
    assert_silent(&told(changed));
}

#[test]
fn a_schema_that_gets_a_name_is_no_difference() {
    fn moved(value: &mut Value, named: &mut Map<String, Value>, place: &str) {
        match value {
            Value::Object(members) => {
                for (name, value) in members.iter_mut() {
                    let is_schema = name == "schema" && value.is_object();
                    if is_schema && value.get("$ref").is_none() {
                        let name = format!("Moved{}", named.len());
                        let schema =
                            std::mem::replace(value, json!({"$ref": format!("{place}{name}")}));
                        named.insert(name, schema);
                    } else if !["example", "examples"].contains(&name.as_str())
                        && !name.starts_with("x-")
                    {
                        moved(value, named, place);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| moved(item, named, place)),
            _ => {}
        }
    }
    let changed = |value: &Value| {
        let mut changed = value.clone();
        let mut named = Map::new();
        let is_2 = value.get("swagger").is_some();
        let place = if is_2 { "#/definitions/" } else { "#/components/schemas/" };
        moved(changed.get_mut("paths")?, &mut named, place);
        let root = changed.as_object_mut()?;
        let holder = match is_2 {
            true => root.entry("definitions").or_insert(json!({})),
            false => root
                .entry("components")
                .or_insert(json!({}))
                .as_object_mut()?
                .entry("schemas")
                .or_insert(json!({})),
        };
        holder.as_object_mut()?.extend(named);
        Some(changed)
    };
    assert_silent(&told(changed));
}

#[test]
fn the_names_of_schemas_are_told_and_nothing_else() {
    fn renamed(value: &Value) -> Value {
        match value {
            Value::String(text) => match text.strip_prefix("#/components/schemas/") {
                Some(name) if !name.contains('/') => format!("#/components/schemas/{name}Z").into(),
                _ => value.clone(),
            },
            Value::Object(members) => {
                members.iter().map(|(name, value)| (name.clone(), renamed(value))).collect()
            }
            Value::Array(items) => items.iter().map(renamed).collect(),
            other => other.clone(),
        }
    }
    let changed = |value: &Value| {
        // A discriminator means names.
        if value.to_string().contains("\"discriminator\"") {
            return None;
        }
        let mut changed = renamed(value);
        let schemas = changed.pointer_mut("/components/schemas")?;
        let named = schemas.as_object()?.clone();
        *schemas = named.into_iter().map(|(name, value)| (format!("{name}Z"), value)).collect();
        Some(changed)
    };
    let told: Vec<String> =
        told(changed).into_iter().filter(|it| !it.contains("api-schema-removed")).collect();
    assert_silent(&told);
}

/// OpenAPI 3.0 as 3.1 writes it.
#[test]
fn another_version_of_the_same_meaning_is_no_difference() {
    /// Rewrites what 3.1 writes in another way, in every schema.
    fn rewritten(value: &mut Value) {
        match value {
            Value::Object(members) => {
                if members.contains_key("$ref") {
                    // What stands beside a reference counts in 3.1 alone.
                    members.retain(|name, _| name == "$ref");
                    return;
                }
                for (limit, flag) in
                    [("maximum", "exclusiveMaximum"), ("minimum", "exclusiveMinimum")]
                {
                    match members.get(flag) {
                        Some(Value::Bool(true)) => {
                            let bound = members.shift_remove(limit).unwrap_or(Value::Null);
                            members.insert(flag.to_owned(), bound);
                        }
                        Some(Value::Bool(false)) => drop(members.shift_remove(flag)),
                        _ => {}
                    }
                }
                if members.shift_remove("nullable") == Some(Value::Bool(true))
                    && let Some(kind) = members.get("type").cloned()
                {
                    members.insert("type".to_owned(), json!([kind, "null"]));
                }
                for (name, value) in members.iter_mut() {
                    if !["example", "examples", "default", "enum"].contains(&name.as_str())
                        && !name.starts_with("x-")
                    {
                        rewritten(value);
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(rewritten),
            _ => {}
        }
    }
    let changed = |value: &Value| {
        let version = value.get("openapi")?.as_str()?;
        if !version.starts_with("3.0") {
            return None;
        }
        let mut changed = value.clone();
        rewritten(&mut changed);
        changed["openapi"] = json!("3.1.0");
        Some(changed)
    };
    let mut rules: BTreeMap<String, usize> = BTreeMap::new();
    let told = told(changed);
    for line in &told {
        *rules.entry(line.split(' ').nth(2).unwrap_or_default().to_owned()).or_default() += 1;
    }
    assert_silent(&told);
}
