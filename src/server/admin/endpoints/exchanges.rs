//! The journal: listed, looked at, forgotten.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use http::StatusCode;
use serde::Serialize;
use serde_json::Value;
use serde_json::json;

use crate::finding::Finding;
use crate::finding::mask;
use crate::message::Answer;
use crate::message::Exchange;
use crate::server::admin::call::Call;
use crate::server::admin::call::done;
use crate::server::admin::call::ok;
use crate::server::admin::endpoints::har;
use crate::server::admin::problem::problem;

/// How many exchanges are listed unless the call says so.
const LIMIT: u64 = 100;

/// An exchange in one line.
#[derive(Serialize)]
struct Summary<'a> {
    number: u64,
    started: String,
    duration_ms: f64,
    api: Option<&'a str>,
    operation: Option<&'a str>,
    method: &'a str,
    target: String,
    status: u16,
    findings: usize,
}

/// An exchange, whole.
#[derive(Serialize)]
struct Whole<'a> {
    number: u64,
    started: String,
    duration_ms: f64,
    api: Option<&'a str>,
    operation: Option<&'a str>,
    template: Option<&'a str>,
    request: RequestView<'a>,
    response: ResponseView<'a>,
    findings: Vec<Finding>,
    why: &'a str,
}

#[derive(Serialize)]
struct RequestView<'a> {
    method: &'a str,
    target: String,
    headers: Vec<HeaderField<'a>>,
    body: BodyView<'a>,
}

#[derive(Serialize)]
struct ResponseView<'a> {
    status: u16,
    headers: Vec<HeaderField<'a>>,
    body: BodyView<'a>,
}

/// One header field.
#[derive(Serialize)]
struct HeaderField<'a> {
    name: &'a str,
    value: String,
}

#[derive(Serialize)]
struct BodyView<'a> {
    size: usize,
    text: Option<&'a str>,
    base64: Option<String>,
}

/// The latest exchanges that the filters let pass.
pub(super) fn list(call: &Call<'_>) -> Answer {
    let number = |name: &str| call.arguments.query.get(name).and_then(Value::as_u64);
    let after = number("after").unwrap_or(0);
    let limit = usize::try_from(number("limit").unwrap_or(LIMIT)).unwrap_or(usize::MAX);
    let status = number("status");
    let text = |name: &str| call.arguments.query_text(name);
    let (api, operation, method) = (text("api"), text("operation"), text("method"));
    let is_wanted = |exchange: &Arc<Exchange>| {
        exchange.number > after
            && api.is_none_or(|api| exchange.subject.api.as_deref() == Some(api))
            && operation.is_none_or(|id| exchange.subject.operation.as_deref() == Some(id))
            && method.is_none_or(|name| exchange.request.method.as_str().eq_ignore_ascii_case(name))
            && status.is_none_or(|status| u64::from(exchange.answer.status.as_u16()) == status)
    };
    let mut found: Vec<Arc<Exchange>> =
        call.engine().journal().exchanges().into_iter().filter(is_wanted).collect();
    let more = found.len() > limit;
    found.truncate(limit);
    if text("format") == Some("har") {
        return ok(&har::archive(&found));
    }
    let exchanges: Vec<Summary<'_>> = found.iter().map(|exchange| summary(exchange)).collect();
    let after = found.last().map_or(after, |last| last.number);
    ok(&json!({ "exchanges": exchanges, "after": after, "more": more }))
}

/// One exchange, whole.
pub(super) fn get(call: &Call<'_>) -> Answer {
    let number = call.arguments.path.get("number").and_then(Value::as_u64).unwrap_or(0);
    let Some(exchange) = call.engine().journal().get(number) else {
        let title = format!("exchange {number} is not in the journal: not yet, or no more");
        return problem(StatusCode::NOT_FOUND, "exchange-unknown", title);
    };
    let (request, answer) = (&exchange.request, &exchange.answer);
    ok(&Whole {
        number: exchange.number,
        started: exchange.started.to_rfc3339(),
        duration_ms: duration_ms(&exchange),
        api: exchange.subject.api.as_deref(),
        operation: exchange.subject.operation.as_deref(),
        template: exchange.subject.template.as_deref(),
        request: RequestView {
            method: request.method.as_str(),
            target: request.target(),
            headers: fields(&request.headers),
            body: view(&request.body),
        },
        response: ResponseView {
            status: answer.status.as_u16(),
            headers: fields(&answer.headers),
            body: view(answer.body.bytes()),
        },
        findings: call.engine().locate(exchange.told()),
        why: &exchange.why,
    })
}

/// Forgets the journal.
pub(super) fn clear(call: &Call<'_>) -> Answer {
    call.engine().journal().clear();
    done()
}

fn summary(exchange: &Exchange) -> Summary<'_> {
    Summary {
        number: exchange.number,
        started: exchange.started.to_rfc3339(),
        duration_ms: duration_ms(exchange),
        api: exchange.subject.api.as_deref(),
        operation: exchange.subject.operation.as_deref(),
        method: exchange.request.method.as_str(),
        target: exchange.request.target(),
        status: exchange.answer.status.as_u16(),
        findings: exchange.findings.len(),
    }
}

/// How long answering took, to the microsecond.
fn duration_ms(exchange: &Exchange) -> f64 {
    (exchange.duration.as_secs_f64() * 1_000_000.0).round() / 1_000.0
}

/// Header fields in their order, credentials masked.
fn fields(headers: &HeaderMap) -> Vec<HeaderField<'_>> {
    headers
        .iter()
        .map(|(name, value)| {
            let text = String::from_utf8_lossy(value.as_bytes()).into_owned();
            let is_secret = mask::is_telling(name.as_str()) || mask::looks_secret(&text);
            let value = if is_secret { mask::MASK.to_owned() } else { text };
            HeaderField { name: name.as_str(), value }
        })
        .collect()
}

fn view(bytes: &[u8]) -> BodyView<'_> {
    let size = bytes.len();
    match std::str::from_utf8(bytes) {
        Ok(text) => BodyView { size, text: Some(text), base64: None },
        Err(_) => BodyView { size, text: None, base64: Some(STANDARD.encode(bytes)) },
    }
}
