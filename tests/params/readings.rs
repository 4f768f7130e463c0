//! Texts that may mean several things, and the value that their schema takes.

use http::Method;
use serde_json::Value;
use serde_json::json;
use standin::finding::Level;
use standin::message::Request;
use standin::params;
use standin::spec::load;
use standin::validate;

use super::one::read;

fn query(schema: &Value, more: Value, text: &str) -> Result<Value, String> {
    let mut parameter = json!({"name": "n", "in": "query", "schema": schema});
    for (name, value) in more.as_object().expect("well-formed in the test") {
        parameter[name] = value.clone();
    }
    read("3.0.4", &parameter, &format!("/c?{text}"), &[])
}

#[test]
fn a_text_becomes_what_any_branch_of_its_schema_takes() {
    let digits = json!({"type": "string", "pattern": "^[0-9]{3}$"});
    let table = [
        (json!({"oneOf": [{"type": "integer"}, {"type": "boolean"}]}), "n=true", json!(true)),
        (json!({"oneOf": [{"type": "integer"}, {"type": "boolean"}]}), "n=7", json!(7)),
        (json!({"anyOf": [digits, {"type": "integer", "maximum": 9}]}), "n=7", json!(7)),
        (json!({"anyOf": [digits, {"type": "integer", "maximum": 9}]}), "n=123", json!("123")),
        (json!({"allOf": [{"type": "integer"}, {"type": "number"}]}), "n=7", json!(7)),
        (json!({"type": "string", "format": "date", "nullable": true}), "n=", json!(null)),
        (json!({"type": "string", "nullable": true}), "n=", json!("")),
        (json!({"enum": [1, "1", true]}), "n=1", json!(1)),
        (json!({"enum": ["1", "true"]}), "n=true", json!("true")),
        (json!({}), "n=7", json!("7")),
        (json!({"type": "number"}), "n=1e3", json!(1e3)),
        (json!({"type": "integer"}), "n=-7", json!(-7)),
        (json!({"type": "integer"}), "n=1.0", json!(1.0)),
    ];
    for (schema, text, expected) in table {
        assert_eq!(query(&schema, json!({}), text), Ok(expected), "{schema} {text}");
    }
}

#[test]
fn a_list_is_read_where_one_value_is_allowed_too() {
    let schema = json!({"oneOf": [
        {"type": "string", "enum": ["a", "b"]},
        {"type": "array", "items": {"type": "string", "enum": ["a", "b"]}},
    ]});
    let flat = json!({"explode": false});
    let table = [
        (json!({}), "n=a", json!("a")),
        (json!({}), "n=a&n=b", json!(["a", "b"])),
        (flat.clone(), "n=a,b", json!(["a", "b"])),
        (flat, "n=a%2Cb", json!(["a", "b"])),
    ];
    for (more, text, expected) in table {
        assert_eq!(query(&schema, more, text), Ok(expected), "{text}");
    }
}

#[test]
fn encoded_separators_separate_where_nothing_else_makes_sense_of_them() {
    let (flat, integers) = (json!({"explode": false}), json!({"type": "integer"}));
    let list = json!({"type": "array", "items": integers});
    assert_eq!(query(&list, flat.clone(), "n=1%2C2"), Ok(json!([1, 2])));
    let object = json!({"type": "object", "properties": {"a": integers}});
    assert_eq!(query(&object, flat.clone(), "n=a%2C1"), Ok(json!({"a": 1})));
    let texts = json!({"type": "array", "items": {"type": "string"}});
    assert_eq!(query(&texts, flat, "n=a%2Cb"), Ok(json!(["a,b"])), "data where it may be");
}

