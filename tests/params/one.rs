//! One parameter and one call: declared, routed, read.

use std::sync::Arc;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use serde_json::Value;
use serde_json::json;
use standin::finding::Level;
use standin::message::Request;
use standin::params;
use standin::route::Mounted;
use standin::route::Router;
use standin::spec::load;

/// What a call is read as by a document of that version with that parameter: the value, null where
/// there is none, or the first error, as `rule: title`.
pub(super) fn read(
    version: &str,
    parameter: &Value,
    target: &str,
    headers: &[(&str, &str)],
) -> Result<Value, String> {
    let name = parameter["name"].as_str().expect("well-formed in the test");
    let is_path = parameter["in"] == "path";
    let template = if is_path { format!("/c/{{{name}}}") } else { "/c".to_owned() };
    let mut parameter = parameter.clone();
    if is_path {
        parameter["required"] = json!(true);
    }
    let document = json!({
        "openapi": version,
        "info": {"title": "parameters", "version": "1"},
        "paths": {template: {"get": {
            "parameters": [parameter],
            "responses": {"200": {"description": "fine"}},
        }}},
    });
    let document = load::from_text("one.json", &document.to_string()).expect("it is a document");
    assert_eq!(document.violations(), [], "{parameter}");
    let mounted =
        Mounted { id: "one".into(), document: Arc::new(document).into(), prefix: String::new() };
    let mut request = Request::new(Method::GET, target);
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).expect("well-formed in the test");
        let value = HeaderValue::from_str(value).expect("well-formed in the test");
        request.headers.append(name, value);
    }
    let router = Router::new(std::slice::from_ref(&mounted)).expect("one document");
    let found = router.find(&request.method, &request.path).expect("the path is there");
    let document = &mounted.document;
    let (arguments, violations) =
        params::read(document, &found.operation, &found.path_values, &request);
    match violations.iter().find(|violation| violation.level() == Level::Error) {
        Some(violation) => Err(format!("{}: {}", violation.rule.id, violation.title)),
        None => {
            let places = [arguments.path, arguments.query, arguments.header, arguments.cookie];
            let found = places.iter().find_map(|values| values.get(name)).cloned();
            Ok(found.unwrap_or(Value::Null))
        }
    }
}

/// A parameter named `color` in that style.
pub(super) fn color(place: &str, style: &str, explode: bool, schema: &Value) -> Value {
    json!({"name": "color", "in": place, "style": style, "explode": explode, "schema": schema})
}
