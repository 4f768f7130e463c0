//! Swagger 2.0: what it has that no later version has.

use bytes::Bytes;
use http::HeaderValue;
use serde_json::Value;
use serde_json::json;
use standin::message::Request;
use standin::schema::Direction;
use standin::spec::Document;
use standin::spec::model::Style;
use standin::validate::request;
use standin::validate::request::Demands;

use super::load;
use super::told;

fn document(members: &Value) -> Document {
    let mut document =
        json!({"swagger": "2.0", "info": {"title": "It", "version": "1"}, "paths": {}});
    for (name, value) in members.as_object().expect("members") {
        document[name] = value.clone();
    }
    load(&document)
}

fn operation(operation: &Value) -> Document {
    document(&json!({"paths": {"/x": {"post": operation}}}))
}

fn ok() -> Value {
    json!({"200": {"description": "x"}})
}

#[test]
fn lists_are_written_as_the_collection_format_says() {
    let table = [
        (None, "query", Style::Form, false),
        (Some("csv"), "query", Style::Form, false),
        (Some("multi"), "query", Style::Form, true),
        (Some("ssv"), "query", Style::SpaceDelimited, false),
        (Some("tsv"), "query", Style::TabDelimited, false),
        (Some("pipes"), "query", Style::PipeDelimited, false),
        (Some("csv"), "header", Style::Simple, false),
        (Some("pipes"), "path", Style::PipeDelimited, false),
    ];
    for (format, place, style, explode) in table {
        let mut list = json!({"name": "it", "in": place, "required": true, "type": "array",
            "items": {"type": "integer"}});
        if let Some(format) = format {
            list["collectionFormat"] = json!(format);
        }
        let document = operation(&json!({"parameters": [list], "responses": ok()}));
        let parameter = &document.operations[0].parameters[0];
        assert_eq!((parameter.style, parameter.explode), (style, explode), "{format:?} {place}");
        let schema = parameter.schema.expect("its own keywords");
        assert!(document.schemas.is_valid(schema, Direction::Request, &json!([1])));
        assert!(!document.schemas.is_valid(schema, Direction::Request, &json!(["a"])));
        assert_eq!(told(&document), [""; 0]);
    }
}

#[test]
fn files_travel_in_parts_and_media_types_stand_beside_parameters() {
    let file = json!({"name": "file", "in": "formData", "type": "file"});
    let text = json!({"name": "text", "in": "formData", "type": "string", "required": true});
    let body = json!({"name": "it", "in": "body", "schema": {"type": "object"}});
    let table = [
        (json!({"parameters": [file]}), vec!["multipart/form-data"], false),
        (
            json!({"parameters": [text]}),
            vec!["application/x-www-form-urlencoded", "multipart/form-data"],
            true,
        ),
        (
            json!({"parameters": [text], "consumes": ["multipart/form-data", "text/plain"]}),
            vec!["multipart/form-data"],
            true,
        ),
        (json!({"parameters": [body]}), vec!["*/*"], false),
        (
            json!({"parameters": [body], "consumes": ["application/xml", "application/json"]}),
            vec!["application/xml", "application/json"],
            false,
        ),
    ];
    for (mut described, media_types, required) in table {
        described["responses"] = ok();
        let document = operation(&described);
        assert_eq!(told(&document), [""; 0], "{described}");
        let body = document.operations[0].request_body.as_ref().expect("a body");
        let found: Vec<String> =
            body.content.iter().map(|content| content.media_type.to_string()).collect();
        assert_eq!(found, media_types, "{described}");
        assert_eq!(body.required, required, "{described}");
        assert!(document.operations[0].parameters.is_empty());
    }
}

