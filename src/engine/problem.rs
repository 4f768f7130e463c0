//! Problems (RFC 9457) in standin's own words: one type for each refusal.

use http::HeaderValue;
use serde_json::Map;
use serde_json::Value;
use serde_json::json;

use crate::message::Answer;
use crate::message::Refusal;

/// The media type of problems.
pub(super) const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// The problem that tells a client of a refusal.
pub(super) fn of(refusal: &Refusal) -> Answer {
    let mut problem = Map::new();
    problem.insert("type".to_owned(), json!(format!("urn:standin:problem:{}", refusal.id())));
    problem.insert("title".to_owned(), json!(refusal.title()));
    problem.insert("status".to_owned(), json!(refusal.status().as_u16()));
    if let Refusal::PathUnknown { nearest } = refusal {
        problem.insert("nearest".to_owned(), json!(nearest));
    }
    if let Refusal::RequestInvalid { violations } = refusal {
        let errors: Vec<Value> = violations
            .iter()
            .map(|violation| {
                json!({
                    "rule": violation.rule.id,
                    "detail": violation.title,
                    "name": violation.name,
                    "pointer": violation.instance,
                })
            })
            .collect();
        problem.insert("errors".to_owned(), Value::Array(errors));
    }
    Answer::json(refusal.status(), MEDIA_TYPE, Value::Object(problem))
}