#[test]
fn a_key_said_again_makes_a_list_that_is_told_to_be_written_otherwise() {
    let list = json!({"type": "array", "items": {"type": "integer"}});
    assert_eq!(query(&list, json!({"explode": false}), "n=1&n=2"), Ok(json!([1, 2])));
    let document = json!({
        "openapi": "3.0.4",
        "info": {"title": "lists", "version": "1"},
        "paths": {"/c": {"get": {
            "parameters": [{"name": "n", "in": "query", "explode": false, "schema": list}],
            "responses": {"200": {"description": "fine"}},
        }}},
    });
    let document = load::from_text("lists.json", &document.to_string()).expect("it is a document");
    for (query, expected) in [("n=1,2", 0), ("n=1&n=2", 1), ("n=1%2C2", 1)] {
        let request = Request::new(Method::GET, &format!("/c?{query}"));
        let (_, violations) = params::read(&document, &document.operations[0], &[], &request);
        assert_eq!(violations.len(), expected, "{query}");
        for violation in violations {
            assert_eq!(violation.level(), Level::Warning);
            let title = "the query parameter `n` is separated otherwise than its style has it";
            assert_eq!((violation.rule.id, &*violation.title), ("parameter-malformed", title));
        }
    }
}

#[test]
fn an_exploded_object_takes_the_keys_that_are_its_own() {
    let closed = json!({"type": "object", "properties": {
        "page": {"type": "integer"}, "tags": {"type": "array", "items": {"type": "string"}},
    }});
    let table = [
        (closed.clone(), "page=2&x=1", json!({"page": 2})),
        (closed.clone(), "tags=a&tags=b", json!({"tags": ["a", "b"]})),
        (closed, "tags=a", json!({"tags": ["a"]})),
        (
            json!({"type": "object", "additionalProperties": {"type": "integer"}}),
            "page=4&pageSize=50",
            json!({"page": 4, "pageSize": 50}),
        ),
        (json!({"type": "object"}), "a=1", json!({"a": "1"})),
        (json!({"type": "object", "additionalProperties": false}), "a=1", json!(null)),
        (
            json!({"allOf": [
                {"type": "object", "properties": {"a": {"type": "integer"}}},
                {"properties": {"b": {"type": "boolean"}}},
            ]}),
            "a=1&b=true",
            json!({"a": 1, "b": true}),
        ),
        (json!({"properties": {"a": {"type": "integer"}}}), "a=1", json!({"a": 1})),
    ];
    for (schema, text, expected) in table {
        assert_eq!(query(&schema, json!({}), text), Ok(expected), "{schema} {text}");
    }
}

#[test]
fn an_empty_text_stands_for_no_value_where_that_is_allowed() {
    let schema = json!({"type": "string", "format": "date"});
    let empty = json!({"allowEmptyValue": true, "required": true});
    for text in ["n=", "n", "n=&n=1970-01-01"] {
        assert_eq!(query(&schema, empty.clone(), text), Ok(json!(null)), "{text}");
    }
    assert_eq!(query(&schema, empty.clone(), "n=1970-01-01"), Ok(json!("1970-01-01")));
    assert!(query(&schema, empty.clone(), "n=x").is_err());
    assert!(query(&schema, empty, "").is_err_and(|told| told.starts_with("parameter-missing")));
    assert!(query(&schema, json!({}), "n=").is_err());
}

