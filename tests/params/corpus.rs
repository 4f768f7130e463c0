//! Parameters with verdicts from elsewhere: the table of kin-openapi's own tests.
//!
//! Read where it stands, beside the repository: it is no part of it.

use std::path::Path;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use serde_json::Value;
use serde_json::json;
use standin::message::Request;
use standin::route::Mounted;
use standin::route::Router;
use standin::spec::load;
use standin::validate::request;
use standin::validate::request::Demands;

const TABLE: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpora/validation/kin_parameter_styles.json");

#[test]
fn every_case_of_the_outside_table_gets_its_verdict() {
    let text = std::fs::read_to_string(Path::new(TABLE)).expect("the corpora stand beside us");
    let cases: Vec<Value> = serde_json::from_str(&text).expect("it is JSON");
    let mut paths = json!({});
    for (number, case) in cases.iter().enumerate() {
        let mut parameter = case["param"].clone();
        if parameter.get("in").is_none() {
            parameter["in"] = json!("query");
        }
        let answers = json!({"200": {"description": "ok"}});
        paths[moved(case, "template", number)] =
            json!({"get": {"parameters": [parameter], "responses": answers}});
    }
    let document = json!({
        "openapi": "3.0.0", "info": {"title": "styles", "version": "1"}, "paths": paths,
    });
    let document = load::from_text("styles.json", &document.to_string()).expect("it is a document");
    assert_eq!(document.violations(), []);
    let mounted = Mounted {
        id: "styles".into(),
        document: std::sync::Arc::new(document).into(),
        prefix: String::new(),
    };
    let router = Router::new(std::slice::from_ref(&mounted)).expect("one document");
    let (mut wrong, mut judged) = (Vec::new(), 0);
    for (number, case) in cases.iter().enumerate() {
        if !fits(case) {
            continue;
        }
        judged += 1;
        let mut call = Request::new(Method::GET, &moved(case, "url", number));
        for (name, value) in case["headers"].as_object().into_iter().flatten() {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("it is a name");
            let value = value.as_str().expect("it is text");
            call.headers.append(name, HeaderValue::from_str(value).expect("it is a value"));
        }
        let found = router.find(&call.method, &call.path).expect("the path is there");
        let (operation, values) = (&found.operation, &found.path_values);
        let demands = Demands { credentials: true, ..Demands::default() };
        let reading = request::read(&mounted.document, operation, values, &call, demands);
        let is_error = case["error"] == true;
        let is_missing = case["found"] == false && case["param"]["required"] == true;
        if reading.refusal.is_some() != (is_error || is_missing) {
            wrong.push(format!("{} {}: {:?}", case["name"], case["url"], reading.violations));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
    assert!(judged >= 70, "only {judged} cases are left");
}

/// A case's path, apart from the others'.
fn moved(case: &Value, member: &str, number: usize) -> String {
    let path = case[member].as_str().expect("it is text");
    path.replacen("/test", &format!("/c{number}"), 1)
}

/// Whether the value that a case reads fits its schema; two have lists with holes, which do not.
fn fits(case: &Value) -> bool {
    let holes = ["deepObject explode array of arrays", "missing intermediate array index"];
    let name = case["name"].as_str().unwrap_or_default();
    !holes.iter().any(|hole| name.ends_with(hole))
}