#[test]
fn lists_in_forms_are_written_as_the_collection_format_says() {
    let list = |name: &str, format: &str| {
        json!({"name": name, "in": "formData", "type": "array", "collectionFormat": format,
            "items": {"type": "integer"}})
    };
    let document = operation(&json!({
        "consumes": ["application/x-www-form-urlencoded"],
        "parameters": [list("c", "csv"), list("m", "multi"), list("p", "pipes"), list("s", "ssv")],
        "responses": ok(),
    }));
    assert_eq!(told(&document), [""; 0]);
    let operation = &document.operations[0];
    let mut call = Request::new(operation.method.clone(), "/x");
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    call.headers.insert(http::header::CONTENT_TYPE, form);
    call.body = Bytes::from_static(b"c=1,2&m=1&m=2&p=1|2&s=1%202");
    let demands = Demands { credentials: false, ..Demands::default() };
    let reading = request::read(&document, operation, &[], &call, demands);
    assert!(reading.violations.is_empty(), "{:?}", reading.violations);
    let body = reading.body.expect("a body").view().to_value().into_owned();
    let both = json!([1, 2]);
    assert_eq!(body, json!({"c": both, "m": both, "p": both, "s": both}));
}

#[test]
fn answers_have_the_media_types_that_are_produced_and_those_of_examples() {
    let document = document(&json!({
        "produces": ["application/json"],
        "paths": {"/x": {
            "get": {"responses": {"200": {"description": "x", "schema": {"type": "string"},
                "examples": {"application/json": "a", "text/plain": "b"}}}},
            "put": {"produces": ["text/csv"], "responses": {"200": {"description": "x",
                "schema": {"type": "file"}}, "204": {"description": "nothing"}}},
        }},
    }));
    assert_eq!(told(&document), [""; 0]);
    let contents = |number: usize, response: usize| -> Vec<(String, usize)> {
        let response = &document.operations[number].responses[response];
        let contents = response.content.iter();
        contents.map(|c| (c.media_type.to_string(), c.examples.len())).collect()
    };
    let pair = |name: &str, count| (name.to_owned(), count);
    assert_eq!(contents(0, 0), [pair("application/json", 1), pair("text/plain", 1)]);
    assert_eq!(contents(1, 0), [pair("text/csv", 0)]);
    assert_eq!(contents(1, 1), []);
    let file = document.operations[1].responses[0].content[0].schema.expect("a schema");
    assert_eq!(*document.schemas.lowered(file), json!({"type": "string", "format": "binary"}));
}

#[test]
fn words_of_later_versions_are_told() {
    let document = document(&json!({"definitions": {"It": {
        "type": ["string", "null"],
        "discriminator": "kind",
        "oneOf": [{"type": "string"}],
        "nullable": true,
    }}}));
    assert_eq!(
        told(&document),
        [
            "document-malformed /definitions/It/oneOf: \
             says nothing in this version, which has `allOf`",
            "document-malformed /definitions/It/nullable: \
             says nothing in this version, which has `x-nullable`",
        ]
    );
}

#[test]
fn a_body_has_one_description_and_a_parameter_a_type() {
    let body = |name: &str| json!({"name": name, "in": "body", "schema": {"type": "object"}});
    let document = operation(&json!({
        "parameters": [
            body("one"), body("two"), {"name": "age", "in": "formData", "type": "integer"},
            {"name": "q", "in": "query"}, {"name": "q", "in": "query", "type": "string"},
        ],
        "responses": ok(),
    }));
    let at = "document-malformed /paths/~1x/post/parameters";
    assert_eq!(
        told(&document),
        [
            format!("{at}/1: is a second body, of which there is at most one"),
            format!("{at}/4: is a parameter that is declared before"),
            format!("{at}/3: is a parameter without a `type`: any value is taken"),
            format!("{at}/2: is a field of a form beside a body, which is read alone"),
        ]
    );
}

#[test]
fn the_base_path_and_the_schemes_are_read() {
    let document = document(&json!({
        "swagger": 2.0,
        "host": "example.com", "basePath": "/api/",
        "securityDefinitions": {"q": {"type": "apiKey", "in": "query", "name": "key"}},
        "security": [{"q": []}],
        "paths": {"/x": {"get": {"responses": {}}}},
    }));
    assert_eq!(told(&document), [""; 0]);
    let operation = &document.operations[0];
    assert_eq!(operation.base_paths, ["/api"]);
    assert_eq!(operation.security[0][0].scheme, "q");
}
