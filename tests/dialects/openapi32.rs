//! OpenAPI 3.2: methods of one's own, parts that refer, and versions after it.

use serde_json::json;

use super::load;
use super::told;
use crate::schemas::is_valid;

#[test]
fn every_method_is_an_operation() {
    let document = load(&json!({
        "openapi": "3.2.0",
        "info": {"title": "It", "version": "1"},
        "paths": {"/x": {
            "query": {"operationId": "search", "responses": {"200": {"description": "x"}}},
            "additionalOperations": {
                "COPY": {"operationId": "copy", "responses": {"200": {"description": "x"}}},
                "not a method": {},
            },
        }},
    }));
    let methods: Vec<&str> =
        document.operations.iter().map(|operation| operation.method.as_str()).collect();
    assert_eq!(methods, ["QUERY", "COPY"]);
    assert_eq!(
        told(&document),
        ["document-malformed /paths/~1x/additionalOperations/not a method: \
          is not the name of a method"]
    );
}

#[test]
fn the_documents_own_address_is_the_base_of_references() {
    let document = load(&json!({
        "openapi": "3.2.0",
        "$self": "https://example.com/api/openapi.json",
        "info": {"title": "It", "version": "1"},
        "components": {"schemas": {
            "It": {"$ref": "https://example.com/api/schemas/text"},
            "Text": {"$id": "schemas/text", "type": "string"},
        }},
    }));
    assert_eq!(told(&document), [""; 0]);
    assert!(!is_valid(&document, "It", &json!(1)));
}

#[test]
fn examples_are_read_as_they_are_or_as_they_are_written() {
    let document = load(&json!({
        "openapi": "3.2.0",
        "info": {"title": "It", "version": "1"},
        "paths": {"/x": {"get": {"responses": {"200": {"description": "x", "content": {
            "application/json": {"examples": {
                "data": {"dataValue": {"a": 1}, "serializedValue": "{ \"a\": 1 }"},
                "serialized": {"serializedValue": "{ \"a\": 2 }"},
                "text": {"serializedValue": "just text"},
            }},
        }}}}}},
    }));
    let examples = &document.operations[0].responses[0].content[0].examples;
    let values: Vec<String> = examples.iter().map(|example| example.value().to_string()).collect();
    assert_eq!(values, [r#"{"a":1}"#, r#"{"a":2}"#, r#""just text""#]);
}

#[test]
fn a_later_version_is_read_and_told_of() {
    let document = load(&json!({
        "openapi": "3.7.1",
        "info": {"title": "It", "version": "1"},
        "paths": {"/x": {"get": {"responses": {"200": {"description": "x"}}}}},
    }));
    assert_eq!(document.operations.len(), 1);
    assert_eq!(
        told(&document),
        [
            "not-judged /openapi: is a version that standin reads as OpenAPI 3.2, the latest that it \
          knows"
        ]
    );
}
