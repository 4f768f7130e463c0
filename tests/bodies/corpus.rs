//! Responses of another validator's own tests, with its verdicts.

use std::fs;

use bytes::Bytes;
use http::HeaderName;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use serde_json::Value;
use standin::finding::Level;
use standin::message::Answer;
use standin::message::Body;
use standin::spec::load;
use standin::validate::response;

/// Where the cases are: beside the checkout, because they are not ours.
const CASES: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../shared/corpora/validation/kin_requests_responses.json"
);

/// Whether a case hangs on an option of its validator: what is written in its tests, and not in
/// the document.
fn is_optional(case: &Value) -> bool {
    case["opts"]["AuthFunc"] == true
}

#[test]
fn responses_are_judged_as_another_validator_judges_them() {
    let text = fs::read_to_string(CASES)
        .unwrap_or_else(|error| panic!("the corpora belong beside the checkout: {error}"));
    let corpus: Value = serde_json::from_str(&text).expect("it is JSON");
    let cases = corpus["responses"].as_array().expect("it has responses");
    let (mut judged, mut wrong) = (0, Vec::new());
    for case in cases.iter().filter(|case| !is_optional(case)) {
        let text = |key: &str| case[key].as_str().unwrap_or_default();
        let spec = &corpus["specs"][text("spec")];
        let document = load::from_text("case.json", &spec.to_string()).expect("it is a document");
        let method = Method::from_bytes(text("method").as_bytes()).expect("it is a method");
        let operation = document
            .operations
            .iter()
            .find(|operation| *operation.template == *text("path") && operation.method == method);
        let status = case["status"].as_u64().and_then(|status| u16::try_from(status).ok());
        let status = status.and_then(|status| StatusCode::from_u16(status).ok());
        let mut answer = Answer::empty(status.expect("it has a status"));
        for (name, values) in case["resp_headers"].as_object().expect("it has header fields") {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("it is a name");
            for value in values.as_array().into_iter().flatten().filter_map(Value::as_str) {
                let value = HeaderValue::from_str(value).expect("it is a value");
                answer.headers.append(name.clone(), value);
            }
        }
        let bytes = Bytes::copy_from_slice(text("resp_body").as_bytes());
        answer.body = Body::Whole { bytes, value: None };
        let operation = operation.unwrap_or_else(|| panic!("{} is missing", text("path")));
        let violations = response::read(&document, operation, &method, &answer);
        let is_valid = violations.iter().all(|violation| violation.level() < Level::Error);
        judged += 1;
        if case["valid"] != is_valid {
            wrong.push(format!("{}: {} {violations:?}", text("test"), case["valid"]));
        }
    }
    assert!(judged >= 16, "only {judged} responses were judged");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
