//! The exchange that a mapping was made of: what `WireMock` records asks for one request exactly.

use http::HeaderName;
use http::HeaderValue;
use http::Method;
use serde_json::Value;

use crate::clock::Instant;
use crate::message::Answer;
use crate::message::Request;
use crate::tape::entry::Entry;

/// The exchange, where every condition is that of one request.
pub(super) fn of(request: &Value, answer: &Answer) -> Option<Entry> {
    let method = Method::from_bytes(request["method"].as_str()?.as_bytes()).ok();
    let method = method.filter(|method| method.as_str() != "ANY")?;
    let mut target = match (request["url"].as_str(), request["urlPath"].as_str()) {
        (Some(url), None) => url.to_owned(),
        (None, Some(path)) => path.to_owned(),
        (_, _) => return None,
    };
    let mut separator = if target.contains('?') { '&' } else { '?' };
    for (name, test) in members(&request["queryParameters"]) {
        for value in equals(test)? {
            let encode = |text: &str| {
                percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC)
                    .to_string()
            };
            target.push(separator);
            target.push_str(&format!("{}={}", encode(name), encode(value)));
            separator = '&';
        }
    }
    let mut made = Request::new(method, &target);
    for (name, test) in members(&request["headers"]) {
        let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
        for value in equals(test)? {
            made.headers.append(name.clone(), HeaderValue::from_str(value).ok()?);
        }
    }
    for test in request["bodyPatterns"].as_array().into_iter().flatten() {
        if !made.body.is_empty() {
            return None;
        }
        let is_json = test.get("equalToJson").is_some();
        let text = match (&test["equalTo"], &test["equalToJson"]) {
            (Value::String(text), Value::Null) | (Value::Null, Value::String(text)) => text.clone(),
            (Value::Null, value @ (Value::Object(_) | Value::Array(_))) => value.to_string(),
            (_, _) => return None,
        };
        made.body = text.into();
        if is_json && !made.headers.contains_key("content-type") {
            made.headers.insert("content-type", HeaderValue::from_static("application/json"));
        }
    }
    Some(Entry::from_messages(&made, answer, Instant::from_millis(0)))
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

/// The values that are asked for exactly.
fn equals(test: &Value) -> Option<Vec<&str>> {
    if let Some(text) = test["equalTo"].as_str() {
        return Some(vec![text]);
    }
    let tests = test["hasExactly"].as_array()?;
    tests.iter().map(|test| test["equalTo"].as_str()).collect()
}
