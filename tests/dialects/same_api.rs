//! The same API in every version: one model, and the same findings.

use std::borrow::Borrow;
use std::path::PathBuf;

use bytes::Bytes;
use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use serde_json::Value;
use serde_json::json;
use standin::finding::Violation;
use standin::message::Answer;
use standin::message::Request;
use standin::schema::SchemaId;
use standin::spec;
use standin::spec::Document;
use standin::spec::Operation;
use standin::spec::model::Content;
use standin::validate::request;
use standin::validate::request::Demands;
use standin::validate::response;

use super::told;

const VERSIONS: [&str; 4] = ["swagger2", "openapi30", "openapi31", "openapi32"];

fn documents() -> Vec<(&'static str, Document)> {
    let load = |version| {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let path = root.join(format!("tests/fixtures/dialects/same_api/{version}.yaml"));
        let document = spec::load::from_file(&path).expect("fixtures load");
        assert_eq!(told(&document), [""; 0], "{version}");
        (version, document)
    };
    VERSIONS.into_iter().map(load).collect()
}

/// A schema with references written as the names of what they refer to, fields of forms written
/// out.
fn schema(document: &Document, id: Option<SchemaId>) -> Value {
    let Some(id) = id else { return Value::Null };
    let mut schema = document.schemas.lowered(id).clone();
    name_references(document, &mut schema);
    schema
}

