//! Planted drift: exchanges that keep to a document, each with one thing changed, in every version.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::Map;
use serde_json::Value;
use serde_json::json;
use standin::drift::Ignored;
use standin::drift::Standard;
use standin::finding::Finding;
use standin::spec;
use standin::tape::Entry;

const VERSIONS: [(&str, &str); 3] =
    [("2.0", "swagger2.yaml"), ("3.0", "openapi30.yaml"), ("3.1", "openapi31.yaml")];

fn read(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/drift/planted");
    fs::read_to_string(Path::new(folder).join(name)).expect("a fixture")
}

/// The exchanges that cases begin with; each keeps to the documents.
fn base(name: &str) -> Value {
    let pet = json!({
        "id": 7, "name": "Rex", "born": "2020-01-31", "kind": "dog", "price": 9.5, "code": "ABC",
        "note": "good", "owner": {"name": "Ada", "address": {"city": "Rome"}},
        "tags": [{"label": "a", "rank": 1}, {"label": "b"}],
    });
    let key = json!({"x-key": "any"});
    let json = json!({"content-type": "application/json"});
    let (method, path, status, answer) = match name {
        "listPets" => ("GET", "/v1/pets", 200, json!([pet, {"id": 8, "name": "Tom"}])),
        "getPet" => ("GET", "/v1/pets/7", 200, pet.clone()),
        "createPet" => ("POST", "/v1/pets", 201, pet.clone()),
        "buyPet" => ("POST", "/v1/pets/7/orders", 204, Value::Null),
        "oldThing" => ("GET", "/v1/old", 204, Value::Null),
        "openThing" => ("GET", "/v1/open", 204, Value::Null),
        "getLabels" => ("GET", "/v1/labels", 200, json!({"en": {"text": "yes"}})),
        "getShape" => {
            let shapes = json!([{"kind": "circle", "radius": 1.5}, {"kind": "square", "side": 2}]);
            ("GET", "/v1/shape", 200, json!({ "shapes": shapes }))
        }
        _ => panic!("no exchange {name}"),
    };
    let mut request = json!({"method": method, "path": path, "headers": key, "query": {}});
    let mut response = json!({"status": status, "headers": json, "body": answer});
    match name {
        "listPets" => {
            request["query"] = json!({"limit": "5", "kind": "cat", "region": "eu"});
            request["headers"]["x-trace"] = json!("abc");
            response["headers"]["x-total"] = json!("2");
        }
        "createPet" => {
            request["headers"]["content-type"] = json!("application/json");
            request["body"] = pet;
        }
        "buyPet" => {
            request["headers"]["content-type"] = json!("application/x-www-form-urlencoded");
            request["text"] = json!("amount=2&color=red&when=2026-01-31");
        }
        "openThing" => request["headers"] = json!({}),
        _ => {}
    }
    if response["body"].is_null() {
        response["headers"] = json!({});
    }
    json!({"request": request, "response": response})
}

/// Puts a value at a way through objects and lists; `None` takes it away.
fn put(whole: &mut Value, way: &str, value: Option<Value>) {
    // A path is one name, however many slashes it has.
    let mut steps: Vec<&str> = way.split('/').collect();
    let last = steps.pop().expect("a step");
    let inner = steps.iter().fold(whole, |value, step| match step.parse::<usize>() {
        Ok(number) => &mut value[number],
        Err(_) => &mut value[*step],
    });
    match value {
        Some(value) => inner[last] = value,
        None => {
            inner.as_object_mut().expect("an object").remove(last);
        }
    }
}

fn entry(exchange: &Value) -> Entry {
    let (request, response) = (&exchange["request"], &exchange["response"]);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let named = |fields: &Value| -> Vec<Value> {
        let fields = fields.as_object().into_iter().flatten();
        fields.map(|(name, value)| json!({"name": name, "value": value})).collect()
    };
    let content = |message: &Value| match (&message["text"], &message["body"]) {
        (Value::String(text), _) => Some(text.clone()),
        (_, Value::Null) => None,
        (_, body) => Some(body.to_string()),
    };
    let query = request["query"].as_object().into_iter().flatten();
    let query: Vec<String> = query.map(|(name, value)| format!("{name}={}", text(value))).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    let url = format!("http://shop.test{}{mark}{}", text(&request["path"]), query.join("&"));
    let mut asked = json!({
        "method": request["method"], "url": url, "headers": named(&request["headers"]),
    });
    if let Some(text) = content(request) {
        asked["postData"] = json!({"mimeType": "", "text": text});
    }
    let mut answered = json!({
        "status": response["status"], "headers": named(&response["headers"]), "content": {},
    });
    if let Some(text) = content(response) {
        answered["content"] = json!({"mimeType": "", "text": text});
    }
    let entry = json!({
        "startedDateTime": "2026-01-01T00:00:00Z", "request": asked, "response": answered,
    });
    serde_json::from_value(entry).expect("an entry")
}

fn standard(file: &str) -> (Standard, String) {
    let text = read(file);
    let document = spec::load::from_text(file, &text).expect("a document");
    assert_eq!(document.violations(), [], "{file}");
    let documents = [("shop".to_owned(), Arc::new(document))];
    (Standard::new(&documents, Ignored::default()).expect("one document"), text)
}

/// A finding as cases write it, and the line that it points at.
fn told(finding: &Finding, document: &str) -> (String, String) {
    let operation = finding.operation.as_deref().unwrap_or("-");
    let side = format!("{:?}", finding.side).to_lowercase();
    let place = finding.places.first();
    let line = place.and_then(|place| document.lines().nth(place.line?.checked_sub(1)?));
    let told =
        format!("{} {} {operation} {side}:{}", finding.level, finding.rule, finding.instance);
    (told, line.unwrap_or_default().to_owned())
}

#[test]
fn every_planted_drift_is_found_named_and_placed_and_nothing_else() {
    let cases: Vec<Value> = serde_saphyr::from_str(&read("cases.yaml")).expect("cases");
    let (mut wrong, mut count) = (Vec::new(), 0);
    for (version, file) in VERSIONS {
        let (standard, document) = standard(file);
        for case in &cases {
            let is_here = |list: &Vec<Value>| list.iter().any(|it| it == version);
            if !case["in"].as_array().is_none_or(is_here) {
                continue;
            }
            let mut exchange = base(case["of"].as_str().expect("an exchange"));
            for (way, value) in case["set"].as_object().unwrap_or(&Map::new()) {
                put(&mut exchange, way, Some(value.clone()));
            }
            for way in case["remove"].as_array().into_iter().flatten() {
                put(&mut exchange, way.as_str().expect("a way"), None);
            }
            let observations = standard.entries([&entry(&exchange)]);
            let found: Vec<(String, String)> = standard
                .findings(&observations)
                .iter()
                .map(|finding| told(finding, &document))
                .collect();
            let expected: Vec<&str> =
                case["found"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let is_it = |(told, line): &(String, String), expected: &str| {
                let (head, marks) = expected.split_once(" @").unwrap_or((expected, ""));
                let is_placed = |mark: &str| line.ends_with(&format!("# @{mark}"));
                told.trim() == head.trim() && (marks.is_empty() || marks.split('|').any(is_placed))
            };
            let are_all = found.len() == expected.len()
                && found.iter().zip(&expected).all(|(found, expected)| is_it(found, expected));
            count += expected.len();
            if !are_all {
                wrong.push(format!("{version} {}: {found:#?}\nnot {expected:#?}", case["name"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count >= 80, "{count} planted");
}