#[test]
fn content_says_what_a_text_is() {
    let schema =
        json!({"type": "object", "required": ["a"], "properties": {"a": {"type": "integer"}}});
    let of = |media_type: &str, schema: &Value| json!({media_type: {"schema": schema}});
    let json_object = of("application/json", &schema);
    let table = [
        (json_object.clone(), "%7B%22a%22%3A1%7D", Ok(json!({"a": 1}))),
        (json_object.clone(), "{\"a\":1}", Ok(json!({"a": 1}))),
        (of("application/vnd.api+json", &schema), "{\"a\":1}", Ok(json!({"a": 1}))),
        (of("application/odd", &schema), "{\"a\":1}", Ok(json!({"a": 1}))),
        (of("application/xml", &schema), "<a>1</a>", Ok(json!("<a>1</a>"))),
        (of("text/plain", &json!({"type": "integer"})), "7", Ok(json!(7))),
        (of("application/json", &json!({"type": "string"})), "test[1", Ok(json!("test[1"))),
        (of("application/json", &json!({"type": "string"})), "\"a\"", Ok(json!("a"))),
        (of("application/x-www-form-urlencoded", &schema), "a%3D1", Ok(json!({"a": 1}))),
        (
            json_object.clone(),
            "{}",
            Err("parameter-mismatch: the query parameter `n` misses the required property `a`"),
        ),
        (
            json_object,
            "{\"a\"",
            Err("parameter-malformed: the query parameter `n` is JSON that ends too early"),
        ),
    ];
    for (content, text, expected) in table {
        let parameter = json!({"name": "n", "in": "query", "content": content});
        let got = read("3.0.4", &parameter, &format!("/c?n={text}"), &[]);
        assert_eq!(got, expected.map_err(str::to_owned), "{parameter} {text}");
    }
    let parameter =
        json!({"name": "n", "in": "header", "content": of("application/json", &schema)});
    assert_eq!(read("3.0.4", &parameter, "/c", &[("n", "{\"a\":1}")]), Ok(json!({"a": 1})));
    let parameter =
        json!({"name": "n", "in": "cookie", "content": of("application/json", &schema)});
    let cookie = [("cookie", "n=%7B%22a%22%3A1%7D")];
    assert_eq!(read("3.0.4", &parameter, "/c", &cookie), Ok(json!({"a": 1})));
    let parameter = json!({"name": "n", "in": "path", "content": of("application/json", &schema)});
    assert_eq!(read("3.0.4", &parameter, "/c/%7B%22a%22%3A1%7D", &[]), Ok(json!({"a": 1})));
}

#[test]
fn a_whole_query_is_one_value() {
    let form = json!({"application/x-www-form-urlencoded": {"schema": {
        "type": "object", "properties": {"foo": {"type": "string"}, "bar": {"type": "boolean"}},
    }}});
    let json_text = json!({"application/json": {"schema": {
        "type": "object", "properties": {"numbers": {"type": "array", "items": {"type": "integer"}}},
    }}});
    let path = json!({"application/jsonpath": {"schema": {"type": "string"}}});
    let table = [
        (&form, "foo=a+%2B+b&bar=true", json!({"foo": "a + b", "bar": true})),
        (&json_text, "%7B%22numbers%22%3A%5B1%2C2%5D%7D", json!({"numbers": [1, 2]})),
        (&path, "%24.a.b%5B1%3A1%5D", json!("$.a.b[1:1]")),
        (&path, "", json!(null)),
    ];
    for (content, query, expected) in table {
        let parameter = json!({"name": "all", "in": "querystring", "content": content});
        assert_eq!(read("3.2.0", &parameter, &format!("/c?{query}"), &[]), Ok(expected), "{query}");
    }
}

#[test]
fn a_whole_query_that_is_a_form_is_read_by_its_encodings() {
    let schema = json!({"type": "object", "properties": {
        "filter": {"type": "object", "properties": {"size": {"type": "integer"}}},
        "tags": {"type": "array", "items": {"type": "string"}},
    }});
    let encoding = json!({
        "filter": {"contentType": "application/json"},
        "tags": {"style": "pipeDelimited", "explode": false},
    });
    let content =
        json!({"application/x-www-form-urlencoded": {"schema": schema, "encoding": encoding}});
    let parameter =
        json!({"name": "all", "in": "querystring", "required": true, "content": content});
    let document = json!({
        "openapi": "3.2.0", "info": {"title": "whole", "version": "1"},
        "paths": {"/c": {"get": {
            "parameters": [parameter], "responses": {"200": {"description": "fine"}},
        }}},
    });
    let document = load::from_text("whole.json", &document.to_string()).expect("it is one");
    let table = [
        (
            "filter=%7B%22size%22%3A7%7D&tags=a|b",
            Ok(json!({"filter": {"size": 7}, "tags": ["a", "b"]})),
        ),
        ("filter=%7B%22size%22%3A%22x%22%7D", Err("`all.filter.size` is not an integer")),
        ("filter=%7B", Err("has the member `filter`, which is JSON that ends too early")),
        ("", Err("the required query parameter `all` is missing")),
    ];
    for (query, expected) in table {
        let request = Request::new(Method::GET, &format!("/c?{query}"));
        let demands = validate::request::Demands::default();
        let read =
            validate::request::read(&document, &document.operations[0], &[], &request, demands);
        let titles: Vec<&str> = read.violations.iter().map(|told| &*told.title).collect();
        match expected {
            Ok(value) => {
                assert_eq!((read.arguments.query.get("all"), &*titles), (Some(&value), &[][..]));
            }
            Err(title) => {
                assert_eq!(titles.len(), 1, "{query}: {titles:?}");
                assert!(titles[0].ends_with(title), "{query}: {titles:?}");
            }
        }
    }
}

