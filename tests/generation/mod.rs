//! Values made from schemas: always right, by seed, filled; or a reason why there is none.

mod answers; // what a server sends of it
mod keywords; // a schema for every keyword and combination
mod manners; // static, dynamic, seeds, directions, how much is filled

use serde_json::Value;
use serde_json::json;
use standin::pointer::Pointer;
use standin::schema::SchemaId;
use standin::spec::Document;
use standin::spec::load;

/// A document of OpenAPI 3.1 with some schemas.
fn document(schemas: &Value) -> Document {
    let text = json!({
        "openapi": "3.1.0",
        "info": { "title": "made", "version": "1" },
        "paths": {},
        "components": { "schemas": schemas },
    });
    load::from_text("made.json", &text.to_string()).expect("it can be read")
}

/// A schema of such a document.
fn component(document: &Document, name: &str) -> SchemaId {
    let place = Pointer::new("/components/schemas").child(name);
    document.schemas.find(&place).expect("the schema is there")
}

/// A document of one schema.
fn one(schema: &Value) -> (Document, SchemaId) {
    let document = document(&json!({ "One": schema }));
    let id = component(&document, "One");
    (document, id)
}
