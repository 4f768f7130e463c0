//! Parts: what was put together with a boundary is taken apart again, and anything else is refused
//! or read, always in the same way.

use std::sync::LazyLock;

use bytes::Bytes;
use http::HeaderValue;
use http::Method;
use http::header::CONTENT_TYPE;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use standin::message::Request;
use standin::spec::Document;
use standin::spec::load;
use standin::validate::request;
use standin::validate::request::Demands;

use super::choices::Choices;
use super::violations;

static DOCUMENT: LazyLock<Document> = LazyLock::new(|| {
    let files = json!({ "type": "array", "items": { "type": "string", "format": "binary" } });
    document("multipart/form-data", &json!({ "type": "object", "additionalProperties": files }))
});

/// A document of one operation that takes content of one media type.
pub(super) fn document(media_type: &str, schema: &Value) -> Document {
    let document = json!({
        "openapi": "3.0.4",
        "info": { "title": "parts", "version": "1" },
        "paths": { "/": { "post": {
            "operationId": "it",
            "requestBody": { "content": { media_type: { "schema": schema } } },
            "responses": {},
        } } },
    });
    load::from_text("parts.json", &document.to_string()).expect("it is well-formed")
}

/// What is read of a body; `None` where it is refused or absent.
pub(super) fn read(document: &Document, media_type: &str, body: &[u8]) -> Option<Value> {
    let mut call = Request::new(Method::POST, "/");
    let field = HeaderValue::from_str(media_type).expect("it is well-formed");
    call.headers.insert(CONTENT_TYPE, field);
    call.body = Bytes::copy_from_slice(body);
    let operation = document.operation("it").expect("it is there");
    let demands = Demands { credentials: false, ..Demands::default() };
    let reading = || request::read(document, operation, &[], &call, demands);
    let (first, second) = (reading(), reading());
    assert_eq!(first.violations, second.violations);
    violations::are_well_told(document, first.violations.iter().map(AsRef::as_ref), None);
    let value = |reading: request::Reading<'_>| {
        reading.body.map(|body| body.view().to_value().into_owned())
    };
    let (first, second) = (value(first), value(second));
    assert_eq!(first, second);
    first
}

const BOUNDARIES: [&str; 4] = ["b", "--", "'()+_,-./:=?", "a b"];
const NAMES: [&str; 4] = ["a", "b", "a b", "\u{e9}"];

/// Parts that are put together, or bytes that somebody takes for parts.
pub(super) fn hold(data: &[u8]) {
    let mut choices = Choices::new(data);
    let boundary = *choices.one_of(&BOUNDARIES);
    let media_type = format!("multipart/form-data; boundary=\"{boundary}\"");
    if choices.below(3) == 0 {
        read(&DOCUMENT, &media_type, choices.rest());
        return;
    }
    let delimiter = format!("--{boundary}");
    let mut body = Vec::new();
    let mut object: Map<String, Value> = Map::new();
    let mut is_ambiguous = false;
    for _ in 0..choices.below(5) {
        let name = *choices.one_of(&NAMES);
        let padding = [" ", "\t", "", ""][choices.below(4)];
        let fields = ["Content-Type: image/png\r\n", "", "X-A: b\r\n c\r\n"][choices.below(3)];
        let content = choices.line();
        let head = format!("{delimiter}{padding}\r\n{fields}");
        body.extend_from_slice(head.as_bytes());
        let name_field = format!("Content-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        body.extend_from_slice(name_field.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
        is_ambiguous |= content.windows(2).any(|pair| pair == b"--");
        let text: String = content.iter().copied().map(char::from).collect();
        let list = object.entry(name).or_insert_with(|| json!([])).as_array_mut();
        list.expect("it was made as a list").push(json!(text));
    }
    body.extend_from_slice(delimiter.as_bytes());
    body.extend_from_slice(b"--\r\n");
    // One part without content is a list without items.
    for list in object.values_mut().filter(|list| **list == json!([""])) {
        *list = json!([]);
    }
    let value = read(&DOCUMENT, &media_type, &body);
    if !is_ambiguous {
        assert_eq!(value, Some(Value::Object(object)), "{}", body.escape_ascii());
    }
}
