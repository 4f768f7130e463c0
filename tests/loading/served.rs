//! Which operations of a document with faults are served, and why the others are not.

use serde_json::{Value, json};
use standin::spec::{Document, load};

/// A document of 3.0 with these paths and a few components.
fn document(paths: &Value) -> Document {
    let text = json!({
        "openapi": "3.0.3",
        "info": {"title": "t", "version": "1"},
        "paths": paths,
        "components": {
            "schemas": {
                "Fine": {"type": "object"},
                "Partly": {"properties": {"a": {"$ref": "#/nowhere"}}},
                "Self": {"$ref": "#/components/schemas/Self"},
                "List": [1],
            },
            "responses": {"Gone": {"$ref": "#/nowhere"}},
        },
    });
    load::from_text("api.json", &text.to_string()).expect("loads")
}

/// An operation whose successful answer has this schema.
fn answering(schema: &Value) -> Value {
    json!({"responses": {"200": {"description": "", "content": {"application/json": {"schema": schema}}}}})
}

fn named(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

#[test]
fn an_operation_is_served_if_parameters_body_and_a_success_can_be_read() {
    let gone = json!({"$ref": "#/nowhere"});
    let content = |schema: &Value| json!({"content": {"application/json": {"schema": schema}}});
    let table = [
        ("a schema", answering(&named("Fine")), true),
        ("a schema that is wrong inside", answering(&named("Partly")), true),
        ("no responses", json!({}), true),
        ("a schema that leads nowhere", answering(&gone), false),
        ("a pointer without slash", answering(&json!({"$ref": "#components/schemas/Fine"})), false),
        ("a schema that leads to itself", answering(&named("Self")), false),
        ("a list for a schema", answering(&json!([1, 2])), false),
        ("a list behind a reference", answering(&named("List")), false),
        ("text for an operation", json!("hello"), false),
        ("a response that leads nowhere", json!({"responses": {"200": gone}}), false),
        (
            "a response behind two references",
            json!({"responses": {"201": {"$ref": "#/components/responses/Gone"}}}),
            false,
        ),
        (
            "one success of two",
            json!({"responses": {"200": gone, "204": {"description": ""}}}),
            true,
        ),
        (
            "one media type of two",
            json!({"responses": {"200": {"content": {
                "text/plain": {}, "application/json": {"schema": gone}}}}}),
            true,
        ),
        ("an error that leads nowhere", json!({"responses": {"404": gone}}), true),
        ("a default that leads nowhere", json!({"responses": {"default": gone}}), false),
        ("a body that leads nowhere", json!({"requestBody": gone}), false),
        ("a body's schema that leads nowhere", json!({"requestBody": content(&gone)}), false),
        ("a parameter that leads nowhere", json!({"parameters": [gone]}), false),
        (
            "a parameter's schema that leads nowhere",
            json!({"parameters": [{"name": "q", "in": "query", "schema": gone}]}),
            false,
        ),
    ];
    for (case, operation, is_served) in table {
        let document = document(&json!({"/x": {"get": operation}}));
        assert_eq!(document.is_servable(), is_served, "{case}: {:?}", document.violations());
        let unserved = document.unserved();
        assert_eq!(unserved.is_empty(), is_served, "{case}: {unserved:?}");
        for unserved in unserved {
            assert_eq!((&*unserved.method, &*unserved.path), ("GET", "/x"), "{case}");
            assert!(!unserved.reasons.is_empty(), "{case}");
        }
        let both = self::document(&json!({"/x": {"get": operation}, "/y": {"get": {}}}));
        assert!(both.is_servable(), "{case}: one of two is enough");
    }
}

#[test]
fn paths_as_a_whole_may_be_missing_on_purpose_and_not_by_mistake() {
    let gone = json!({"$ref": "#/nowhere"});
    let table = [
        (json!({}), true),
        (json!({"x-own": gone}), true),
        (json!({"/x": {}}), true),
        (json!([]), false),
        (json!("x"), false),
        (json!({"/x": gone}), false),
        (json!({"/x": "text"}), false),
        (json!({"x": {"get": {}}}), false),
        (json!({"/x": {"parameters": [gone], "get": {}}}), false),
    ];
    for (paths, is_servable) in table {
        let document = document(&paths);
        assert_eq!(document.is_servable(), is_servable, "{paths}");
        assert!(is_servable || !document.violations().is_empty(), "{paths}");
    }
    let text = "openapi: 3.0.3\ninfo: {title: t, version: '1'}\n";
    assert!(!load::from_text("api.yaml", text).expect("loads").is_servable());
    let shared = format!("{text}components: {{}}\n");
    assert!(load::from_text("api.yaml", &shared).expect("loads").is_servable());
}
