//! Swagger 2.0: the formats of collections, in every place.

use std::sync::Arc;

use http::HeaderValue;
use http::Method;
use serde_json::Value;
use serde_json::json;
use standin::finding::Violation;
use standin::message::Answer;
use standin::message::Request;
use standin::params;
use standin::route::Mounted;
use standin::route::Router;
use standin::spec::Document;
use standin::spec::load;
use standin::validate;

/// A document with one parameter and one header of that description.
fn document(parameter: &Value, header: &Value) -> Document {
    let template = if parameter["in"] == "path" { "/c/{n}" } else { "/c" };
    let document = json!({
        "swagger": "2.0",
        "info": {"title": "collections", "version": "1"},
        "paths": {template: {"get": {
            "parameters": [parameter],
            "responses": {"200": {"description": "fine", "headers": {"X-List": header}}},
        }}},
    });
    let document = load::from_text("swagger.json", &document.to_string()).expect("it is one");
    assert_eq!(document.violations(), []);
    document
}

fn integers(place: &str, format: &str) -> Value {
    let mut integers = json!({
        "name": "n", "in": place, "required": true,
        "type": "array", "items": {"type": "integer"},
    });
    if !format.is_empty() {
        integers["collectionFormat"] = json!(format);
    }
    integers
}

fn read(parameter: &Value, target: &str, field: Option<&str>) -> (Value, Vec<Violation>) {
    let document = Arc::new(document(parameter, &json!({"type": "string"})));
    let mounted =
        Mounted { id: "it".into(), document: Arc::clone(&document).into(), prefix: String::new() };
    let router = Router::new(&[mounted]).expect("one document");
    let mut request = Request::new(Method::GET, target);
    if let Some(text) = field {
        request.headers.insert("n", HeaderValue::from_str(text).expect("it is a value"));
    }
    let found = router.find(&Method::GET, &request.path).expect("the path is there");
    let (arguments, violations) =
        params::read(&document, &found.operation, &found.path_values, &request);
    let places = [arguments.path, arguments.query, arguments.header];
    let value = places.iter().find_map(|values| values.get("n")).cloned();
    (value.unwrap_or(Value::Null), violations)
}

#[test]
fn every_collection_format_separates_as_it_says() {
    let table = [
        ("query", "", "/c?n=1,2", None),
        ("query", "csv", "/c?n=1,2", None),
        ("query", "ssv", "/c?n=1%202", None),
        ("query", "ssv", "/c?n=1+2", None),
        ("query", "tsv", "/c?n=1%092", None),
        ("query", "pipes", "/c?n=1|2", None),
        ("query", "pipes", "/c?n=1%7C2", None),
        ("query", "multi", "/c?n=1&n=2", None),
        ("path", "", "/c/1,2", None),
        ("path", "csv", "/c/1,2", None),
        ("path", "ssv", "/c/1%202", None),
        ("path", "tsv", "/c/1%092", None),
        ("path", "pipes", "/c/1%7C2", None),
        ("path", "pipes", "/c/1|2", None),
        ("header", "csv", "/c", Some("1,2")),
        ("header", "ssv", "/c", Some("1 2")),
        ("header", "tsv", "/c", Some("1\t2")),
        ("header", "pipes", "/c", Some("1|2")),
    ];
    for (place, format, target, field) in table {
        let (value, violations) = read(&integers(place, format), target, field);
        assert_eq!((value, violations), (json!([1, 2]), Vec::new()), "{place} {format} {target}");
    }
}

#[test]
fn lists_inside_lists_have_formats_of_their_own() {
    let parameter = json!({
        "name": "n", "in": "query", "type": "array", "collectionFormat": "csv",
        "items": {"type": "array", "collectionFormat": "pipes", "items": {"type": "integer"}},
    });
    let (value, violations) = read(&parameter, "/c?n=1|2,3|4", None);
    assert_eq!((value, violations), (json!([[1, 2], [3, 4]]), Vec::new()));
}

#[test]
fn an_empty_value_is_none_where_it_may_be() {
    let mut parameter =
        json!({"name": "n", "in": "query", "type": "integer", "allowEmptyValue": true});
    for target in ["/c?n=", "/c?n"] {
        assert_eq!(read(&parameter, target, None), (Value::Null, Vec::new()), "{target}");
    }
    parameter["allowEmptyValue"] = json!(false);
    assert_eq!(read(&parameter, "/c?n=", None).1.len(), 1);
}

#[test]
fn lists_in_headers_of_responses_are_judged() {
    let parameter = json!({"name": "n", "in": "query", "type": "string"});
    let table = [("csv", "1,2", "1,b"), ("ssv", "1 2", "1,2"), ("pipes", "1|2", "1|b")];
    for (format, right, wrong) in table {
        let header =
            json!({"type": "array", "items": {"type": "integer"}, "collectionFormat": format});
        let document = document(&parameter, &header);
        for (text, expected) in [(right, 0), (wrong, 1)] {
            let mut answer = Answer::empty(http::StatusCode::OK);
            answer.headers.insert("x-list", HeaderValue::from_static(text));
            let operation = &document.operations[0];
            let broken = validate::response::read(&document, operation, &Method::GET, &answer);
            assert_eq!(broken.len(), expected, "{format} {text}: {broken:?}");
        }
    }
}
