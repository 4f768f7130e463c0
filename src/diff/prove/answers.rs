//! Answers that the revision may give and the base rules out.

use http::HeaderName;
use http::HeaderValue;
use http::StatusCode;
use serde_json::Value;

use super::Both;
use super::Prover;
use super::Witness;
use crate::diff::Difference;
use crate::finding::Level;
use crate::finding::Side;
use crate::json::plain;
use crate::message::Answer;
use crate::message::Body;
use crate::schema::Direction;
use crate::spec::Document;
use crate::spec::Operation;
use crate::spec::model::Content;
use crate::spec::model::Header;
use crate::spec::model::Response;
use crate::spec::model::StatusPattern;
use crate::synth;
use crate::validate::body;
use crate::validate::body::Kept;
use crate::validate::response;

/// What an answer has otherwise than one with what is demanded and nothing else.
#[derive(Clone, Copy, Default)]
struct Variation<'v> {
    content: Option<(&'v Content, &'v Value)>,
    header: Option<(&'v Header, &'v Value)>,
}

impl<'d> Prover<'d> {
    /// An answer that proves a difference.
    pub(super) fn answer(&mut self, difference: &Difference, both: Both<'d>) -> Option<Witness> {
        let status = difference.status.as_deref()?;
        let declared = |operation: &'d Operation| {
            let code = status_of(status, operation)?;
            Some((code, operation.response(code)?))
        };
        let (code, now) = declared(both.revision)?;
        let found = match &difference.schemas {
            Some(schemas) => Some((self.value(schemas, Side::Response)?, &schemas.holders.1)),
            None => None,
        };
        let variation = match &found {
            None => Variation::default(),
            Some((value, holder)) => {
                let content = now.content.iter().find(|content| content.pointer == **holder);
                let header = now.headers.iter().find(|header| header.pointer == **holder);
                Variation {
                    content: content.map(|content| (content, value)),
                    header: header.map(|header| (header, value)),
                }
            }
        };
        if found.is_some() && variation.content.is_none() && variation.header.is_none() {
            return None;
        }
        let answer = made(self.revision, code, now, variation)?;
        let method = &both.revision.method;
        let told = |document, operation| response::read(document, operation, method, &answer);
        let is_taken = |it: &crate::finding::Violation| it.level() != Level::Error;
        if !told(self.revision, both.revision).iter().all(is_taken) {
            return None;
        }
        let broken = told(self.base, both.base);
        let mut errors = broken.iter().filter(|it| !is_taken(it));
        let forbidden = errors.find(|violation| {
            let about = violation.instance_text().to_lowercase();
            found.is_some() || about == difference.at.to_lowercase()
        })?;
        let request = synth::sample(self.revision, both.revision)?;
        let forbidden = forbidden.title.clone();
        Some(Witness { request, answer, side: Side::Response, forbidden })
    }
}

/// An answer of success as a description has it, for the other half of a call.
pub(super) fn of_success(document: &Document, operation: &Operation) -> Option<Answer> {
    let is_success = |it: &&std::sync::Arc<Response>| {
        matches!(it.status, StatusPattern::Exact(200..300) | StatusPattern::Range(2))
    };
    let responses = &operation.responses;
    let response = responses.iter().find(is_success).or_else(|| responses.first())?;
    let code = match response.status {
        StatusPattern::Exact(code) => code,
        StatusPattern::Range(class) => class * 100,
        StatusPattern::Default => 200,
    };
    let code = StatusCode::from_u16(code).ok()?;
    made(document, code, response, Variation::default()).or_else(|| Some(Answer::empty(code)))
}

/// A status that a pattern, as documents write it, stands for.
fn status_of(text: &str, operation: &Operation) -> Option<StatusCode> {
    let code = match text {
        "default" => {
            let is_free = |code: &u16| {
                let of = |it: &&std::sync::Arc<Response>| it.status.covers(*code);
                operation
                    .responses
                    .iter()
                    .find(of)
                    .is_some_and(|it| it.status == StatusPattern::Default)
            };
            [500, 400, 404, 200, 503, 409].into_iter().find(is_free)?
        }
        range if range.ends_with("XX") => range[..1].parse::<u16>().ok()? * 100,
        exact => exact.parse().ok()?,
    };
    StatusCode::from_u16(code).ok()
}

fn made(
    document: &Document,
    status: StatusCode,
    response: &Response,
    variation: Variation<'_>,
) -> Option<Answer> {
    let schemas = &document.schemas;
    let mut answer = Answer::empty(status);
    for header in &response.headers {
        let own = variation.header.filter(|(own, _)| own.pointer == header.pointer);
        if !header.required && own.is_none() {
            continue;
        }
        let value = match (own, header.schema) {
            (Some((_, value)), _) => value.clone(),
            (None, Some(schema)) => synth::value(schemas, schema, Direction::Response).ok()?,
            (None, None) => Value::from("string"),
        };
        let text = match &value {
            Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Object(_) => plain(&value),
        };
        let name = HeaderName::from_bytes(header.name.as_bytes()).ok()?;
        answer.headers.insert(name, HeaderValue::from_str(&text).ok()?);
    }
    let content = variation.content.map(|(content, _)| content).or(response.content.first());
    let Some(content) = content else { return Some(answer) };
    let value = match (variation.content, content.schema) {
        (Some((_, value)), _) => value.clone(),
        (None, Some(schema)) => synth::value(schemas, schema, Direction::Response).ok()?,
        (None, None) => Value::from("string"),
    };
    let text = match content.media_type.is_json() {
        true => value.to_string(),
        false => match body::write(Kept { schemas, content, is_anonymous: false }, &value) {
            Some(text) => text,
            None if value.is_object() || value.is_array() => return None,
            None => plain(&value),
        },
    };
    let is_range = content.media_type.precision() < 2;
    let media_type = if is_range {
        HeaderValue::from_static("application/json")
    } else {
        content.header.clone()
    };
    answer.headers.insert(http::header::CONTENT_TYPE, media_type);
    answer.body = Body::Whole { bytes: text.into(), value: None };
    Some(answer)
}
