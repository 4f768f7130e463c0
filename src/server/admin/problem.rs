//! Problems (RFC 9457) that the surface itself finds, where no reading of the message could.

use http::HeaderValue;
use http::StatusCode;
use serde_json::Value;
use serde_json::json;

use crate::message::Answer;
use crate::store::StoreError;

/// The media type of problems.
const MEDIA_TYPE: HeaderValue = HeaderValue::from_static("application/problem+json");

/// A problem; `id` is kebab-case and stable, `title` says what to do.
pub(super) fn problem(status: StatusCode, id: &str, title: impl Into<String>) -> Answer {
    let problem = json!({
        "type": format!("urn:standin:problem:{id}"),
        "title": title.into(),
        "status": status.as_u16(),
    });
    Answer::json(status, MEDIA_TYPE, problem)
}

/// The problem of a store that does not do what it was asked to.
pub(super) fn of_store(error: &StoreError) -> Answer {
    match error {
        StoreError::Rejected { place, reason } => {
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            let problem = json!({
                "type": "urn:standin:problem:state-rejected",
                "title": format!("this is no state that can be put back: {reason}"),
                "status": status.as_u16(),
                "pointer": place,
            });
            Answer::json(status, MEDIA_TYPE, problem)
        }
    }
}

/// Marks an answer that is a problem as one, whoever wrote it.
pub(super) fn marked(mut answer: Answer) -> Answer {
    let is_problem = answer.body.value().and_then(|value| value.get("type")).is_some();
    if answer.status.as_u16() >= 400
        && is_problem
        && answer.body.value().is_some_and(Value::is_object)
    {
        answer.headers.insert(http::header::CONTENT_TYPE, MEDIA_TYPE);
    }
    answer
}
