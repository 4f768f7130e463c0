//! Verdicts of other validators on schemas of OpenAPI 3.0 and on responses.

use std::collections::BTreeMap;

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use serde_json::Value;
use serde_json::json;
use standin::finding::Violation;
use standin::message::Answer;
use standin::message::Body;
use standin::schema::Direction;
use standin::spec;
use standin::spec::Document;
use standin::validate::response;

use super::json;

/// Rows whose verdict is wrong, each with the sentence that says so: less than one of a hundred.
const WRONG: [(&str, &str); 1] = [(
    // A header field of OpenAPI 3.1 that is an array without `items`.
    "2f6dfe323489",
    "Omitting this keyword has the same assertion behavior as an empty schema. (JSON Schema \
     2020-12 Core, 10.3.1.2, items)",
)];

fn is_wrong(id: &Value) -> bool {
    WRONG.iter().any(|(known, _)| *id == *known)
}

fn load(document: &Value) -> Document {
    spec::load::from_text("outside.json", &document.to_string()).expect("loads")
}

#[test]
fn schemas_of_openapi_30_are_judged_as_two_other_validators_judge_them() {
    let table = json("validation/kin_schema30.json");
    let rows = table.as_array().expect("rows").iter().filter(|row| row["agree"] == true);
    let (mut count, mut wrong) = (0, Vec::new());
    for row in rows {
        count += 1;
        let id = row["id"].as_str().expect("an id");
        let document = load(&json!({
            "openapi": "3.0.3",
            "info": {"title": id, "version": "1"},
            "paths": {},
            "components": {"schemas": {"It": row["schema"]}},
        }));
        let schema = crate::schemas::component(&document, "It");
        let valid = document.schemas.is_valid(schema, Direction::Request, &row["value"]);
        if (json!(valid) != row["valid"]) != is_wrong(&row["id"]) {
            wrong.push(format!("{id} {} {}: {valid}", row["schema"], row["value"]));
        }
    }
    assert!(count >= 200, "{count} rows");
    assert!(WRONG.len() * 100 <= count, "more than one of a hundred is left out");
    assert_eq!(wrong, [""; 0]);
}

/// The body and header fields of a row's answer.
fn answer(row: &Value) -> Answer {
    let status = row["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    let status = StatusCode::from_u16(status.expect("a status")).expect("a status");
    let mut answer = Answer::empty(status);
    for (name, values) in row["resp_headers"].as_object().expect("header fields") {
        for value in values.as_array().expect("a list") {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a name");
            let value = HeaderValue::from_str(value.as_str().expect("text")).expect("a value");
            answer.headers.append(name, value);
        }
    }
    let body = row["resp_body"].as_str().unwrap_or_default().to_owned();
    answer.body = Body::Whole { bytes: body.into(), value: None };
    answer
}

/// What the document says wrongly about the very answers of an operation.
fn misdescribed<'d>(document: &'d Document, at: &str) -> Vec<&'d Violation> {
    let all = document.violations().iter();
    all.filter(|found| found.place.as_str().starts_with(&format!("{at}/responses"))).collect()
}

#[test]
fn responses_are_judged_as_another_validator_judges_them() {
    let file = json("validation/kin_requests_responses.json");
    let documents: BTreeMap<&str, Document> = file["specs"]
        .as_object()
        .expect("documents by id")
        .iter()
        .map(|(id, document)| (id.as_str(), load(document)))
        .collect();
    let rows = file["responses"].as_array().expect("rows");
    assert_eq!(rows.len(), 17);
    let mut wrong = Vec::new();
    for row in rows {
        let document = &documents[row["spec"].as_str().expect("a document")];
        let method = row["method"].as_str().and_then(|name| name.parse::<Method>().ok());
        let method = method.expect("a method");
        let operation = document
            .operations
            .iter()
            .find(|known| known.method == method && json!(&*known.template) == row["path"])
            .expect("an operation");
        let found = response::read(document, operation, &method, &answer(row));
        // A response that is described wrongly can not be valid; the finding is the document's.
        let found: Vec<&Violation> = misdescribed(document, operation.pointer.as_str())
            .into_iter()
            .chain(&found)
            // The other validator passes over statuses that are not declared unless it is told not
            // to.
            .filter(|found| {
                found.rule.id != "response-status-undeclared"
                    || row["resp_opts"]["IncludeResponseStatus"] == true
            })
            .collect();
        if (json!(found.is_empty()) != row["valid"]) != is_wrong(&row["id"]) {
            let titles: Vec<&str> = found.iter().map(|found| &*found.title).collect();
            wrong.push(format!("{} {}: {titles:?}", row["id"], row["error"]));
        }
    }
    assert_eq!(wrong, [""; 0]);
}