fn name_references(document: &Document, schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(key)) = members.get("x-standin-ref") {
                let key = standin::pointer::Pointer::new(key.as_str());
                let name = key.last().expect("a name").into_owned();
                *schema = match name.bytes().all(|byte| byte.is_ascii_digit()) {
                    true => {
                        let target = document.schemas.find(&key).expect("known");
                        self::schema(document, Some(target))
                    }
                    false => json!({"name": name}),
                };
                return;
            }
            members.values_mut().for_each(|value| name_references(document, value));
        }
        Value::Array(items) => items.iter_mut().for_each(|item| name_references(document, item)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn contents(document: &Document, contents: &[Content]) -> Value {
    let told = contents.iter().map(|content| {
        let examples = content.examples.iter();
        let examples: Vec<Value> =
            examples.map(|example| json!([example.name, example.value()])).collect();
        json!([content.media_type.to_string(), schema(document, content.schema), examples])
    });
    told.collect()
}

/// Everything that the model says of an operation, but for where it stands.
fn model(document: &Document, operation: &Operation) -> Value {
    let parameters: Vec<Value> = operation
        .parameters
        .iter()
        .map(|known| {
            let (style, location) = (format!("{:?}", known.style), format!("{:?}", known.location));
            let schema = schema(document, known.schema);
            json!([known.name, location, known.required, style, known.explode, schema])
        })
        .collect();
    let body = operation.request_body.as_ref();
    let body = body.map(|body| json!([body.required, contents(document, &body.content)]));
    let responses: Vec<Value> = operation
        .responses
        .iter()
        .map(|response| {
            let headers = response.headers.iter();
            let headers: Vec<Value> = headers
                .map(|header| {
                    json!([header.name, header.required, schema(document, header.schema)])
                })
                .collect();
            let status = format!("{:?}", response.status);
            json!([status, headers, contents(document, &response.content)])
        })
        .collect();
    json!({
        "id": &*operation.id,
        "method": operation.method.as_str(),
        "template": &*operation.template,
        "basePaths": operation.base_paths,
        "summary": operation.summary,
        "deprecated": operation.deprecated,
        "security": format!("{:?}", operation.security),
        "parameters": parameters,
        "body": body,
        "responses": responses,
    })
}

#[test]
fn one_api_in_every_version_is_one_model() {
    let models: Vec<(&str, Vec<Value>)> = documents()
        .iter()
        .map(|(version, document)| {
            let operations = document.operations.iter();
            (*version, operations.map(|operation| model(document, operation)).collect())
        })
        .collect();
    let (_, first) = &models[0];
    assert_eq!(first.len(), 3);
    for (version, model) in &models[1..] {
        for (one, other) in first.iter().zip(model) {
            assert_eq!(one, other, "{version}");
        }
        assert_eq!(model.len(), first.len(), "{version}");
    }
}

/// What is found, but for where the document says so.
fn found(violations: &[impl Borrow<Violation>]) -> Vec<String> {
    let told = |found: &Violation| {
        format!("{} {:?} {} {:?}", found.rule.id, found.location, found.title, found.expected)
    };
    violations.iter().map(|found| told(found.borrow())).collect()
}

fn judge_request(
    document: &Document,
    id: &str,
    values: &[(&str, &str)],
    target: &str,
    headers: &[(&'static str, &'static str)],
    body: &'static str,
) -> Vec<String> {
    let operation = document.operation(id).expect("declared");
    let values: Vec<(String, String)> =
        values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut call = Request::new(operation.method.clone(), target);
    for (name, value) in headers {
        call.headers.append(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    call.body = Bytes::from_static(body.as_bytes());
    let reading = request::read(
        document,
        operation,
        &values,
        &call,
        Demands { credentials: true, ..Demands::default() },
    );
    found(&reading.violations)
}

fn judge_response(document: &Document, id: &str, status: u16, body: &Value) -> Vec<String> {
    let operation = document.operation(id).expect("declared");
    let status = StatusCode::from_u16(status).expect("a status");
    let json = HeaderValue::from_static("application/json");
    let mut answer = Answer::json(status, json, body.clone());
    answer.headers.insert(HeaderName::from_static("x-total"), HeaderValue::from_static("-1"));
    found(&response::read(document, operation, &operation.method, &answer))
}

#[test]
fn one_api_in_every_version_gives_the_same_findings() {
    let json = ("content-type", "application/json");
    let form = ("content-type", "application/x-www-form-urlencoded");
    let judge = |document: &Document| -> Vec<Vec<String>> {
        let key = ("x-key", "k");
        let basic = ("authorization", "Basic YTpi");
        let sent = |id, values: &[_], target, headers: &[_], body| {
            judge_request(document, id, values, target, headers, body)
        };
        vec![
            sent(
                "listSessions",
                &[],
                "/sessions?limit=5&status=active,ended&tag=a&tag=b",
                &[key],
                "",
            ),
            sent("listSessions", &[], "/sessions?limit=0&status=gone", &[key], ""),
            sent("listSessions", &[], "/sessions?limit=x", &[("x-trace", "too long")], ""),
            sent(
                "createSession",
                &[],
                "/sessions",
                &[basic, json],
                r#"{"user": "u", "note": null}"#,
            ),
            sent("createSession", &[], "/sessions", &[basic, json], r#"{"id": "s", "user": ""}"#),
            sent(
                "createSession",
                &[],
                "/sessions",
                &[basic, json],
                r#"{"user": null, "weight": 0}"#,
            ),
            sent(
                "createSession",
                &[],
                "/sessions",
                &[json],
                r#"{"user": "u", "parent": {"x": 1}}"#,
            ),
            sent(
                "createSession",
                &[],
                "/sessions",
                &[basic, json],
                r#"{"user": "u", "size": 1e12}"#,
            ),
            sent("createSession", &[], "/sessions", &[basic, form], "user=u"),
            sent(
                "addNote",
                &[("id", "s_1")],
                "/sessions/s_1/notes",
                &[key, form],
                "text=a&stars=1",
            ),
            sent("addNote", &[("id", "x")], "/sessions/x/notes", &[key, form], "text=long&stars=0"),
            sent("addNote", &[("id", "s_1")], "/sessions/s_1/notes", &[key, form], "stars=2"),
            judge_response(document, "listSessions", 200, &json!([{"id": "s", "user": "u"}])),
            judge_response(document, "listSessions", 200, &json!([{"user": "u", "seen": "now"}])),
            judge_response(document, "listSessions", 404, &json!({"code": "lost"})),
            judge_response(document, "createSession", 500, &json!({})),
            judge_response(document, "listSessions", 500, &json!({})),
        ]
    };
    let found: Vec<(&str, Vec<Vec<String>>)> =
        documents().iter().map(|(version, document)| (*version, judge(document))).collect();
    let (_, first) = &found[0];
    let is_right = [0, 3, 9];
    for (number, told) in first.iter().enumerate() {
        assert_eq!(told.is_empty(), is_right.contains(&number), "{number}: {told:?}");
    }
    for (version, other) in &found[1..] {
        for (number, (one, other)) in first.iter().zip(other).enumerate() {
            assert_eq!(one, other, "{version} {number}");
        }
    }
}

#[test]
fn places_are_those_of_the_users_own_document() {
    let documents = documents();
    let (_, document) = &documents[0];
    let operation = document.operation("addNote").expect("declared");
    let mut call = Request::new(operation.method.clone(), "/sessions/x/notes");
    call.headers.insert(
        http::header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    call.body = Bytes::from_static(b"stars=0&text=long");
    let values = [("id".to_owned(), "x".to_owned())];
    let demands = Demands { credentials: false, ..Demands::default() };
    let reading = request::read(document, operation, &values, &call, demands);
    let mut places: Vec<String> =
        reading.violations.iter().map(|found| found.place.to_string()).collect();
    places.sort();
    let at = "/paths/~1sessions~1{id}~1notes/post/parameters";
    assert_eq!(
        places,
        [format!("{at}/0/pattern"), format!("{at}/1/maxLength"), format!("{at}/2/minimum")]
    );
}
