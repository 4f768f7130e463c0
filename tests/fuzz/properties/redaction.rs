//! Redaction: whatever passes by, what is planted in it is gone afterwards, JSON is still JSON, and
//! redacting once more changes nothing.

use bytes::Bytes;
use http::HeaderValue;
use http::Method;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use standin::clock::Instant;
use standin::message::Answer;
use standin::message::Body;
use standin::message::Request;
use standin::tape::Entry;
use standin::tape::redact::Redactor;

use super::choices::Choices;

const TYPES: [&str; 7] = [
    "application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=b",
    "application/xml",
    "text/event-stream",
    "text/plain",
    "application/octet-stream",
];

/// What only the secret has, and nobody writes by chance.
const SECRET: &str = "4dK8Qm2Zx7Lw9Tn5";

/// Content of some kind with a key planted in it, sent and answered.
pub(super) fn hold(data: &[u8]) {
    let mut choices = Choices::new(data);
    let media_type = TYPES[choices.below(TYPES.len())];
    let is_planted = choices.below(2) == 0;
    let rest = choices.rest();
    let middle = (0..=rest.len() / 2).rev().find(|at| is_apart(rest, *at)).unwrap_or(0);
    let mut body = rest[..middle].to_vec();
    if is_planted {
        body.extend_from_slice(format!(" sk_{}_{SECRET} ", "live").as_bytes());
    }
    body.extend_from_slice(&rest[middle..]);
    let body = Bytes::from(body);
    let text = String::from_utf8_lossy(&body);
    let target = format!("/{}", text.chars().filter(char::is_ascii_graphic).collect::<String>());
    let mut request = Request::new(Method::POST, &target);
    let mut answer = Answer::empty(StatusCode::OK);
    for headers in [&mut request.headers, &mut answer.headers] {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        if let Ok(value) = HeaderValue::from_bytes(&body) {
            headers.insert("x-any", value.clone());
            headers.insert("cookie", value);
        }
    }
    request.body = body.clone();
    answer.body = Body::Whole { bytes: body.clone(), value: None };
    let mut entry = Entry::from_messages(&request, &answer, Instant::from_millis(0));
    let mut redactor = Redactor::default();
    redactor.entry(&mut entry);
    let shown =
        [&entry.response.content.text, &entry.request.post_data.as_ref().map(|it| it.text.clone())]
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>();
    if is_planted && entry.response.content.encoding.is_none() {
        assert!(shown.iter().all(|text| !text.contains(SECRET)), "{shown:?}");
    }
    if serde_json::from_slice::<Value>(&body).is_ok() {
        for text in &shown {
            assert!(serde_json::from_str::<Value>(text).is_ok(), "{text} was JSON");
        }
    }
    let once = entry.clone();
    redactor.entry(&mut entry);
    assert_eq!(entry.response.content, once.response.content);
    assert_eq!(entry.request.post_data, once.request.post_data);
}

/// Whether a key that begins at `at` is one word of its own.
fn is_apart(bytes: &[u8], at: usize) -> bool {
    std::str::from_utf8(&bytes[..at]).is_ok() || bytes.get(at).is_none_or(u8::is_ascii)
}
