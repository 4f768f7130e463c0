//! Versions of OpenAPI: what each means by its own words, and that all come to the same.

mod hostile;
mod openapi31;
mod openapi32;
mod same_api;
mod swagger2;

use serde_json::Value;
use serde_json::json;
use standin::spec;
use standin::spec::Document;

/// Loads a document from its members, `openapi` among them.
pub(crate) fn load(document: &Value) -> Document {
    spec::load::from_text("it.json", &document.to_string()).expect("loads")
}

/// A document of that version with these schemas and no path.
pub(crate) fn with_schemas(version: &str, schemas: &Value) -> Document {
    load(&json!({
        "openapi": version,
        "info": {"title": "It", "version": "1"},
        "paths": {},
        "components": {"schemas": schemas},
    }))
}

/// `rule place: title` of what is wrong with a document.
pub(crate) fn told(document: &Document) -> Vec<String> {
    document
        .violations()
        .iter()
        .map(|found| format!("{} {}: {}", found.rule.id, found.place, found.title))
        .collect()
}