#[test]
fn what_a_version_does_not_have_is_told_and_not_judged() {
    let whole = json!({"name": "all", "in": "querystring", "content": {"text/plain": {}}});
    let bare =
        json!({"name": "c", "in": "cookie", "style": "cookie", "schema": {"type": "integer"}});
    let table = [
        ("3.1.1", &whole, "travels as a whole query, which only OpenAPI 3.2 has"),
        ("3.0.4", &bare, "is `cookie`, a style that only OpenAPI 3.2 has; no value is judged"),
        ("3.1.1", &bare, "is `cookie`, a style that only OpenAPI 3.2 has; no value is judged"),
    ];
    for (version, parameter, expected) in table {
        let document = json!({
            "openapi": version, "info": {"title": "new", "version": "1"},
            "paths": {"/c": {"get": {
                "parameters": [parameter], "responses": {"200": {"description": "fine"}},
            }}},
        });
        let document = load::from_text("new.json", &document.to_string()).expect("it is one");
        let titles: Vec<&str> = document.violations().iter().map(|told| &*told.title).collect();
        assert_eq!(titles, [expected], "{version}");
        let mut request = Request::new(Method::GET, "/c?x=1");
        request.headers.insert("cookie", http::HeaderValue::from_static("c=x"));
        let (_, broken) = params::read(&document, &document.operations[0], &[], &request);
        assert_eq!(broken, [], "{version}");
    }
}

#[test]
fn a_schema_that_never_ends_does_not_keep_the_reader() {
    let endless = json!({"type": "array", "items": {"$ref": "#/components/schemas/Endless"}});
    let tree = json!({
        "type": "object", "additionalProperties": {"$ref": "#/components/schemas/Tree"},
    });
    let parameters = json!([
        {"name": "list", "in": "query", "schema": {"$ref": "#/components/schemas/Endless"}},
        {"name": "deep", "in": "query", "style": "deepObject",
            "schema": {"$ref": "#/components/schemas/Tree"}},
        {"name": "tree", "in": "query", "explode": false,
            "schema": {"$ref": "#/components/schemas/Tree"}},
    ]);
    let document = json!({
        "openapi": "3.0.4", "info": {"title": "endless", "version": "1"},
        "paths": {"/c": {"get": {
            "parameters": parameters, "responses": {"200": {"description": "fine"}},
        }}},
        "components": {"schemas": {"Endless": endless, "Tree": tree}},
    });
    let document = load::from_text("endless.json", &document.to_string()).expect("it is one");
    let long = "a,".repeat(5_000);
    let queries = [
        "list=a,b|c&list=d",
        "deep[a][b][c][d]=1&deep[a][b][e]=2",
        "tree=a,b,c",
        &format!("list={long}&tree={long}"),
    ];
    for query in queries {
        let request = Request::new(Method::GET, &format!("/c?{query}"));
        let (_, violations) = params::read(&document, &document.operations[0], &[], &request);
        assert!(!violations.is_empty(), "{query}");
    }
}
