//! The other way: calls that are made are written in the styles of their parameters.

use http::header::COOKIE;
use serde_json::Value;
use serde_json::json;
use standin::params;
use standin::spec::load;
use standin::synth;

/// What stands for a parameter in a call that is made, its value being what the schema shows.
fn written(parameter: &Value, value: &Value) -> String {
    let mut parameter = parameter.clone();
    let kind = match value {
        Value::Array(_) => json!({"type": "array", "items": {"type": "string"}}),
        Value::Object(_) => {
            json!({"type": "object", "properties": {"k": {"type": "string"}, "l": {"type": "integer"}}})
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            json!({"type": "string"})
        }
    };
    let mut schema = kind;
    schema["default"] = value.clone();
    (parameter["name"], parameter["required"]) = (json!("n"), json!(true));
    match parameter.as_object_mut().and_then(|it| it.remove("content")) {
        Some(media_type) => {
            let media_type = media_type.as_str().expect("a media type").to_owned();
            parameter["content"] = json!({ media_type: { "schema": schema } });
        }
        None => parameter["schema"] = schema,
    }
    let path = if parameter["in"] == "path" { "/c/{n}" } else { "/c" };
    let document = json!({
        "openapi": "3.2.0", "info": {"title": "written", "version": "1"},
        "paths": {path: {"get": {
            "parameters": [parameter], "responses": {"200": {"description": "fine"}},
        }}},
    });
    let document = load::from_text("written.json", &document.to_string()).expect("it is one");
    assert_eq!(document.violations(), [], "{parameter}");
    let operation = &document.operations[0];
    let Some(call) = synth::sample(&document, operation) else { return "nothing".to_owned() };
    let segment = call.path.strip_prefix("/c/").map(|text| ("n".to_owned(), text.to_owned()));
    let path_values: Vec<(String, String)> = segment.into_iter().collect();
    let (arguments, _) = params::read(&document, operation, &path_values, &call);
    let read = match parameter["in"].as_str() {
        Some("path") => &arguments.path,
        Some("header") => &arguments.header,
        Some("cookie") => &arguments.cookie,
        _ => &arguments.query,
    };
    assert_eq!(read.get("n"), Some(value), "{parameter} {}", call.target());
    let field = |name: &str| call.headers.get(name).and_then(|it| it.to_str().ok());
    let field = field("n").or_else(|| field(COOKIE.as_str())).map(str::to_owned);
    field.or(path_values.into_iter().next().map(|it| it.1)).or(call.query).unwrap_or_default()
}

#[test]
fn a_call_that_is_made_is_written_in_the_styles_of_its_parameters() {
    let (text, list, object) = (json!("a b"), json!(["a", "b,c"]), json!({"k": "v&", "l": 7}));
    let of = |place: &str, style: &str, explode: bool| json!({"in": place, "style": style, "explode": explode});
    let table = [
        (of("path", "simple", false), &text, "a%20b"),
        (of("path", "simple", false), &list, "a,b%2Cc"),
        (of("path", "simple", false), &object, "k,v%26,l,7"),
        (of("path", "simple", true), &object, "k=v%26,l=7"),
        (of("path", "label", false), &text, ".a%20b"),
        (of("path", "label", false), &list, ".a,b%2Cc"),
        (of("path", "label", true), &list, ".a.b%2Cc"),
        (of("path", "label", true), &object, ".k=v%26.l=7"),
        (of("path", "matrix", false), &text, ";n=a%20b"),
        (of("path", "matrix", false), &object, ";n=k,v%26,l,7"),
        (of("path", "matrix", true), &list, ";n=a;n=b%2Cc"),
        (of("path", "matrix", true), &object, ";k=v%26;l=7"),
        (of("query", "form", true), &text, "n=a%20b"),
        (of("query", "form", true), &list, "n=a&n=b%2Cc"),
        (of("query", "form", false), &list, "n=a,b%2Cc"),
        (of("query", "form", true), &object, "k=v%26&l=7"),
        (of("query", "form", false), &object, "n=k,v%26,l,7"),
        (of("query", "spaceDelimited", false), &list, "n=a%20b%2Cc"),
        (of("query", "pipeDelimited", false), &list, "n=a%7Cb%2Cc"),
        (of("query", "deepObject", true), &object, "n%5Bk%5D=v%26&n%5Bl%5D=7"),
        (of("header", "simple", false), &text, "a b"),
        (of("header", "simple", true), &object, "k=v&,l=7"),
        (of("cookie", "form", false), &list, "n=a,b%2Cc"),
        (
            json!({"in": "query", "content": "application/json"}),
            &list,
            "n=%5B%22a%22%2C%22b%2Cc%22%5D",
        ),
        (
            json!({"in": "querystring", "content": "application/json"}),
            &object,
            "%7B%22k%22%3A%22v%26%22%2C%22l%22%3A7%7D",
        ),
        (json!({"in": "query", "content": "application/xml"}), &object, "nothing"),
        // A comma in an item can not be told from one between items.
        (of("header", "simple", false), &list, "nothing"),
    ];
    for (parameter, value, expected) in table {
        assert_eq!(written(&parameter, value), expected, "{parameter} {value}");
    }
}
