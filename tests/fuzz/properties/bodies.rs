//! Contents: whatever they are, the answer is an allowed one, and each finding can be looked up.

use std::sync::LazyLock;

use bytes::Bytes;
use http::HeaderValue;
use http::StatusCode;
use http::header::ACCEPT;
use http::header::AUTHORIZATION;
use http::header::CONTENT_TYPE;
use serde_json::Value;
use standin::finding::Location;
use standin::finding::Side;
use standin::message::Answer;
use standin::message::Body;
use standin::message::Exchange;
use standin::message::MediaType;
use standin::schema::Direction;
use standin::spec::Document;
use standin::spec::Operation;
use standin::spec::model::Content;
use standin::validate;
use standin::validate::body;

use super::calls;
use super::calls::Asked;
use super::changes;
use super::choices::Choices;
use super::violations;

/// A call, which of its contents, and whether the rest is the content or changes its example.
pub(super) fn hold(data: &[u8]) {
    let mut choices = Choices::new(data);
    let family = choices.below(calls::FAMILIES.len());
    let engine = calls::engine(calls::FAMILIES[family]);
    let mut asked = calls::asked(&engine, &SEEDED, &mut choices);
    if choices.below(4) == 0 {
        is_judged(&asked, &mut choices);
        return;
    }
    let request = &mut asked.request;
    if choices.below(4) == 0 {
        request.headers.insert(AUTHORIZATION, HeaderValue::from_static("Basic Og=="));
        request.headers.insert(ACCEPT, HeaderValue::from_static("text/html;q=0.1, */*;q=0"));
    }
    let declared = asked.operation.request_body.as_ref().map_or(&[][..], |body| &body.content);
    let (media_type, bytes) = content(declared, &mut choices);
    request.headers.insert(CONTENT_TYPE, media_type);
    request.body = bytes;
    let exchange = calls::answered(&engine, &asked);
    is_found_where_it_is(asked.document, declared, &exchange);
}

/// What every world begins with: where ids come from.
static SEEDED: LazyLock<Value> = LazyLock::new(|| calls::state(&calls::engine(&[])));

/// Media types that no document declares, and ways to write those that some do.
const FOREIGN: [&str; 6] = [
    "text/plain",
    "application/json;charset=utf-16",
    "application/problem+json",
    "multipart/form-data",
    "APPLICATION/JSON",
    "?",
];

/// JSON that breaks its schema, or is none, is found; and nothing else is.
fn is_found_where_it_is(document: &Document, declared: &[Content], exchange: &Exchange) {
    let request = &exchange.request;
    let sent = request.header(&CONTENT_TYPE).and_then(MediaType::parse);
    if !sent.is_some_and(|sent| sent.is_json()) {
        return;
    }
    let (_, content) = body::find(declared, request.headers.get(CONTENT_TYPE));
    let Some(schema) = content.and_then(|content| content.schema) else { return };
    // White space is no content, and where content may be left out, neither is `null`.
    if [&b""[..], b"null"].contains(&request.body.trim_ascii()) {
        return;
    }
    let is_right = serde_json::from_slice::<Value>(&request.body)
        .is_ok_and(|value| document.schemas.is_valid(schema, Direction::Request, &value));
    let broken = exchange.findings.iter().filter(|finding| {
        finding.side == Side::Request && finding.violation.location == Location::Body
    });
    assert_eq!(broken.count() == 0, is_right, "{:?}: {:#?}", request.body, exchange.findings);
}

/// The same as a response, which somebody else made.
fn is_judged(Asked { document, operation, .. }: &Asked<'_>, choices: &mut Choices<'_>) {
    let response = choices.one_of(&operation.responses);
    let (media_type, bytes) = content(&response.content, choices);
    let status = (100..=599).find(|status| response.status.covers(*status)).unwrap_or(200);
    let status = StatusCode::from_u16(status).expect("a status in range");
    let mut answer = Answer::empty(status);
    answer.headers.insert(CONTENT_TYPE, media_type);
    let sent = serde_json::from_slice(&bytes).ok();
    answer.body = Body::Whole { bytes, value: None };
    let broken = judged(document, operation, &answer);
    assert_eq!(broken, judged(document, operation, &answer));
    violations::are_well_told(document, broken.iter(), sent.as_ref());
}

fn judged(
    document: &Document,
    operation: &Operation,
    answer: &Answer,
) -> Vec<standin::finding::Violation> {
    validate::response::read(document, operation, &operation.method, answer)
}

/// A media type, most often a declared one, and bytes, most often nearly right.
fn content(declared: &[Content], choices: &mut Choices<'_>) -> (HeaderValue, Bytes) {
    let index = choices.below(declared.len() + 1);
    let Some(content) = declared.get(index) else {
        let media_type = HeaderValue::from_static(FOREIGN[choices.below(FOREIGN.len())]);
        return (media_type, Bytes::copy_from_slice(choices.rest()));
    };
    let media_type = calls::media_type(content);
    let example = content.examples.first().filter(|_| choices.below(4) > 0);
    let Some(example) = example else {
        return (media_type, Bytes::copy_from_slice(choices.rest()));
    };
    let value = changes::changed(example.value().clone(), choices);
    (media_type, calls::written(content, &value))
}
